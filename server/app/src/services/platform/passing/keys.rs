//! Operations on keys, passed on.

use async_trait::async_trait;
use crochet_api::platform::{
    CreateKeyResponse, CreateOwnKeyResponse, IntrospectKey, IntrospectedKey, KeyId, KeyPage, KeysOperations,
    ListKeysParams, ListOwnKeysParams, NewKey, ReadKeyParams, ReadKeyResponse, ReadOwnKeyParams,
    ReadOwnKeyResponse, RevokeKeyParams, RevokeOwnKeyParams, RotateKey, RotateKeyParams, RotateKeyResponse,
    RotateOwnKeyParams, RotateOwnKeyResponse,
};
use crochet_openapi::{Caller, Problem};

use crate::services::platform::PlatformService;

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

    async fn list_own_keys(&self, caller: &Caller, params: ListOwnKeysParams) -> Result<KeyPage, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.list_own_keys(&caller, params).await
    }

    async fn create_own_key(&self, caller: &Caller, body: NewKey) -> Result<CreateOwnKeyResponse, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.create_own_key(&caller, body).await
    }

    async fn read_own_key(
        &self,
        caller: &Caller,
        id: KeyId,
        params: ReadOwnKeyParams,
    ) -> Result<ReadOwnKeyResponse, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.read_own_key(&caller, id, params).await
    }

    async fn revoke_own_key(
        &self,
        caller: &Caller,
        id: KeyId,
        params: RevokeOwnKeyParams,
    ) -> Result<(), Problem> {
        let (keys, caller) = self.keys(caller);
        keys.revoke_own_key(&caller, id, params).await
    }

    async fn rotate_own_key(
        &self,
        caller: &Caller,
        id: KeyId,
        params: RotateOwnKeyParams,
        body: RotateKey,
    ) -> Result<RotateOwnKeyResponse, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.rotate_own_key(&caller, id, params, body).await
    }

    async fn introspect_key(&self, caller: &Caller, body: IntrospectKey) -> Result<IntrospectedKey, Problem> {
        let (keys, caller) = self.keys(caller);
        keys.introspect_key(&caller, body).await
    }
}
