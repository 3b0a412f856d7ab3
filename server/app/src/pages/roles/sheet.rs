//! The matrix as people read it: scopes by service down, roles across.

use crochet_api::platform::{OpenedOperation, RoleMatrix, ScopeInfo};
use serde::Serialize;

use super::wanted::Wanted;

/// Scopes that no operation of a spec demands are for our own processes.
const BETWEEN_SERVICES: &str = "between services";

/// The sheet.
#[derive(Debug, Serialize)]
pub(super) struct Sheet {
    roles: Vec<Column>,
    services: Vec<Service>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: String,
    description: String,
    built_in: bool,
    fixed: bool,
    removed: bool,
}

#[derive(Debug, Serialize)]
struct Service {
    name: String,
    scopes: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    scope: String,
    operations: Vec<OpenedOperation>,
    cells: Vec<Cell>,
}

#[derive(Debug, Serialize)]
struct Cell {
    role: String,
    /// Whether the form grants it.
    granted: bool,
    /// Whether it is granted now, when that is something else.
    differs: bool,
    fixed: bool,
}

impl Sheet {
    /// The matrix with what somebody wants of it.
    pub(super) fn new(matrix: &RoleMatrix, scopes: &[ScopeInfo], wanted: &Wanted) -> Self {
        let roles = columns(matrix, wanted);
        let mut services: Vec<Service> = Vec::new();
        for info in scopes {
            let operation = info.operations.first();
            let service = operation.map_or(BETWEEN_SERVICES, |operation| operation.spec.as_str());
            let row = Row {
                scope: info.scope.to_string(),
                operations: info.operations.clone(),
                cells: roles.iter().map(|role| cell(role, info, wanted)).collect(),
            };
            match services.iter_mut().find(|known| known.name == service) {
                Some(known) => known.scopes.push(row),
                None => services.push(Service {
                    name: service.to_owned(),
                    scopes: vec![row],
                }),
            }
        }
        // Of little use to people, so last.
        services.sort_by_key(|service| service.name == BETWEEN_SERVICES);
        Self { roles, services }
    }
}

/// The roles that there are in their order, then those that somebody wants beside them.
fn columns(matrix: &RoleMatrix, wanted: &Wanted) -> Vec<Column> {
    let known = matrix
        .roles
        .iter()
        .map(|role| (role.name.as_str(), role.built_in, role.fixed));
    let is_known = |name: &str| matrix.roles.iter().any(|role| role.name.as_str() == name);
    let new = wanted
        .roles
        .keys()
        .map(String::as_str)
        .filter(|name| !is_known(name));
    known
        .chain(new.map(|name| (name, false, false)))
        .map(|(name, built_in, fixed)| {
            let role = wanted.roles.get(name).cloned().unwrap_or_default();
            Column {
                name: name.to_owned(),
                description: role.description,
                built_in,
                fixed,
                removed: role.removed,
            }
        })
        .collect()
}

fn cell(role: &Column, info: &ScopeInfo, wanted: &Wanted) -> Cell {
    let granted = wanted
        .roles
        .get(&role.name)
        .is_some_and(|wanted| wanted.scopes.contains(info.scope.as_str()));
    let is_granted_now = info.granted_by.iter().any(|name| name.as_str() == role.name);
    Cell {
        role: role.name.clone(),
        granted,
        differs: granted != is_granted_now,
        fixed: role.fixed,
    }
}
