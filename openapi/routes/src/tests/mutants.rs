//! Whether the walks would notice: for every operation in turn, one whose guard is not called, and ones whose entry in
//! the table demands less or something else. A walk must name exactly that operation.

use std::sync::Arc;

use crochet_openapi::{OperationInfo, Requirement, Scheme, SchemeKind, Security};
use crochet_openapi_poem::{Api, GeneratedRoutes, Operations, RouteTable, Routes};
use poem::Response;
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};

use super::record::reviewed;
use super::walk::{api, faults, host};
use crate::OPERATIONS;

/// Routes of one path, made like the generated ones, but with one entry that is not the table's.
struct Path(Vec<&'static OperationInfo>);

impl Path {
    /// The path of `mutant` with whatever else stands there.
    fn of(mutant: OperationInfo) -> Self {
        let others = same_path(&mutant).filter(|operation| operation.method != mutant.method);
        let mut operations: Vec<_> = others.collect();
        operations.push(Box::leak(Box::new(mutant)));
        Self(operations)
    }
}

impl GeneratedRoutes for Path {
    fn operations(self) -> Operations {
        let mut routes = Routes::new(Arc::new(()));
        for operation in self.0 {
            routes.add(operation, |_, _| async { Ok(Response::default()) });
        }
        routes.finish()
    }
}

impl OpenApi for Path {
    fn meta() -> Vec<MetaApi> {
        Vec::new()
    }

    fn register(_: &mut Registry) {}

    fn add_routes(self, table: &mut RouteTable) {
        self.operations().fill(table);
    }
}

fn same_path(operation: &OperationInfo) -> impl Iterator<Item = &'static OperationInfo> + use<> {
    let path = operation.full_path();
    let operations = OPERATIONS.iter().copied();
    operations.filter(move |other| other.full_path() == path)
}

/// All routes, one of which guards by `security` and not by what the table says.
fn api_with(operation: &OperationInfo, security: Security) -> Api {
    let mutant = OperationInfo {
        security,
        ..*operation
    };
    Api::new(host(), api()).mount(Path::of(mutant))
}

static BASIC: Scheme = Scheme::new("basic", SchemeKind::Basic);
static UNKNOWN: [Requirement; 1] = [Requirement::new(&BASIC, &[])];

/// Everything that an entry of the table could demand in place of what it should.
fn others(security: Security) -> Vec<Security> {
    let leak = |any_of: Vec<&'static [Requirement]>| &*any_of.leak();
    let mut others = Vec::new();
    for left_out in 0..security.any_of.len() {
        let mut fewer = security.any_of.to_vec();
        fewer.remove(left_out);
        let mut other = security.any_of.to_vec();
        other[left_out] = &UNKNOWN;
        let mut open = security.any_of.to_vec();
        open[left_out] = &[];
        for any_of in [fewer, other, open] {
            let any_of = leak(any_of);
            others.push(Security { any_of, ..security });
        }
    }
    for scopes in [&[][..], &["work:unheard-of"]] {
        if !security.is_public() && security.scopes != scopes {
            others.push(Security { scopes, ..security });
        }
    }
    others
}

#[tokio::test]
async fn a_route_whose_guard_is_not_called_is_named_and_no_other() {
    let reviewed = reviewed();
    for operation in OPERATIONS {
        let api = api_with(operation, Security::PUBLIC);
        let faults = faults(&api, OPERATIONS.iter().copied(), &reviewed).await;
        let named: Vec<_> = faults.iter().map(|(id, _)| *id).collect();
        let expected = (!operation.security.is_public()).then_some(operation.operation_id);
        assert_eq!(named, Vec::from_iter(expected), "{faults:?}");
    }
}

#[tokio::test]
async fn a_route_that_demands_something_else_is_named_and_no_other() {
    let reviewed = reviewed();
    for operation in OPERATIONS {
        for security in others(operation.security) {
            let api = api_with(operation, security);
            let faults = faults(&api, same_path(operation), &reviewed).await;
            let named: Vec<_> = faults.iter().map(|(id, _)| *id).collect();
            assert_eq!(named, [operation.operation_id], "{security:?} {faults:?}");
        }
    }
}
