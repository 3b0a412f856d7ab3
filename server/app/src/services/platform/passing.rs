//! Operations on keys, passed to whoever has them: the key service of this process, or the platform of another.
//!
//! Another process is asked in the name of this one, for the caller; a caller's own credential never leaves.

use async_trait::async_trait;
use crochet_api::platform::{
    CreateKeyResponse, IntrospectKey, IntrospectedKey, KeyId, KeyPage, KeysOperations, ListKeysParams,
    NewKey, ReadKeyParams, ReadKeyResponse, RevokeKeyParams, RotateKey, RotateKeyParams, RotateKeyResponse,
};
use crochet_openapi::{Caller, Problem};

use super::{KeysAt, PlatformService};

impl PlatformService {
    /// Who has the keys, and as whom they are asked.
    fn keys(&self, caller: &Caller) -> (&dyn KeysOperations, Caller) {
        match &self.parts.keys {
            KeysAt::Here(keys) => (&**keys, caller.clone()),
            KeysAt::Elsewhere { platform, identity } => (&**platform, identity.acting_for(caller)),
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
