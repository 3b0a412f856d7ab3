//! Operations on roles, passed on.

use async_trait::async_trait;
use crochet_api::platform::{
    AccessExplanation, ExplainAccess, ListRoleChangesParams, ListRolePermissionsParams, ListScopesParams,
    MatrixVersion, NewRoleMatrix, PermissionPage, ReadRoleMatrixParams, ReadRoleMatrixResponse,
    ReplaceRoleMatrixParams, ReplaceRoleMatrixResponse, RoleMatrixChangePage, RoleMatrixPreview, RoleName,
    RolesOperations, ScopePage, UndoRoleChangeParams, UndoRoleChangeResponse,
};
use crochet_openapi::{Caller, Problem};

use crate::services::platform::PlatformService;

#[async_trait]
impl RolesOperations for PlatformService {
    async fn explain_access(
        &self,
        caller: &Caller,
        body: ExplainAccess,
    ) -> Result<AccessExplanation, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.explain_access(&caller, body).await
    }

    async fn list_role_permissions(
        &self,
        caller: &Caller,
        role: RoleName,
        params: ListRolePermissionsParams,
    ) -> Result<PermissionPage, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.list_role_permissions(&caller, role, params).await
    }

    async fn list_scopes(&self, caller: &Caller, params: ListScopesParams) -> Result<ScopePage, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.list_scopes(&caller, params).await
    }

    async fn read_role_matrix(
        &self,
        caller: &Caller,
        params: ReadRoleMatrixParams,
    ) -> Result<ReadRoleMatrixResponse, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.read_role_matrix(&caller, params).await
    }

    async fn replace_role_matrix(
        &self,
        caller: &Caller,
        params: ReplaceRoleMatrixParams,
        body: NewRoleMatrix,
    ) -> Result<ReplaceRoleMatrixResponse, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.replace_role_matrix(&caller, params, body).await
    }

    async fn preview_role_matrix(
        &self,
        caller: &Caller,
        body: NewRoleMatrix,
    ) -> Result<RoleMatrixPreview, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.preview_role_matrix(&caller, body).await
    }

    async fn list_role_changes(
        &self,
        caller: &Caller,
        params: ListRoleChangesParams,
    ) -> Result<RoleMatrixChangePage, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.list_role_changes(&caller, params).await
    }

    async fn undo_role_change(
        &self,
        caller: &Caller,
        version: MatrixVersion,
        params: UndoRoleChangeParams,
    ) -> Result<UndoRoleChangeResponse, Problem> {
        let (roles, caller) = self.roles(caller);
        roles.undo_role_change(&caller, version, params).await
    }
}
