//! Matrices and their changes in the words of the spec.

use crochet_api::platform::{
    self as api, GrantedScopes, MatrixVersion, OpenedOperation, Role, RoleChange, RoleChangeKind, RoleMatrix,
    RoleMatrixChange, RoleName, ScopeInfo,
};
use crochet_auth::matrix::{self, ChangeKind, Matrix};
use crochet_auth::roles::{ADMIN, FOR_PEOPLE};
use crochet_domain::ports::MatrixRecord;
use crochet_openapi::{OperationInfo, Problem};

use crate::services::platform::access::scopes;
use crate::services::wire::{count, said};

/// The matrix, the built-in roles first.
pub(super) fn matrix(matrix: &Matrix) -> Result<RoleMatrix, Problem> {
    let built_in = FOR_PEOPLE.iter().map(|role| role.name);
    let own = matrix.roles().keys().map(String::as_str);
    let own = own.filter(|name| !matrix::is_built_in(name));
    let roles = built_in.chain(own).map(|name| role(matrix, name));
    Ok(RoleMatrix {
        version: version(matrix.version())?,
        roles: roles.collect::<Result<_, _>>()?,
    })
}

fn role(matrix: &Matrix, name: &str) -> Result<Role, Problem> {
    let grants = matrix.roles().get(name).cloned().unwrap_or_default();
    Ok(Role {
        name: said(name)?,
        description: said(grants.description)?,
        built_in: matrix::is_built_in(name),
        fixed: name == ADMIN.name,
        scopes: GrantedScopes(scopes(grants.scopes.iter().map(String::as_str))?),
    })
}

/// What is different between two matrices.
pub(super) fn changes(before: &Matrix, after: &Matrix) -> Result<Vec<RoleChange>, Problem> {
    before.changes_to(after).into_iter().map(change).collect()
}

fn change(change: matrix::RoleChange) -> Result<RoleChange, Problem> {
    Ok(RoleChange {
        role: said(change.role)?,
        kind: match change.kind {
            ChangeKind::Added => RoleChangeKind::Added,
            ChangeKind::Removed => RoleChangeKind::Removed,
            ChangeKind::Changed => RoleChangeKind::Changed,
        },
        gained: scopes(change.gained.iter().map(String::as_str))?,
        lost: scopes(change.lost.iter().map(String::as_str))?,
        described: change.described,
    })
}

/// A change that was made.
pub(super) fn record(
    record: &MatrixRecord,
    before: &Matrix,
    after: &Matrix,
) -> Result<RoleMatrixChange, Problem> {
    Ok(RoleMatrixChange {
        version: version(record.version)?,
        changed_at: record.changed_at,
        changed_by: said(record.changed_by.as_str())?,
        undoes: record.undoes.map(version).transpose()?,
        changes: changes(before, after)?,
    })
}

/// What a scope opens and who grants it.
pub(super) fn scope_info(
    scope: &str,
    matrix: &Matrix,
    operations: &[&OperationInfo],
) -> Result<ScopeInfo, Problem> {
    let opened = operations
        .iter()
        .filter(|operation| operation.security.scopes.contains(&scope))
        .map(|operation| OpenedOperation {
            spec: operation.spec.to_owned(),
            operation_id: operation.operation_id.to_owned(),
            summary: operation.summary.to_owned(),
        });
    Ok(ScopeInfo {
        scope: said(scope)?,
        operations: opened.collect(),
        granted_by: names(matrix.granting(&[scope]))?,
    })
}

/// Names of roles.
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<RoleName>, Problem> {
    names.into_iter().map(said).collect()
}

/// A version of the matrix.
pub(super) fn version(version: u64) -> Result<MatrixVersion, Problem> {
    api::MatrixVersion::try_from(count(version)).map_err(|invalid| {
        tracing::error!(error = %invalid, "a version of the role matrix breaks a rule of the spec");
        Problem::internal()
    })
}
