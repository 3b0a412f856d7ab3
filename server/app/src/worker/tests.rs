//! Workers against real services on a temporary database: what they settle, what they give back, what they refuse.

mod faltering;
mod keeping;
mod outages;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crochet_api::common::{ContextId, NewBounds};
use crochet_api::contexts::{ContextsOperations, CreateContextParams, DeleteContextParams, NewContext};
use crochet_api::ingestor::{CreateIngestParams, IngestsOperations, NewIngest, SearchMode};
use crochet_api::orthos::{
    CreateSurveyParams, NewSurvey, OrthosOperations, ProofsOperations, SurveyId, SurveyState,
    SurveysOperations,
};
use crochet_api::work::{
    ListDeadWorkParams, NewWorkItem, PushWork, PushWorkParams, QueueName, QueuesOperations, WorkOperations,
    WorkPayload,
};
use crochet_domain::ports::{Clock, Ledger};
use crochet_openapi::{Caller, CallerKind, Identity, RequestContext, Scopes};
use crochet_store::{Store, SystemClock};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{WorkerOptions, WorkerParts, run};
use crate::pipeline::{PipelineParts, relay};
use crate::queues::PipelineQueue;
use crate::services::{
    ContextsService, IngestorService, OrthosParts, OrthosService, RemediationsService, WorkService,
};

/// Services, relay and workers in one process.
struct Process {
    parts: WorkerParts,
    pipeline: PipelineParts,
    contexts: Arc<ContextsService>,
    orthos: Arc<OrthosService>,
    work: Arc<WorkService>,
    ingestor: IngestorService,
    ledger: Arc<dyn Ledger>,
    store: Store,
    caller: Caller,
    _folder: tempfile::TempDir,
}

/// Three columns, three rows, and the strip inside: nine orthos.
const SQUARE: &str = "a b c. d e f. g h i. a d g. b e h. c f i.";

fn identity(name: &str) -> Identity {
    Identity::service(name, Scopes::default())
}

impl Process {
    async fn start() -> Self {
        let process = Self::without_relay().await;
        tokio::spawn(relay(process.pipeline.clone(), CancellationToken::new()));
        process
    }

    /// A process whose ledger the test hands over itself.
    async fn without_relay() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = Store::open(&folder.path().join("crochet.sqlite"), clock.clone())
            .await
            .unwrap();
        let contexts = Arc::new(ContextsService::new(store.contexts()));
        let orthos = Arc::new(OrthosService::new(OrthosParts {
            identity: identity("orthos"),
            contexts_api: contexts.clone(),
            contexts: store.contexts(),
            orthos: store.orthos(),
            remediations: store.remediations(),
            surveys: store.surveys(),
            inspection: store.inspection(),
        }));
        let work = Arc::new(WorkService::new(store.queue(10_000), clock.clone()));
        let remediations = Arc::new(RemediationsService::new(store.contexts(), store.remediations()));
        let pipeline = PipelineParts {
            ledger: store.ledger(),
            work: work.clone(),
            identity: identity("ingestor"),
            clock,
            relay_every: Duration::from_millis(20),
            sweep_after: Duration::from_secs(60),
        };
        Self {
            pipeline,
            parts: WorkerParts {
                work: work.clone(),
                contexts: contexts.clone(),
                remediations,
                orthos: orthos.clone(),
                identity: identity("worker"),
            },
            contexts,
            orthos,
            work,
            ingestor: IngestorService::new(store.contexts(), store.ingest()),
            ledger: store.ledger(),
            store,
            caller: Caller::new(
                "person:ada",
                CallerKind::Person,
                Scopes::default(),
                RequestContext::new(),
            ),
            _folder: folder,
        }
    }

    fn work_with(&self, workers: usize) -> (CancellationToken, JoinHandle<()>) {
        let options = WorkerOptions {
            workers,
            // Short enough for a test to see what happens at every third of it.
            lease: Duration::from_secs(1),
            ..WorkerOptions::default()
        };
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(run(self.parts.clone(), options, shutdown.clone()));
        (shutdown, running)
    }

    async fn context(&self, title: &str) -> ContextId {
        self.context_within(title, None).await
    }

    async fn context_within(&self, title: &str, bounds: Option<NewBounds>) -> ContextId {
        let new = NewContext {
            id: None,
            title: title.try_into().unwrap(),
            tokeniser: None,
            bounds,
        };
        let params = CreateContextParams::default();
        let made = self.contexts.create_context(&self.caller, params, new).await;
        made.unwrap().body.id
    }

    async fn add(&self, context: &ContextId, text: &str) {
        self.add_with(context, text, SearchMode::All).await;
    }

    async fn add_with(&self, context: &ContextId, text: &str, search: SearchMode) {
        let title = "A text".try_into().unwrap();
        let new = NewIngest {
            title,
            text: text.to_owned(),
            search,
        };
        let params = CreateIngestParams::default();
        self.ingestor
            .create_ingest(&self.caller, context.clone(), params, new)
            .await
            .unwrap();
    }

    /// Waits until the ledger is empty.
    async fn settled(&self) {
        eventually(async || self.ledger.depth().await.unwrap().outstanding == 0).await;
    }

    async fn counts(&self, context: &ContextId) -> BTreeMap<String, i64> {
        let counts = self
            .orthos
            .count_shapes(&self.caller, context.clone())
            .await
            .unwrap();
        counts
            .shapes
            .into_iter()
            .map(|count| (count.shape.to_string(), count.orthos))
            .collect()
    }
}

