//! Relay and sweeper between a ledger and the work service on one temporary database.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use crochet_api::work::{
    AckWork, LeaseWork, Nack, NackWork, Queue, QueueName, QueuesOperations, ReleaseWork, WorkItem,
    WorkOperations,
};
use crochet_domain::ContextSettings;
use crochet_domain::phrases::TextWords;
use crochet_domain::ports::{
    Clock, ContextKey, Contexts, ItemId, LedgerItem, NewContext, NewText, PageRequest, Stuck,
};
use crochet_openapi::{Identity, Problem, Scopes};
use crochet_store::Store;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::hand_over::{Handed, hand_over};
use super::sweeper::Sweeper;
use super::{PipelineParts, delete_contexts, relay};
use crate::queues::PipelineQueue;
use crate::services::WorkService;
use crate::services::testing::{Asked, Overheard};

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
        Self::with_room_for(100).await
    }

    /// The same with a queue of so many items.
    async fn with_room_for(items: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(Mutex::new(Utc::now().trunc_subsecs(3))));
        let store = Store::open(&folder.path().join("crochet.sqlite"), clock.clone())
            .await
            .unwrap();
        let work = Arc::new(WorkService::new(store.queue(items), clock.clone()));
        let new = NewContext {
            slug: "c".to_owned(),
            title: "C".to_owned(),
            settings: ContextSettings::default(),
        };
        let context = store.contexts().create(new).await.unwrap().key;
        let parts = PipelineParts {
            ledger: store.ledger(),
            work: work.clone(),
            identity: Identity::service("orthos", Scopes::default()),
            clock: clock.clone(),
            relay_every: Duration::from_millis(5),
            sweep_after: Duration::from_secs(15),
        };
        let world = Self {
            parts,
            work,
            store,
            clock,
            context,
            _folder: folder,
        };
        world.add(&["a", "b"]).await;
        world
    }

    /// Has the work service take requests up to so many bytes, as one behind HTTP does; how many items each had that was
    /// taken.
    fn listen(&mut self, bytes_max: usize) -> Arc<Mutex<Vec<usize>>> {
        let requests = Arc::<Mutex<Vec<usize>>>::default();
        let taken = Arc::clone(&requests);
        self.parts.work = Overheard::new(self.work.clone(), move |asked| {
            let Asked::Push(push) = asked else {
                return Ok(());
            };
            if serde_json::to_vec(push).unwrap().len() > bytes_max {
                return Err(Problem::new(413, "the body is too long"));
            }
            taken.lock().unwrap().push(push.items.len());
            Ok(())
        });
        requests
    }

    /// Adds a text of one sentence.
    async fn add(&self, sentence: &[&str]) {
        let mut words = TextWords::default();
        words.push(sentence.iter().copied());
        let text = NewText {
            context: self.context,
            title: "a text".to_owned(),
            text_hash: Sha256::digest(sentence.join(" ")).into(),
            bytes: 3,
            words,
            search: true,
        };
        self.store.ingest().ingest(text).await.unwrap();
    }

    /// What of the context's first wave is given up.
    async fn stuck(&self) -> Option<Stuck> {
        let ingest = self.store.ingest();
        let waves = ingest.waves(self.context, PageRequest::first(9)).await;
        waves.unwrap().items.pop().unwrap().stuck
    }

    fn queue() -> QueueName {
        PipelineQueue::Ingests.name()
    }

    async fn figures(&self) -> Queue {
        self.work
            .read_queue(&self.parts.caller(), Self::queue())
            .await
            .unwrap()
    }

    /// Takes all that is ready.
    async fn lease(&self) -> Vec<WorkItem> {
        let lease = LeaseWork {
            max: 100,
            lease_ms: 1,
            wait_ms: 0,
        };
        let caller = self.parts.caller();
        let leased = self.work.lease_work(&caller, Self::queue(), lease).await;
        leased.unwrap().items
    }

    /// Takes the only item out of the queue without doing it.
    async fn lose_one(&self) {
        self.lose(|_| true).await;
    }

    /// Takes items out of the queue without doing them.
    async fn lose(&self, which: impl Fn(&WorkItem) -> bool) {
        let (work, caller) = (&self.work, self.parts.caller());
        let (lost, others): (Vec<_>, Vec<_>) = self.lease().await.into_iter().partition(which);
        let receipts = |items: Vec<WorkItem>| items.into_iter().map(|item| item.receipt).collect();
        let lost = AckWork {
            receipts: receipts(lost),
        };
        work.ack_work(&caller, Self::queue(), lost).await.unwrap();
        let others = ReleaseWork {
            receipts: receipts(others),
        };
        work.release_work(&caller, Self::queue(), others).await.unwrap();
    }

    /// Fails the only item until it is dead.
    async fn poison(&self) {
        while self.figures().await.dead == 0 {
            let receipt = self.lease().await.remove(0).receipt;
            let nack = Nack {
                receipt,
                reason: "too hot".to_owned(),
                delay_ms: 0,
            };
            let caller = self.parts.caller();
            let nacks = NackWork { items: vec![nack] };
            let nacked = self.work.nack_work(&caller, Self::queue(), nacks).await;
            nacked.unwrap();
        }
    }

    /// Looks at everything once.
    async fn sweep(&self) {
        Sweeper::new(self.parts.clone(), 1_000, 10).look().await.unwrap();
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
    let requests = world.listen(usize::MAX);
    let row = world.parts.ledger.unpushed(10).await.unwrap().remove(0);
    let rows = rows_like(&row, &[1 << 20, 2 << 20, 2 << 20, 9 << 20, 5, 5]);
    assert_eq!(hand_over(&world.parts, &rows).await.unwrap(), Handed::All);
    assert_eq!(*requests.lock().unwrap(), [2, 1, 1, 2]);
    assert_eq!(world.figures().await.ready, 6);
}

