//! What this process writes down, and what a flood of refusals costs.

use std::time::Duration;

use crochet_domain::ports::{AuditQuery, AuditRecord, PageRequest};
use crochet_openapi::{Caller, RequestContext, Scopes};
use crochet_routes::OPERATIONS;
use crochet_store::{Store, SystemClock};

use super::*;

async fn trail(folder: &tempfile::TempDir) -> Arc<dyn AuditTrail> {
    let file = folder.path().join("crochet.sqlite");
    let store = Store::open(&file, Arc::new(SystemClock)).await.unwrap();
    store.audit_trail()
}

async fn kept(trail: &dyn AuditTrail) -> Vec<AuditRecord> {
    let all = trail
        .list(&AuditQuery::default(), PageRequest::first(10_000))
        .await;
    all.unwrap().items
}

fn refuse(audit: &Audit) {
    let caller = Caller::new(
        "person:ada",
        CallerKind::Person,
        Scopes::default(),
        RequestContext::new(),
    );
    audit.denied(OPERATIONS[0], &caller, "/api", &Problem::forbidden("no"));
}

fn refuse_a_stranger(audit: &Audit) {
    let caller = Caller::anonymous(RequestContext::new());
    audit.denied(OPERATIONS[0], &caller, "/api", &Problem::forbidden("no"));
}

#[tokio::test]
async fn whom_nobody_knows_takes_no_place_of_those_who_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let trail = trail(&folder).await;
    let recorder = Recorder::here(trail.clone());
    let audit = recorder.audit();
    for _ in 0..NOTES_MAX {
        refuse_a_stranger(&audit);
    }
    for _ in 0..100 {
        refuse(&audit);
    }
    assert_eq!(recorder.lost.load(Ordering::Relaxed), 0);
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    recorder.run(shutdown).await.unwrap();
    let room = usize::try_from(NOTED_MAX).unwrap();
    assert_eq!(kept(&*trail).await.len(), room + 100);
}

#[tokio::test]
async fn a_flood_of_refusals_waits_for_nobody_and_fills_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let trail = trail(&folder).await;
    let recorder = Recorder::here(trail.clone());
    let audit = recorder.audit();
    for _ in 0..NOTES_MAX + 50 {
        refuse(&audit);
    }
    assert_eq!(recorder.lost.load(Ordering::Relaxed), 50);
    assert_eq!(
        kept(&*trail).await.len(),
        0,
        "nothing is written on the way of a request"
    );
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    recorder.run(shutdown).await.unwrap();
    assert_eq!(
        kept(&*trail).await.len(),
        NOTES_MAX,
        "what was noted is written before the end"
    );
}

/// A store that takes nothing.
struct Broken;

#[async_trait]
impl Keeper for Broken {
    async fn keep(&self, _: Vec<AuditEntry>) -> Result<(), Problem> {
        Err(Problem::new(507, "the disk is full"))
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_begun() {
    let audit = Recorder::to(Arc::new(Broken)).audit();
    let caller = Caller::anonymous(RequestContext::new());
    let begun = audit.begin(OPERATIONS[0], &caller, "/api".to_owned()).await;
    let problem = begun.err().unwrap();
    assert_eq!((problem.status, problem.retry_after_s), (503, Some(5)));
}

#[tokio::test]
async fn notes_are_written_while_the_process_runs() {
    let folder = tempfile::tempdir().unwrap();
    let trail = trail(&folder).await;
    let recorder = Recorder::here(trail.clone());
    let (audit, shutdown) = (recorder.audit(), CancellationToken::new());
    let writing = tokio::spawn(recorder.run(shutdown.clone()));
    refuse(&audit);
    let written = async {
        while kept(&*trail).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), written)
        .await
        .unwrap();
    shutdown.cancel();
    writing.await.unwrap().unwrap();
}