/// Polls until it is so; a test that waits in vain fails.
async fn eventually(so: impl AsyncFn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.expect("it is so within half a minute");
}

fn nine() -> BTreeMap<String, i64> {
    [("2x2", 4), ("2x3", 4), ("3x3", 1)]
        .map(|(shape, count)| (shape.to_owned(), count))
        .into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_settles_with_its_orthos() {
    let process = Process::start().await;
    process.work_with(2);
    let context = process.context("square").await;
    process.add(&context, SQUARE).await;
    process.settled().await;
    assert_eq!(process.counts(&context).await, nine());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentences_that_come_while_workers_work_are_not_lost() {
    let process = Process::start().await;
    process.work_with(3);
    let context = process.context("pieces").await;
    for sentence in SQUARE.split_inclusive('.') {
        process.add(&context, sentence).await;
    }
    process.settled().await;
    assert_eq!(process.counts(&context).await, nine());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_stop_when_told_and_others_go_on() {
    let process = Process::start().await;
    let context = process.context("stopped").await;
    let (shutdown, running) = process.work_with(1);
    let before = process.context("before").await;
    process.add(&before, "a b. c d. a c. b d.").await;
    process.settled().await;
    shutdown.cancel();
    running.await.unwrap();
    process.add(&context, SQUARE).await;
    // The relay goes on, and nobody takes what it hands over.
    let queue: QueueName = "pipeline".parse().unwrap();
    let waiting = async || {
        let read = process.work.read_queue(&process.caller, queue.clone()).await;
        read.is_ok_and(|queue| (queue.ready, queue.leased) == (1, 0))
    };
    eventually(waiting).await;
    process.work_with(1);
    process.settled().await;
    assert_eq!(process.counts(&context).await, nine());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_for_a_deleted_context_is_dropped() {
    let process = Process::start().await;
    let context = process.context("gone").await;
    process.add(&context, SQUARE).await;
    let queue: QueueName = "pipeline".parse().unwrap();
    // The queue is there from its first item on.
    let waiting = async || {
        let read = process.work.read_queue(&process.caller, queue.clone()).await;
        read.is_ok_and(|queue| queue.ready > 0)
    };
    eventually(waiting).await;
    let params = DeleteContextParams {
        if_match: "*".try_into().unwrap(),
    };
    process
        .contexts
        .delete_context(&process.caller, context, params)
        .await
        .unwrap();
    process.work_with(1);
    eventually(async || {
        let queue = process
            .work
            .read_queue(&process.caller, queue.clone())
            .await
            .unwrap();
        queue.ready + queue.leased + queue.delayed + queue.dead == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_nobody_can_read_dies_with_its_reason() {
    let process = Process::start().await;
    process.work_with(1);
    let queue: QueueName = "pipeline".parse().unwrap();
    let payload = WorkPayload(BTreeMap::from([("item".to_owned(), json!("not an id"))]));
    let item = NewWorkItem {
        payload,
        attempts_max: 1,
        ..serde_json::from_value(json!({"payload": {}})).unwrap()
    };
    let push = PushWork { items: vec![item] };
    process
        .work
        .push_work(&process.caller, queue.clone(), PushWorkParams::default(), push)
        .await
        .unwrap();
    let dead = async || {
        let params = ListDeadWorkParams::default();
        process
            .work
            .list_dead_work(&process.caller, queue.clone(), params)
            .await
            .unwrap()
            .items
    };
    eventually(async || !dead().await.is_empty()).await;
    let reason = dead().await[0].reason.clone();
    assert!(reason.contains("cannot be read"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_survey_counts_what_the_pipeline_stored() {
    let process = Process::start().await;
    process.work_with(2);
    let context = process.context("surveyed").await;
    process.add(&context, SQUARE).await;
    process.settled().await;
    let asked: NewSurvey = serde_json::from_value(json!({})).unwrap();
    let params = CreateSurveyParams::default();
    let made = process
        .orthos
        .create_survey(&process.caller, context.clone(), params, asked)
        .await
        .unwrap();
    let read = async || {
        process
            .orthos
            .read_survey(&process.caller, context.clone(), made.body.id)
            .await
            .unwrap()
    };
    eventually(async || read().await.state == SurveyState::Done).await;
    let shapes = read().await.shapes;
    let counted: BTreeMap<String, i64> = shapes
        .into_iter()
        .map(|count| (count.shape.to_string(), count.orthos))
        .collect();
    assert_eq!(counted, process.counts(&context).await);
}

/// A context whose surveys would take longer than anybody lives: every two of twenty words are a phrase, and grids have
/// six axes.
async fn endless(process: &Process) -> ContextId {
    let context = process.context("endless").await;
    let words = || ('a'..='t').flat_map(|first| ('a'..='t').map(move |second| (first, second)));
    let different = words().filter(|(first, second)| first != second);
    let text: String = different
        .map(|(first, second)| format!("{first} {second}. "))
        .collect();
    process.add_with(&context, &text, SearchMode::Skip).await;
    context
}

impl Process {
    async fn survey_without_end(&self, context: &ContextId) -> SurveyId {
        let asked = json!({"bounds": {"max_dims": 6, "max_extent": 2, "max_cells": 64}});
        let made = self
            .orthos
            .create_survey(
                &self.caller,
                context.clone(),
                CreateSurveyParams::default(),
                serde_json::from_value(asked).unwrap(),
            )
            .await;
        made.unwrap().body.id
    }

    async fn cancel_survey(&self, context: &ContextId, survey: SurveyId) {
        let cancelled = self.orthos.cancel_survey(&self.caller, context.clone(), survey);
        cancelled.await.unwrap();
    }

    /// How many parts of surveys workers have.
    async fn surveyed(&self) -> i64 {
        let queue = PipelineQueue::Surveys.name();
        let read = self.work.read_queue(&self.caller, queue).await;
        read.unwrap().leased
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_survey_frees_its_worker() {
    let process = Process::start().await;
    let context = endless(&process).await;
    let survey = process.survey_without_end(&context).await;
    process.work_with(1);
    eventually(async || process.surveyed().await > 0).await;
    process.cancel_survey(&context, survey).await;
    let other = process.context("other").await;
    process.add(&other, SQUARE).await;
    eventually(async || process.counts(&other).await == nine()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_survey_frees_its_worker() {
    let process = Process::start().await;
    let context = endless(&process).await;
    let survey = process.survey_without_end(&context).await;
    process.work_with(1);
    eventually(async || process.surveyed().await > 0).await;
    let deleted = process.orthos.delete_survey(&process.caller, context, survey);
    deleted.await.unwrap();
    eventually(async || process.surveyed().await == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn surveys_leave_a_worker_to_ingests_however_many_there_are() {
    let process = Process::start().await;
    let context = endless(&process).await;
    let mut surveys = Vec::new();
    for _ in 0..3 {
        surveys.push(process.survey_without_end(&context).await);
    }
    process.work_with(2);
    eventually(async || process.surveyed().await == 2).await;
    let other = process.context("other").await;
    for sentence in SQUARE.split_inclusive('.') {
        process.add(&other, sentence).await;
    }
    eventually(async || process.counts(&other).await == nine()).await;
    // With nothing else to do, the worker is lent again.
    eventually(async || process.surveyed().await == 2).await;
    for survey in surveys {
        process.cancel_survey(&context, survey).await;
    }
    eventually(async || process.surveyed().await == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settled_context_of_three_axes_proves_right() {
    let process = Process::start().await;
    process.work_with(2);
    let bounds = NewBounds {
        max_dims: Some(3),
        max_extent: Some(4),
        max_cells: Some(64),
    };
    let context = process.context_within("cube", Some(bounds)).await;
    let cube = "a b. c d. a c. b d. e f. g h. e g. f h. a e. b f. c g. d h.";
    process.add(&context, cube).await;
    process.settled().await;
    assert_eq!(process.counts(&context).await.get("2x2x2"), Some(&1));
    let check = process
        .orthos
        .check_context(&process.caller, context)
        .await
        .unwrap();
    assert_eq!(check.faults, []);
}
