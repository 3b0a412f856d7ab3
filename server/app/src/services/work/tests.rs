//! The work service through its traits, on a temporary database.

use std::time::{Duration, Instant};

use crochet_api::work::{
    AckWork, LeaseWork, ListDeadWorkParams, Nack, NackWork, NewWorkItem, PeekWorkParams, PushOutcome,
    PushWork, PushWorkParams, QueueName, QueuesOperations, RedriveWork, ReleaseWork, SettleOutcome, WorkItem,
    WorkOperations,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::LongPolls;
use crate::services::testing::World;

fn queue() -> QueueName {
    "tea".try_into().unwrap()
}

fn item(pot: u32) -> NewWorkItem {
    serde_json::from_value(
        json!({"payload": {"pot": pot}, "dedup_key": format!("pot-{pot}"), "attempts_max": 2}),
    )
    .unwrap()
}

async fn push(world: &World, pots: &[u32]) -> Vec<PushOutcome> {
    let body = PushWork {
        items: pots.iter().copied().map(item).collect(),
    };
    let pushed = world
        .work
        .push_work(&world.caller, queue(), PushWorkParams::default(), body)
        .await
        .unwrap();
    pushed.items.into_iter().map(|item| item.outcome).collect()
}

async fn lease(world: &World) -> Vec<WorkItem> {
    let body: LeaseWork = serde_json::from_value(json!({"max": 10})).unwrap();
    world
        .work
        .lease_work(&world.caller, queue(), body)
        .await
        .unwrap()
        .items
}

async fn nack(world: &World, item: &WorkItem) -> SettleOutcome {
    let nack = Nack {
        receipt: item.receipt.clone(),
        reason: "it is cold".to_owned(),
        delay_ms: 0,
    };
    let settled = world
        .work
        .nack_work(&world.caller, queue(), NackWork { items: vec![nack] })
        .await
        .unwrap();
    settled.items[0].outcome
}

#[tokio::test]
async fn what_is_pushed_is_leased_once_and_acked_once() {
    let world = World::new().await;
    assert_eq!(push(&world, &[1, 2]).await, [PushOutcome::Queued; 2]);
    assert_eq!(
        push(&world, &[2, 3]).await,
        [PushOutcome::Duplicate, PushOutcome::Queued]
    );
    let items = lease(&world).await;
    assert_eq!(items.len(), 3);
    assert_eq!(
        serde_json::to_value(&items[0].payload).unwrap(),
        json!({"pot": 1})
    );
    assert!(lease(&world).await.is_empty());
    let ack = || AckWork {
        receipts: items.iter().map(|item| item.receipt.clone()).collect(),
    };
    let acked = world.work.ack_work(&world.caller, queue(), ack()).await.unwrap();
    assert!(acked.items.iter().all(|item| item.outcome == SettleOutcome::Done));
    let late = world.work.ack_work(&world.caller, queue(), ack()).await.unwrap();
    assert!(late.items.iter().all(|item| item.outcome == SettleOutcome::Lost));
}

#[tokio::test]
async fn an_item_that_fails_as_often_as_it_may_is_dead_until_it_is_redriven() {
    let world = World::new().await;
    push(&world, &[1]).await;
    assert_eq!(nack(&world, &lease(&world).await[0]).await, SettleOutcome::Done);
    assert_eq!(nack(&world, &lease(&world).await[0]).await, SettleOutcome::Dead);
    let dead = world
        .work
        .list_dead_work(&world.caller, queue(), ListDeadWorkParams::default())
        .await
        .unwrap();
    assert!(dead.items[0].reason.ends_with("it is cold"));
    let redriven = world
        .work
        .redrive_work(&world.caller, queue(), RedriveWork { ids: None })
        .await
        .unwrap();
    assert_eq!(redriven.redriven, 1);
    assert_eq!(lease(&world).await[0].attempt, 1);
}

#[tokio::test]
async fn what_is_given_back_has_all_its_attempts() {
    let world = World::new().await;
    push(&world, &[1]).await;
    for _ in 0..5 {
        let item = lease(&world).await.remove(0);
        assert_eq!(item.attempt, 1);
        let body = ReleaseWork {
            receipts: vec![item.receipt, "made-up".try_into().unwrap()],
        };
        let released = world
            .work
            .release_work(&world.caller, queue(), body)
            .await
            .unwrap();
        let outcomes: Vec<_> = released.items.iter().map(|item| item.outcome).collect();
        assert_eq!(outcomes, [SettleOutcome::Done, SettleOutcome::Lost]);
    }
}

#[tokio::test]
async fn a_paused_queue_takes_items_and_gives_none() {
    let world = World::new().await;
    let paused = world.work.pause_queue(&world.caller, queue()).await.unwrap();
    assert!(paused.paused);
    push(&world, &[1]).await;
    assert!(lease(&world).await.is_empty());
    let peeked = world
        .work
        .peek_work(&world.caller, queue(), PeekWorkParams::default())
        .await
        .unwrap();
    assert_eq!(peeked.items.len(), 1);
    let resumed = world.work.resume_queue(&world.caller, queue()).await.unwrap();
    assert_eq!((resumed.paused, resumed.ready), (false, 1));
    assert_eq!(lease(&world).await.len(), 1);
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back() {
    let world = World::new().await;
    let pots: Vec<u32> = (0..100).collect();
    push(&world, &pots).await;
    let body = PushWork {
        items: vec![item(100)],
    };
    let full = world
        .work
        .push_work(&world.caller, queue(), PushWorkParams::default(), body)
        .await
        .unwrap_err();
    assert_eq!((full.status, full.retry_after_s.is_some()), (429, true));
}

#[tokio::test]
async fn who_waits_for_work_is_told_at_once_that_the_server_goes_away() {
    let mut world = World::new().await;
    let going_away = CancellationToken::new();
    world.work = world.work.with_polls(LongPolls {
        wait_max: Duration::from_secs(600),
        going_away: going_away.clone(),
    });
    let body: LeaseWork = serde_json::from_value(json!({"wait_ms": 30_000})).unwrap();
    let waiting = world.work.lease_work(&world.caller, queue(), body);
    let began = Instant::now();
    let (leased, ()) = tokio::join!(waiting, async { going_away.cancel() });
    assert!(leased.unwrap().items.is_empty());
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn nobody_waits_longer_than_the_server_has_time_to_answer() {
    let mut world = World::new().await;
    world.work = world.work.with_polls(LongPolls {
        wait_max: Duration::from_millis(5),
        ..LongPolls::default()
    });
    let body: LeaseWork = serde_json::from_value(json!({"wait_ms": 30_000})).unwrap();
    let began = Instant::now();
    let leased = world.work.lease_work(&world.caller, queue(), body).await.unwrap();
    assert!(leased.items.is_empty() && began.elapsed() < Duration::from_secs(10));
}
