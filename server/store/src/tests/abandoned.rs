//! Callers that give up: a request that timed out, a worker that stops waiting for an answer.

use std::time::Duration;

use crochet_domain::Bounds;
use crochet_domain::ports::{LeaseRequest, PushItem};

use super::worker::{World, text};
use crate::testing::Fixture;

fn item(number: u32) -> PushItem {
    PushItem {
        payload: number.to_string().into_bytes(),
        headers: std::collections::BTreeMap::new(),
        delay: Duration::ZERO,
        priority: 0,
        tenant: "t".to_owned(),
        dedup_key: None,
        dedup_window: Duration::ZERO,
        attempts_max: 1_000,
    }
}

/// Polls the work so often, and then forgets it.
async fn poll_some<T>(work: impl Future<Output = T>, polls: u32) {
    let mut work = std::pin::pin!(work);
    for _ in 0..polls {
        let once =
            std::future::poll_fn(|context| std::task::Poll::Ready(work.as_mut().poll(context).is_ready()));
        if once.await {
            return;
        }
        tokio::time::sleep(Duration::from_micros(u64::from(polls) * 7 % 300)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_its_caller_gives_up_leaves_the_writer_free() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let queue = fixture.store.queue(10_000);
    for round in 0..300 {
        let request = LeaseRequest {
            max: 1,
            lease: Duration::from_secs(1),
            wait: Duration::ZERO,
        };
        poll_some(queue.push("q", vec![item(round)]), round % 23).await;
        poll_some(queue.lease("q", request), round % 29).await;
        poll_some(
            world.ingest.ingest(world.text(text(&format!("a b{round}. c d")))),
            round % 31,
        )
        .await;
        let pushed = tokio::time::timeout(Duration::from_secs(20), queue.push("q", vec![item(round)])).await;
        pushed
            .unwrap_or_else(|_| panic!("round {round}: the writer is not free"))
            .unwrap();
    }
    assert_eq!(
        fixture.store.inspection().faults(world.context, 9).await.unwrap(),
        []
    );
    world.settle(super::worker::SMALL).await;
}
