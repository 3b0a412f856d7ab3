//! The key store of the auth crate on the keys port of the domain.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_auth::{KeyHash, KeyStore, StoredKey};
use crochet_domain::ports::{KeyRecord, Keys};
use crochet_openapi::Problem;

use crate::services::problems::problem;

/// The owner of a key that belongs to one of our own processes starts so.
pub(crate) const SERVICE_OWNER: &str = "service:";

/// Looks keys up in the store of this process.
pub struct StoredKeys(Arc<dyn Keys>);

impl StoredKeys {
    /// Looks keys up in `keys`.
    pub fn new(keys: Arc<dyn Keys>) -> Self {
        Self(keys)
    }
}

#[async_trait]
impl KeyStore for StoredKeys {
    async fn find_key(&self, prefix: &str) -> Result<Option<StoredKey>, Problem> {
        Ok(self.0.find(prefix).await.map_err(problem)?.and_then(stored))
    }

    async fn note_use(&self, prefix: &str, _: DateTime<Utc>) -> Result<(), Problem> {
        match self.0.find(prefix).await.map_err(problem)? {
            Some(key) => self.0.touch(key.id).await.map_err(problem),
            None => Ok(()),
        }
    }
}

fn stored(key: KeyRecord) -> Option<StoredKey> {
    // A hash of another length is of another kind and matches no key that we can make.
    let hash: [u8; 32] = key.hash.try_into().ok()?;
    Some(StoredKey {
        prefix: key.prefix,
        hash: KeyHash::from_bytes(hash),
        service: key.owner.starts_with(SERVICE_OWNER),
        subject: key.owner,
        scopes: key.scopes,
        expires_at: key.expires_at,
        revoked_at: key.revoked_at,
    })
}
