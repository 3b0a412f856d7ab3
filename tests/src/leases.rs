//! Leases as a worker meets them over HTTP: one that ran out is lost, and whoever has lost it changes nothing any more.

use std::time::Duration;

use crochet_client::Crochet;
use crochet_client::types::work::{
    AckWork, ExtendWork, LeaseWork, Nack, NackWork, PushWork, ReleaseWork, SettleOutcome, WorkItem,
};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::server::Server;
use crate::workshop::Workshop;

const QUEUE: &str = "tea";

/// Leases the one item as soon as it can be had.
async fn lease(api: &Crochet, lease_ms: i64) -> WorkItem {
    let wanted = LeaseWork {
        max: 1,
        wait_ms: 30_000,
        lease_ms,
    };
    let mut leased = api.lease_work(QUEUE, wanted).await.unwrap();
    leased.items.remove(0)
}

async fn ack(api: &Crochet, item: &WorkItem) -> SettleOutcome {
    let receipts = vec![item.receipt.clone()];
    let settled = api.ack_work(QUEUE, AckWork { receipts }).await;
    settled.unwrap().items[0].outcome
}

/// What becomes of an item whose holder tries to keep it, then to give it up, then to give it back.
async fn settle(api: &Crochet, item: &WorkItem) -> Vec<SettleOutcome> {
    let receipts = || vec![item.receipt.clone()];
    let extend = ExtendWork {
        receipts: receipts(),
        lease_ms: 30_000,
    };
    let nack = Nack {
        receipt: item.receipt.clone(),
        reason: "it is cold".to_owned(),
        delay_ms: 0,
    };
    let release = ReleaseWork { receipts: receipts() };
    let settled = [
        api.extend_work(QUEUE, extend).await,
        api.nack_work(QUEUE, NackWork { items: vec![nack] }).await,
        api.release_work(QUEUE, release).await,
    ];
    settled
        .into_iter()
        .map(|settled| settled.unwrap().items[0].outcome)
        .collect()
}

#[test]
fn whoever_lost_a_lease_is_told_so_and_takes_nothing_from_the_one_who_has_it_now() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let api = server.api();
    Runtime::new().unwrap().block_on(async {
        let pushed: PushWork = serde_json::from_value(json!({"items": [{"payload": {"pot": 1}}]})).unwrap();
        api.push_work(QUEUE, pushed).await.unwrap();
        let slow = lease(&api, 1).await;
        let quick = lease(&api, 60_000).await;
        assert_eq!(slow.id, quick.id);
        assert_eq!((slow.attempt, quick.attempt), (1, 2));
        assert_eq!(settle(&api, &slow).await, [SettleOutcome::Lost; 3]);
        assert_eq!(ack(&api, &slow).await, SettleOutcome::Lost);
        assert_eq!(ack(&api, &quick).await, SettleOutcome::Done);
    });
}

#[test]
fn work_is_not_taken_for_somebody_who_has_hung_up() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let api = server.api();
    Runtime::new().unwrap().block_on(async {
        for round in 0..20 {
            let gone = {
                let api = api.clone();
                tokio::spawn(async move { lease(&api, 60_000).await })
            };
            // Long enough for most to be waiting, and at another moment each time.
            tokio::time::sleep(Duration::from_millis(round * 2)).await;
            gone.abort();
            assert!(gone.await.is_err(), "there was nothing to take");
            let pot = json!({"items": [{"payload": {"pot": round}}]});
            let pushed: PushWork = serde_json::from_value(pot).unwrap();
            api.push_work(QUEUE, pushed).await.unwrap();
            let item = tokio::time::timeout(Duration::from_secs(20), lease(&api, 60_000)).await;
            let item = item.expect("nobody has it");
            assert_eq!(ack(&api, &item).await, SettleOutcome::Done, "{round}");
        }
    });
}
