//! What is written down, and when.

use std::sync::{Arc, Mutex};

use super::*;
use crate::{CallerKind, RequestContext, Scopes};

static POUR: OperationInfo = OperationInfo {
    operation_id: "pour_tea",
    audit: true,
    ..OperationInfo::EMPTY
};

#[derive(Default)]
struct Kept {
    entries: Mutex<Vec<AuditEntry>>,
    full: bool,
}

impl Kept {
    fn outcomes(&self) -> Vec<AuditOutcome> {
        let entries = self.entries.lock().unwrap();
        entries.iter().map(|entry| entry.outcome).collect()
    }
}

#[async_trait]
impl AuditLog for Kept {
    async fn keep(&self, entry: AuditEntry) -> Result<(), Problem> {
        if self.full {
            return Err(Problem::unavailable("nothing can be kept", 1));
        }
        self.note(entry);
        Ok(())
    }

    fn note(&self, entry: AuditEntry) {
        self.entries.lock().unwrap().push(entry);
    }
}

fn caller() -> Caller {
    Caller::new(
        "person:ada",
        CallerKind::Person,
        Scopes::default(),
        RequestContext::new(),
    )
}

async fn pour(log: &Arc<Kept>, outcome: Result<u8, Problem>) -> Result<u8, Problem> {
    let audit = Audit::to(log.clone());
    let recording = audit.begin(&POUR, &caller(), "/teas".to_owned()).await?;
    recording.end(outcome, |cup| Some(format!("/teas/{cup}"))).await
}

#[tokio::test]
async fn an_entry_is_there_before_the_deed_and_says_afterwards_how_it_ended() {
    let log = Arc::<Kept>::default();
    assert_eq!(pour(&log, Ok(7)).await.unwrap(), 7);
    assert_eq!(log.outcomes(), [AuditOutcome::Begun, AuditOutcome::Done]);
    let entries = log.entries.lock().unwrap();
    assert_eq!(entries[0].id, entries[1].id);
    assert_eq!(
        (&*entries[0].resource, &*entries[1].resource),
        ("/teas", "/teas/7")
    );
}

#[tokio::test]
async fn the_kind_of_a_failure_is_told_apart() {
    for (problem, outcome) in [
        (Problem::forbidden("no"), AuditOutcome::Denied),
        (Problem::unprocessable("no"), AuditOutcome::Refused),
        (Problem::internal(), AuditOutcome::Failed),
    ] {
        let log = Arc::<Kept>::default();
        assert!(pour(&log, Err(problem)).await.is_err());
        assert_eq!(log.outcomes(), [AuditOutcome::Begun, outcome]);
    }
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_done() {
    let log = Arc::new(Kept {
        full: true,
        ..Kept::default()
    });
    let audit = Audit::to(log);
    let refused = audit.begin(&POUR, &caller(), String::new()).await;
    assert_eq!(refused.err().unwrap().status, 503);
}

#[tokio::test]
async fn a_denial_says_what_was_missing() {
    let log = Arc::<Kept>::default();
    let mut problem = Problem::forbidden("no");
    problem.missing = vec!["teas:pour".to_owned()];
    Audit::to(log.clone()).denied(&POUR, &caller(), &"é".repeat(1_000), &problem);
    let entries = log.entries.lock().unwrap();
    assert_eq!(entries[0].missing, ["teas:pour"]);
    assert_eq!(entries[0].resource.len(), RESOURCE_BYTES_MAX);
}