#[tokio::test]
async fn a_row_that_is_refused_alone_holds_up_no_other() {
    let mut world = World::new().await;
    world.listen(10_000);
    let mut real = world.parts.ledger.unpushed(10).await.unwrap();
    let rows = rows_like(&real[0], &[10, 3_000, 20_000, 3_000, 10]);
    assert_eq!(hand_over(&world.parts, &rows).await.unwrap(), Handed::All);
    assert_eq!(world.figures().await.ready, 4);
    // Set aside is pushed as far as the relay goes; the sweeper comes back to it, and whoever waits can see why.
    real[0].payload = rows[2].payload.clone();
    assert_eq!(hand_over(&world.parts, &real).await.unwrap(), Handed::All);
    assert!(world.parts.ledger.unpushed(10).await.unwrap().is_empty());
    let stuck = world.stuck().await.expect("it is given up");
    assert!(stuck.reason.contains("too long"), "{}", stuck.reason);
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
async fn a_queue_with_little_room_is_filled_and_the_rest_follows() {
    let world = World::with_room_for(3).await;
    for text in 1..=5 {
        world.add(&[&format!("a{text}"), "b"]).await;
    }
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(relay(world.parts.clone(), shutdown.clone()));
    let full = async {
        while world.figures().await.ready < 3 {
            tokio::task::yield_now().await;
        }
    };
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, full)
        .await
        .expect("what fits is handed over");
    let drained = async {
        while !world.parts.ledger.unpushed(1).await.unwrap().is_empty() {
            world.lose(|_| true).await;
        }
    };
    tokio::time::timeout(patience, drained)
        .await
        .expect("the rest follows");
    shutdown.cancel();
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_queue_that_lost_its_items_gets_them_again() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    world.lose_one().await;
    world.sweep().await;
    assert_eq!(world.figures().await.ready, 0, "too early");
    world.advance(Duration::from_secs(20));
    world.sweep().await;
    assert_eq!(world.figures().await.ready, 1);
}

#[tokio::test]
async fn what_the_queue_has_is_left_to_it_however_long_that_takes() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    for _ in 0..9 {
        world.advance(Duration::from_secs(24 * 3_600));
        while world.store.queue(100).expire().await.unwrap() > 0 {}
        world.sweep().await;
    }
    assert_eq!(world.figures().await.ready, 1);
}

#[tokio::test]
async fn a_row_is_handed_over_again_later_each_time() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    let mut waits = Vec::new();
    for _ in 0..3 {
        world.lose_one().await;
        let mut waited = 0;
        while world.figures().await.ready == 0 {
            world.advance(Duration::from_secs(1));
            waited += 1;
            world.sweep().await;
        }
        waits.push(waited);
    }
    assert_eq!(waits, [15, 30, 60]);
}

#[tokio::test]
async fn rows_that_the_queue_has_hide_no_lost_one() {
    let world = World::new().await;
    for text in 1..=5 {
        world.add(&[&format!("a{text}"), "b"]).await;
    }
    let rows = world.parts.ledger.unpushed(100).await.unwrap();
    let all = i64::try_from(rows.len()).unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    world.advance(Duration::from_secs(20));
    let mut sweeper = Sweeper::new(world.parts.clone(), 2, 1);
    let mut come_round = async || {
        for _ in 0..=rows.len() / 2 {
            sweeper.look().await.unwrap();
        }
    };
    // The last first: what was handed over again just now is out of the way.
    for row in rows.iter().rev() {
        // Whichever it is, it is found in one round.
        let id = json!(row.id.to_string());
        world.lose(|item| item.payload.0["item"] == id).await;
        assert_eq!(world.figures().await.ready, all - 1);
        come_round().await;
        assert_eq!(world.figures().await.ready, all, "{}", row.id);
    }
}

#[tokio::test]
async fn what_the_queue_has_given_up_is_noted_until_it_is_redriven() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    world.poison().await;
    world.advance(Duration::from_secs(4));
    world.sweep().await;
    let stuck = world.stuck().await.expect("it is given up");
    assert_eq!(stuck.items, 1);
    assert!(stuck.reason.contains("too hot"), "{}", stuck.reason);
    // It is not handed over again: one row has one letter at most.
    for _ in 0..48 {
        world.advance(Duration::from_secs(3_600));
        world.sweep().await;
    }
    assert_eq!((world.figures().await.ready, world.figures().await.dead), (0, 1));
    world.store.queue(100).redrive("pipeline", None).await.unwrap();
    world.sweep().await;
    assert_eq!((world.stuck().await, world.figures().await.ready), (None, 1));
}

#[tokio::test]
async fn a_letter_that_is_forgotten_is_tried_again() {
    let world = World::new().await;
    let rows = world.parts.ledger.unpushed(10).await.unwrap();
    hand_over(&world.parts, &rows).await.unwrap();
    world.poison().await;
    world.advance(Duration::from_secs(4));
    world.sweep().await;
    world.advance(Duration::from_secs(8 * 24 * 3_600));
    while world.store.queue(100).expire().await.unwrap() > 0 {}
    world.sweep().await;
    assert_eq!((world.stuck().await, world.figures().await.ready), (None, 1));
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
