//! Operations on roles and keys, passed to whoever has them: the services of this process, or the platform of another.
//!
//! Another process is asked in the name of this one, for the caller; a caller's own credential never leaves.

use async_trait::async_trait;
use crochet_api::platform::{
    AccessExplanation, CreateKeyResponse, ExplainAccess, IntrospectKey, IntrospectedKey, KeyId, KeyPage,
    KeysOperations, ListKeysParams, ListRoleChangesParams, ListScopesParams, MatrixVersion, NewKey,
    NewRoleMatrix, ReadKeyParams, ReadKeyResponse, ReadRoleMatrixParams, ReadRoleMatrixResponse,
    ReplaceRoleMatrixParams, ReplaceRoleMatrixResponse, RevokeKeyParams, RoleMatrixChangePage,
    RoleMatrixPreview, RolesOperations, RotateKey, RotateKeyParams, RotateKeyResponse, ScopePage,
    UndoRoleChangeParams, UndoRoleChangeResponse,
};
use crochet_openapi::{Caller, Problem};

use super::{AccessAt, PlatformService};

impl PlatformService {
    /// Who has the keys, and as whom they are asked.
    fn keys(&self, caller: &Caller) -> (&dyn KeysOperations, Caller) {
        match &self.parts.access {
            AccessAt::Here { keys, .. } => (&**keys, caller.clone()),
            AccessAt::Elsewhere { platform, identity } => (&**platform, identity.acting_for(caller)),
        }
    }

    /// Who has the roles, and as whom they are asked.
    fn roles(&self, caller: &Caller) -> (&dyn RolesOperations, Caller) {
        match &self.parts.access {
            AccessAt::Here { roles, .. } => (&**roles, caller.clone()),
            AccessAt::Elsewhere { platform, identity } => (&**platform, identity.acting_for(caller)),
        }
    }
}

#[async_trait]
impl KeysOperations for PlatformService {
    async fn list_keys(&self, caller: &Caller, params: ListKeysParams) -> Result<KeyPage, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.list_keys(&caller, params).await
    }

    async fn create_key(&self, caller: &Caller, body: NewKey) -> Result<CreateKeyResponse, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.create_key(&caller, body).await
    }

    async fn read_key(
        &self,
        caller: &Caller,
        id: KeyId,
        params: ReadKeyParams,
    ) -> Result<ReadKeyResponse, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.read_key(&caller, id, params).await
    }

    async fn revoke_key(&self, caller: &Caller, id: KeyId, params: RevokeKeyParams) -> Result<(), Problem> {
        let (keys, caller) = self.keys(caller);
        keys.revoke_key(&caller, id, params).await
    }

    async fn rotate_key(
        &self,
        caller: &Caller,
        id: KeyId,
        params: RotateKeyParams,
        body: RotateKey,
    ) -> Result<RotateKeyResponse, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.rotate_key(&caller, id, params, body).await
    }

    async fn introspect_key(&self, caller: &Caller, body: IntrospectKey) -> Result<IntrospectedKey, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.introspect_key(&caller, body).await
    }
}

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
