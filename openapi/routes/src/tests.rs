//! The table of operations is complete, and the guards keep to it.

use std::collections::BTreeSet;

use crochet_api::contexts::ContextsOperations;
use crochet_openapi::{Caller, CallerKind, RequestContext, Scopes};

use crate::OPERATIONS;
use crate::contexts::GuardedContexts;
use crate::stub::contexts::StubContexts;

#[test]
fn every_operation_of_every_spec_is_in_the_table_once() {
    let ids: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| (operation.spec, operation.operation_id))
        .collect();
    assert_eq!(ids.len(), OPERATIONS.len());
    for spec in crochet_api::SPECS {
        let written = spec
            .yaml
            .lines()
            .filter(|line| line.trim_start().starts_with("operationId:"))
            .count();
        let listed = OPERATIONS
            .iter()
            .filter(|operation| operation.spec == spec.name)
            .count();
        assert_eq!(written, listed, "{}", spec.name);
    }
}

#[test]
fn every_operation_stands_below_the_path_of_its_spec() {
    for operation in OPERATIONS {
        assert!(
            operation.full_path().starts_with("/api/"),
            "{}",
            operation.full_path()
        );
    }
}

#[tokio::test]
async fn a_guard_lets_only_those_through_who_hold_the_scopes() {
    let guarded = GuardedContexts::new(std::sync::Arc::new(StubContexts));
    let caller = |scopes: &[&str]| {
        let scopes = scopes.iter().copied().collect::<Scopes>();
        Caller::new("key:1", CallerKind::Key, scopes, RequestContext::new())
    };
    let asked = async |caller: Caller| {
        guarded
            .list_contexts(&caller, Default::default())
            .await
            .unwrap_err()
            .status
    };
    assert_eq!(asked(Caller::anonymous(RequestContext::new())).await, 401);
    assert_eq!(asked(caller(&[])).await, 403);
    assert_eq!(asked(caller(&["contexts:read"])).await, 501);
}
