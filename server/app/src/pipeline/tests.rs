//! Relay and sweeper between a ledger and the work service on one temporary database.

mod narrow;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use crochet_api::work::{AckWork, LeaseWork, Queue, QueueName, QueuesOperations, WorkOperations};
use crochet_domain::ContextSettings;
use crochet_domain::phrases::TextWords;
use crochet_domain::ports::{Clock, ContextKey, Contexts, ItemId, LedgerItem, NewContext, NewText};
use crochet_openapi::{Identity, Scopes};
use crochet_store::Store;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use self::narrow::Narrow;
use super::hand_over::{Handed, hand_over};
use super::sweeper::sweep_once;
use super::{PipelineParts, QUEUE, delete_contexts, relay};
use crate::services::WorkService;

/// A clock that a test moves; whoever sleeps on it wakes soon.
struct HandClock(Mutex<DateTime<Utc>>);

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, _: Duration) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

struct World {
    parts: PipelineParts,
    work: Arc<WorkService>,
    store: Store,
    clock: Arc<HandClock>,
    context: ContextKey,
    _folder: tempfile::TempDir,
}

impl World {
    /// A context with one row in the ledger.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(Mutex::new(Utc::now().trunc_subsecs(3))));
        let store = Store::open(&folder.path().join("crochet.sqlite"), clock.clone())
            .await
            .unwrap();
        let work = Arc::new(WorkService::new(store.queue(100), clock.clone()));
        let new = NewContext {
            slug: "c".to_owned(),
            title: "C".to_owned(),
            settings: ContextSettings::default(),
        };
        let context = store.contexts().create(new).await.unwrap().key;
        let mut words = TextWords::default();
        words.push(["a", "b"]);
        let text = NewText {
            context,
            title: "a text".to_owned(),
            text_hash: [7; 32],
            bytes: 3,
            words,
            search: true,
        };
        let parts = PipelineParts {
            ledger: store.ledger(),
            work: work.clone(),
            identity: Identity::service("orthos", Scopes::default()),
            clock: clock.clone(),
            relay_every: Duration::from_millis(5),
            sweep_after: Duration::from_secs(15),
        };
        store.ingest().ingest(text).await.unwrap();
        Self {
            parts,
            work,
            store,
            clock,
            context,
            _folder: folder,
        }
    }

    fn queue() -> QueueName {
        QUEUE.to_owned().try_into().unwrap()
    }

    async fn figures(&self) -> Queue {
        self.work
            .read_queue(&self.parts.caller(), Self::queue())
            .await
            .unwrap()
    }

    /// Takes one item out of the queue without doing it.
    async fn lose_one(&self) {
        let lease = LeaseWork {
            max: 1,
            lease_ms: 1_000,
            wait_ms: 0,
        };
        let leased = self
            .work
            .lease_work(&self.parts.caller(), Self::queue(), lease)
            .await
            .unwrap();
        let receipts = leased.items.into_iter().map(|item| item.receipt).collect();
        self.work
            .ack_work(&self.parts.caller(), Self::queue(), AckWork { receipts })
            .await
            .unwrap();
    }

    fn advance(&self, by: Duration) {
        *self.clock.0.lock().unwrap() += by;
    }
}

#[tokio::test]
async fn a_row_reaches_the_queue_once_even_if_the_relay_dies_before_noting_it() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    assert_eq!(hand_over(&world.parts, &rows).await.unwrap(), Handed::All);
    assert_eq!(hand_over(&world.parts, &rows).await.unwrap(), Handed::All);
    assert_eq!(world.figures().await.ready, 1);
}

/// Rows as the one at hand, with so many bytes of payload each.
fn rows_like(row: &LedgerItem, bytes: &[usize]) -> Vec<LedgerItem> {
    let like = |bytes: &usize| LedgerItem {
        id: ItemId::generate(),
        payload: json!({"kind": "expand", "filling": "x".repeat(*bytes)})
            .to_string()
            .into_bytes(),
        ..row.clone()
    };
    bytes.iter().map(like).collect()
}

#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_no_other() {
    let world = World::new().await;
    let mut rows = world.parts.ledger.unpushed(10).await.unwrap();
    let damaged = LedgerItem {
        id: ItemId::generate(),
        payload: b"{".to_vec(),
        ..rows[0].clone()
    };
    rows.insert(0, damaged);
    assert_eq!(hand_over(&world.parts, &rows).await.unwrap(), Handed::All);
    assert_eq!(world.figures().await.ready, 1);
}

#[tokio::test]
async fn requests_are_cut_by_bytes() {
    let mut world = World::new().await;
    let narrow = Arc::new(Narrow::new(world.work.clone(), usize::MAX));
    world.parts.work = narrow.clone();
    let row = world.parts.ledger.unpushed(10).await.unwrap().remove(0);
    let rows = rows_like(&row, &[1 << 20, 2 << 20, 2 << 20, 9 << 20, 5, 5]);
    assert_eq!(hand_over(&world.parts, &rows).await.unwrap(), Handed::All);
    assert_eq!(narrow.requests(), [2, 1, 1, 2]);
    assert_eq!(world.figures().await.ready, 6);
}

#[tokio::test]
async fn a_row_that_is_refused_alone_holds_up_no_other() {
    let mut world = World::new().await;
    let narrow = Arc::new(Narrow::new(world.work.clone(), 10_000));
    world.parts.work = narrow.clone();
    let mut real = world.parts.ledger.unpushed(10).await.unwrap();
    let rows = rows_like(&real[0], &[10, 3_000, 20_000, 3_000, 10]);
    assert_eq!(hand_over(&world.parts, &rows).await.unwrap(), Handed::All);
    assert_eq!(world.figures().await.ready, 4);
    // Set aside is pushed as far as the relay goes; the sweeper comes back to it.
    real[0].payload = rows[2].payload.clone();
    assert_eq!(hand_over(&world.parts, &real).await.unwrap(), Handed::All);
    assert!(world.parts.ledger.unpushed(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_relay_hands_over_what_is_written_and_stops_when_told() {
    let world = World::new().await;
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(relay(world.parts.clone(), shutdown.clone()));
    let handed = async {
        while world.figures().await.ready == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), handed)
        .await
        .expect("the row is handed over");
    shutdown.cancel();
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_queue_that_lost_its_items_gets_them_again() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    world.lose_one().await;
    sweep_once(&world.parts).await.unwrap();
    assert_eq!(world.figures().await.ready, 0, "too early");
    world.advance(Duration::from_secs(20));
    sweep_once(&world.parts).await.unwrap();
    assert_eq!(world.figures().await.ready, 1);
}

#[tokio::test]
async fn a_queue_that_is_busy_keeps_its_items_for_an_hour() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    world.advance(Duration::from_secs(3_000));
    sweep_once(&world.parts).await.unwrap();
    assert_eq!(world.figures().await.ready, 1);
    world.advance(Duration::from_secs(700));
    sweep_once(&world.parts).await.unwrap();
    assert_eq!(world.figures().await.ready, 2, "at least once");
}

#[tokio::test]
async fn deleted_contexts_go() {
    let world = World::new().await;
    let contexts: Arc<dyn Contexts> = world.store.contexts();
    contexts.begin_delete(world.context).await.unwrap();
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(delete_contexts(contexts.clone(), shutdown.clone()));
    let gone = async {
        while !contexts.deleting(Duration::ZERO).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .expect("the context goes");
    shutdown.cancel();
    task.await.unwrap().unwrap();
}
