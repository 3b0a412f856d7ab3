//! Leases while their items are worked on: kept as long as it takes, and lost without harm.

use crochet_api::work::{AckWork, LeaseWork, PeekWorkParams, SettleOutcome, WorkItem};

use super::*;
use crate::worker::keep::keeping;

fn queue() -> QueueName {
    "pipeline".parse().unwrap()
}

impl Process {
    /// Takes the first item that is handed over.
    async fn lease_one(&self, lease_ms: i64) -> WorkItem {
        let body = LeaseWork {
            max: 1,
            wait_ms: 20_000,
            lease_ms,
        };
        let leased = self.work.lease_work(&self.caller, queue(), body).await;
        leased.unwrap().items.pop().expect("an item is handed over")
    }

    async fn ack(&self, item: &WorkItem) -> SettleOutcome {
        let body = AckWork {
            receipts: vec![item.receipt.clone()],
        };
        let acked = self.work.ack_work(&self.caller, queue(), body).await;
        acked.unwrap().items[0].outcome
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_is_extended_while_its_item_is_worked_on() {
    let process = Process::start().await;
    let context = process.context("long").await;
    process.add(&context, SQUARE).await;
    let lease = Duration::from_secs(1);
    let item = process.lease_one(1_000).await;
    let extended = async || {
        let params = PeekWorkParams::default();
        let peeked = process.work.peek_work(&process.caller, queue(), params).await;
        peeked.unwrap().items[0].ready_at > item.leased_until
    };
    let receipts = [item.receipt.clone()];
    let (work, queue) = (&*process.work, queue());
    let keeper = (work as &dyn crochet_api::work::WorkApi, &queue, &process.caller);
    keeping(keeper, &receipts, lease, eventually(extended)).await;
    assert_eq!(process.ack(&item).await, SettleOutcome::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_lost_a_lease_settles_nothing_and_the_other_result_counts() {
    let process = Process::start().await;
    let context = process.context("lost").await;
    process.add(&context, SQUARE).await;
    let lost = process.lease_one(1_000).await;
    process.work_with(1);
    process.settled().await;
    assert_eq!(process.ack(&lost).await, SettleOutcome::Lost);
    assert_eq!(process.counts(&context).await, nine());
}
