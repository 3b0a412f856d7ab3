//! The table of operations is complete, and whoever serves or guards them keeps to what somebody has reviewed.

mod documents;
mod guards;
mod mutants;
mod record;
mod walk;

use std::collections::BTreeSet;

use crate::OPERATIONS;

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
