//! Who is calling, and what they may call.

use async_trait::async_trait;
use crochet_api::platform::{
    AccessOperations, CallerInfo, CallerKind, ListPermissionsParams, NewSignInLink, Permission,
    PermissionPage, Scope, SignInLink,
};
use crochet_auth::matrix::Matrix;
use crochet_openapi::{Caller, CallerKind as Kind, Denial, OperationInfo, Problem, authorise};

use super::roles::names;
use super::{AccessAt, PlatformService, links};
use crate::services::wire::{said, slice_page};

#[async_trait]
impl AccessOperations for PlatformService {
    async fn read_caller(&self, caller: &Caller) -> Result<CallerInfo, Problem> {
        info(caller)
    }

    async fn list_permissions(
        &self,
        caller: &Caller,
        params: ListPermissionsParams,
    ) -> Result<PermissionPage, Problem> {
        let matrix = self.parts.matrices.now().await?;
        permissions(self.parts.operations, caller, &matrix, &params)
    }

    async fn create_sign_in_link(&self, caller: &Caller, body: NewSignInLink) -> Result<SignInLink, Problem> {
        match (&self.parts.sign_ins, &self.parts.access) {
            (Some(sessions), _) => {
                let matrix = self.parts.matrices.now().await?;
                links::create(sessions, &matrix, caller, &body).await
            }
            (None, AccessAt::Elsewhere { platform, identity }) => {
                platform
                    .create_sign_in_link(&identity.acting_for(caller), body)
                    .await
            }
            (None, AccessAt::Here { .. }) => Err(links::none_here()),
        }
    }
}

/// The caller in the words of the spec.
pub(super) fn info(caller: &Caller) -> Result<CallerInfo, Problem> {
    Ok(CallerInfo {
        subject: said(&*caller.subject)?,
        kind: kind(caller.kind),
        scopes: scopes(caller.scopes.iter())?,
        on_behalf_of: caller.on_behalf_of.as_deref().map(said).transpose()?,
    })
}

pub(super) fn kind(kind: Kind) -> CallerKind {
    match kind {
        Kind::Anonymous => CallerKind::Anonymous,
        Kind::Person => CallerKind::Person,
        Kind::Key => CallerKind::Key,
        Kind::Program => CallerKind::Program,
        Kind::Service => CallerKind::Service,
    }
}

pub(super) fn scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Result<Vec<Scope>, Problem> {
    scopes.into_iter().map(said).collect()
}

/// What a caller may call.
pub(super) fn permissions(
    operations: &[&OperationInfo],
    caller: &Caller,
    matrix: &Matrix,
    params: &ListPermissionsParams,
) -> Result<PermissionPage, Problem> {
    let wanted = |operation: &&&OperationInfo| params.spec.as_ref().is_none_or(|spec| operation.spec == spec);
    let operations: Vec<_> = operations.iter().filter(wanted).collect();
    let list = format!("permissions {:?}", params.spec);
    let (operations, next_page) = slice_page(operations, list, params.limit, params.page_token.as_ref())?;
    let items = operations
        .into_iter()
        .map(|operation| permission(operation, caller, matrix));
    Ok(PermissionPage {
        items: items.collect::<Result<_, _>>()?,
        next_page,
    })
}

fn permission(operation: &OperationInfo, caller: &Caller, matrix: &Matrix) -> Result<Permission, Problem> {
    let denial = authorise(operation, caller).err();
    let missing = match &denial {
        Some(Denial::Missing(scopes)) => scopes.as_slice(),
        _ => &[],
    };
    Ok(Permission {
        spec: operation.spec.to_owned(),
        operation_id: operation.operation_id.to_owned(),
        method: operation.method.to_owned(),
        path: operation.full_path(),
        summary: operation.summary.to_owned(),
        allowed: denial.is_none(),
        scopes: scopes(operation.security.scopes.iter().copied())?,
        missing: scopes(missing.iter().copied())?,
        granted_by: names(matrix.granting(operation.security.scopes))?,
    })
}
