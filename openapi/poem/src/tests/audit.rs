//! What is written down: every call of a marked operation, and whoever is refused.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crochet_openapi::{
    Audit, AuditEntry, AuditLog, AuditOutcome, Caller, CallerKind, Problem, RequestContext, Scopes,
};
use poem::Route;
use poem::test::TestClient;

use super::golden::api::tea_house::{ListTeasParams, TeasOperations};
use super::golden::routes::{AuditedTeaHouse, GuardedTeaHouse, TeaHouseRoutes};
use super::golden::stubs::{StubTeaHouse, probe};
use super::house::{ByToken, House};
use crate::{Api, Host};

const TEAS: &str = "/api/tea-house/v1/teas";

#[derive(Default)]
struct Kept(Mutex<Vec<AuditEntry>>);

impl Kept {
    fn told(&self) -> Vec<(&'static str, AuditOutcome, String)> {
        let entries = self.0.lock().unwrap();
        let told = entries.iter().map(|entry| {
            let operation = entry.operation.operation_id;
            (operation, entry.outcome, entry.caller.subject.to_string())
        });
        told.collect()
    }
}

#[async_trait]
impl AuditLog for Kept {
    async fn keep(&self, entry: AuditEntry) -> Result<(), Problem> {
        self.note(entry);
        Ok(())
    }

    fn note(&self, entry: AuditEntry) {
        self.0.lock().unwrap().push(entry);
    }
}

fn caller(scopes: &[&str]) -> Caller {
    let scopes = scopes.iter().copied().collect::<Scopes>();
    Caller::new("key:1", CallerKind::Key, scopes, RequestContext::new())
}

#[tokio::test]
async fn a_route_notes_whom_it_refuses_and_not_who_presents_nothing() {
    let log = Arc::<Kept>::default();
    let host = Host::new(Arc::new(ByToken)).with_audit(Audit::to(log.clone()));
    let routes = TeaHouseRoutes::new(Arc::<House>::default());
    let client = TestClient::new(Api::new(host, Route::new()).mount(routes));
    for key in ["bad", "orders:read", "teas:read", "down"] {
        client.get(TEAS).header("X-Api-Key", key).send().await;
    }
    client.get(TEAS).send().await;
    assert_eq!(
        log.told(),
        [
            ("list_teas", AuditOutcome::Denied, "anonymous".to_owned()),
            ("list_teas", AuditOutcome::Denied, "somebody".to_owned()),
        ]
    );
    let entries = log.0.lock().unwrap();
    assert_eq!(
        (&*entries[1].resource, &entries[1].missing[..]),
        (TEAS, &["teas:read".to_owned()][..])
    );
}

#[tokio::test]
async fn a_guard_notes_whom_it_refuses() {
    let log = Arc::<Kept>::default();
    let guarded = GuardedTeaHouse::new(Arc::new(StubTeaHouse)).noting(Audit::to(log.clone()));
    let nobody = Caller::anonymous(RequestContext::new());
    for caller in [caller(&["orders:read"]), caller(&["teas:read"]), nobody] {
        let asked = guarded.list_teas(&caller, ListTeasParams::default()).await;
        assert!(asked.is_err(), "a stub has no teas");
    }
    assert_eq!(
        log.told(),
        [("list_teas", AuditOutcome::Denied, "key:1".to_owned())]
    );
}

#[tokio::test]
async fn every_operation_that_is_marked_is_recorded_and_no_other() {
    let log = Arc::<Kept>::default();
    let audited = AuditedTeaHouse::new(Arc::new(StubTeaHouse), Audit::to(log.clone()));
    probe(&audited, &caller(&[])).await;
    let told = |outcome| ("create_tea", outcome, "key:1".to_owned());
    assert_eq!(
        log.told(),
        [told(AuditOutcome::Begun), told(AuditOutcome::Failed)]
    );
}
