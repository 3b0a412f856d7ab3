//! The table of operations is complete, and the guards keep to it: the authorisation walk, in process.

use std::collections::BTreeSet;
use std::sync::Arc;

use crochet_openapi::{Caller, CallerKind, OperationInfo, Problem, RequestContext, Scopes};

use crate::{OPERATIONS, contexts, ingestor, orthos, platform, remediations, stub, work};

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

/// How every operation of every spec ends for `caller`, in process.
async fn outcomes(caller: &Caller) -> Vec<(&'static OperationInfo, Result<(), Problem>)> {
    let mut outcomes = Vec::new();
    macro_rules! probe {
        ($($spec:ident: $guarded:ident, $stub:ident;)*) => { $(
            let guarded = $spec::$guarded::new(Arc::new(stub::$spec::$stub));
            for (id, outcome) in stub::$spec::probe(&guarded, caller).await {
                let named = |operation: &&&OperationInfo| {
                    operation.spec == stringify!($spec) && operation.operation_id == id
                };
                outcomes.push((*OPERATIONS.iter().find(named).unwrap(), outcome));
            }
        )* };
    }
    probe! {
        contexts: GuardedContexts, StubContexts;
        ingestor: GuardedIngestor, StubIngestor;
        orthos: GuardedOrthos, StubOrthos;
        platform: GuardedPlatform, StubPlatform;
        remediations: GuardedRemediations, StubRemediations;
        work: GuardedWork, StubWork;
    }
    outcomes
}

fn caller<'s>(scopes: impl IntoIterator<Item = &'s str>) -> Caller {
    Caller::new(
        "key:1",
        CallerKind::Key,
        scopes.into_iter().collect::<Scopes>(),
        RequestContext::new(),
    )
}

fn status(outcome: Result<(), Problem>) -> u16 {
    outcome.unwrap_err().status
}

#[tokio::test]
async fn nobody_gets_past_a_guard_unless_the_operation_is_public() {
    let outcomes = outcomes(&Caller::anonymous(RequestContext::new())).await;
    assert_eq!(outcomes.len(), OPERATIONS.len());
    for (operation, outcome) in outcomes {
        let expected = if operation.security.is_public() { 501 } else { 401 };
        assert_eq!(status(outcome), expected, "{}", operation.operation_id);
    }
}

#[tokio::test]
async fn a_caller_without_scopes_gets_only_what_needs_none() {
    for (operation, outcome) in outcomes(&caller([])).await {
        let expected = if operation.security.scopes.is_empty() {
            501
        } else {
            403
        };
        assert_eq!(status(outcome), expected, "{}", operation.operation_id);
    }
}

#[tokio::test]
async fn every_scope_opens_what_needs_it_and_nothing_else() {
    let scopes: BTreeSet<_> = OPERATIONS
        .iter()
        .flat_map(|operation| operation.security.scopes)
        .copied()
        .collect();
    for scope in &scopes {
        for (operation, outcome) in outcomes(&caller([*scope])).await {
            let open = operation.security.scopes.iter().all(|needed| needed == scope);
            assert_eq!(
                status(outcome),
                if open { 501 } else { 403 },
                "{} with {scope}",
                operation.operation_id
            );
        }
    }
    for (operation, outcome) in outcomes(&caller(scopes)).await {
        assert_eq!(status(outcome), 501, "{}", operation.operation_id);
    }
}
