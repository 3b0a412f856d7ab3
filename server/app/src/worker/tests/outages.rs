//! What an outage costs: time, and no attempt of any item. And answers that come in pieces.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use crochet_api::common::ContextId;
use crochet_api::work::{
    ListDeadWorkParams, NewWorkItem, PeekWorkParams, PushWork, PushWorkParams, QueueName, QueuesOperations,
    WorkOperations, WorkState,
};
use crochet_domain::ports::LedgerItem;
use crochet_openapi::Problem;
use serde_json::{Value, json};

use super::faltering::Faltering;
use super::{Process, eventually, nine};
use crate::services::RemediationsService;
use crate::services::testing::{Asked, Overheard};

/// All of the nine but the end of the last column, so that what comes then wakes grids that wait.
const FIRST: &str = "a b c. d e f. g h i. a d g. b e h. c f.";
const LAST: &str = "c f i.";

fn queue() -> QueueName {
    "pipeline".parse().unwrap()
}

impl Process {
    /// Puts a bad line between workers and remediations.
    async fn faltering() -> (Self, Arc<Faltering>) {
        let mut process = Self::without_relay().await;
        let service = RemediationsService::new(process.store.contexts(), process.store.remediations());
        let faltering = Arc::new(Faltering {
            service: Arc::new(service),
            silent: AtomicU32::new(0),
            unanswered: AtomicU32::new(0),
            page: AtomicI32::new(i32::MAX),
            further_pages: AtomicU32::new(0),
        });
        process.parts.remediations = faltering.clone();
        (process, faltering)
    }

    /// Hands over what is in the ledger, as items that die when they fail once.
    pub(super) async fn push_for_one_attempt(&self) {
        let rows = self.ledger.unpushed(100).await.unwrap();
        if rows.is_empty() {
            return;
        }
        let item = |row: &LedgerItem| -> NewWorkItem {
            let work: Value = serde_json::from_slice(&row.payload).unwrap();
            let payload =
                json!({"item": row.id.to_string(), "context": row.context.to_string(), "work": work});
            serde_json::from_value(json!({"payload": payload, "attempts_max": 1})).unwrap()
        };
        let push = PushWork {
            items: rows.iter().map(item).collect(),
        };
        let params = PushWorkParams::default();
        self.work
            .push_work(&self.caller, queue(), params, push)
            .await
            .unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        self.ledger.mark_pushed(&ids).await.unwrap();
    }

    /// Hands over whatever is written until nothing is left to do.
    pub(super) async fn settled_at_the_first_attempt(&self) {
        eventually(async || {
            self.push_for_one_attempt().await;
            self.ledger.depth().await.unwrap().outstanding == 0
        })
        .await;
    }

    async fn context_with_all_but_the_last(&self) -> ContextId {
        let context = self.context("square").await;
        self.add(&context, FIRST).await;
        let (shutdown, running) = self.work_with(1);
        self.settled_at_the_first_attempt().await;
        shutdown.cancel();
        running.await.unwrap();
        context
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_does_not_answer_costs_no_item_an_attempt() {
    let (process, faltering) = Process::faltering().await;
    let context = process.context_with_all_but_the_last().await;
    faltering.silent.store(3, Ordering::SeqCst);
    process.add(&context, LAST).await;
    process.work_with(2);
    process.settled_at_the_first_attempt().await;
    assert_eq!(process.counts(&context).await, nine());
    assert_eq!(faltering.unanswered.load(Ordering::SeqCst), 3);
    let params = ListDeadWorkParams::default();
    let dead = process
        .work
        .list_dead_work(&process.caller, queue(), params)
        .await;
    assert!(dead.unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_worker_gives_back_is_ready_at_once_with_all_its_attempts() {
    let (process, faltering) = Process::faltering().await;
    let context = process.context_with_all_but_the_last().await;
    faltering.silent.store(u32::MAX, Ordering::SeqCst);
    process.add(&context, LAST).await;
    process.push_for_one_attempt().await;
    let (shutdown, running) = process.work_with(1);
    eventually(async || faltering.unanswered.load(Ordering::SeqCst) > 2).await;
    shutdown.cancel();
    running.await.unwrap();
    let params = PeekWorkParams::default();
    let left = process
        .work
        .peek_work(&process.caller, queue(), params)
        .await
        .unwrap();
    let states: Vec<_> = left
        .items
        .iter()
        .map(|item| (item.state, item.attempts))
        .collect();
    // The seed that came with the wake is done if its turn was first.
    assert!(!states.is_empty());
    assert!(
        states.iter().all(|state| *state == (WorkState::Ready, 0)),
        "{states:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grids_that_wait_are_heard_page_by_page() {
    let (process, faltering) = Process::faltering().await;
    let context = process.context_with_all_but_the_last().await;
    faltering.page.store(1, Ordering::SeqCst);
    process.add(&context, LAST).await;
    process.work_with(1);
    process.settled_at_the_first_attempt().await;
    assert_eq!(process.counts(&context).await, nine());
    assert!(faltering.further_pages.load(Ordering::SeqCst) > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ack_that_is_not_heard_keeps_no_failure_from_being_told() {
    let mut process = Process::without_relay().await;
    process.parts.work = Overheard::new(process.work.clone(), |asked| match asked {
        Asked::Ack => Err(Problem::new(500, "the ack was not heard")),
        Asked::Push(_) => Ok(()),
    });
    let nobodys = uuid::Uuid::now_v7().to_string();
    let work = json!({"form": 1, "kind": "seed", "version": 1});
    let moot = json!({"item": nobodys, "context": nobodys, "work": work});
    let items = [json!({"item": "not an id"}), moot]
        .map(|payload| serde_json::from_value(json!({"payload": payload, "attempts_max": 1})).unwrap());
    let push = PushWork {
        items: items.to_vec(),
    };
    let pushed = process
        .work
        .push_work(&process.caller, queue(), PushWorkParams::default(), push);
    pushed.await.unwrap();
    process.work_with(1);
    let dead = async || {
        let params = ListDeadWorkParams::default();
        let dead = process
            .work
            .list_dead_work(&process.caller, queue(), params)
            .await;
        dead.unwrap().items
    };
    eventually(async || !dead().await.is_empty()).await;
    // By its worker, and not because its lease ran out.
    let reason = dead().await[0].reason.clone();
    assert!(reason.contains("cannot be read"), "{reason}");
}
