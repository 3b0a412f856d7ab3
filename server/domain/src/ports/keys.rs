//! API keys as they are stored: a prefix to find them by and a hash to know them by, never the key.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{KeyId, Page, PageRequest, StorageError};

/// A key to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// What its owner calls it.
    pub name: String,
    /// The part that may be shown; finds the record.
    pub prefix: String,
    /// Hash of the whole key.
    pub hash: Vec<u8>,
    /// Who acts with it.
    pub owner: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it ends; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A stored key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Its key in the store.
    pub id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// The part that may be shown.
    pub prefix: String,
    /// Hash of the whole key.
    pub hash: Vec<u8>,
    /// Who acts with it.
    pub owner: String,
    /// What it may be used for, sorted.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The key that it replaces.
    pub rotated_from: Option<KeyId>,
}

impl KeyRecord {
    /// Whether it opens anything at `now`.
    #[must_use]
    pub fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none_or(|at| at > now) && self.expires_at.is_none_or(|at| at > now)
    }
}

/// Why a question about keys has no answer.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// No such key.
    #[error("there is no such key")]
    NotFound,
    /// Another key has the prefix; make another.
    #[error("the prefix is taken")]
    PrefixTaken,
    /// The key was withdrawn or has ended and cannot be replaced.
    #[error("the key is not valid any more")]
    NotValid,
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps API keys.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Stores a key.
    async fn create(&self, new: NewKey) -> Result<KeyRecord, KeysError>;

    /// One key.
    async fn get(&self, id: KeyId) -> Result<KeyRecord, KeysError>;

    /// The key of a prefix, valid or not.
    async fn find(&self, prefix: &str) -> Result<Option<KeyRecord>, KeysError>;

    /// Keys by age, newest first; only those of `owner` when given.
    async fn list(&self, owner: Option<&str>, page: PageRequest) -> Result<Page<KeyRecord>, KeysError>;

    /// Notes that a key was used; cheap when it was noted within the last minute.
    async fn touch(&self, id: KeyId) -> Result<(), KeysError>;

    /// Withdraws a key from now on. Withdrawing it again changes nothing.
    async fn revoke(&self, id: KeyId) -> Result<KeyRecord, KeysError>;

    /// Stores a successor and ends the old key at `old_ends_at`, in one transaction.
    async fn rotate(
        &self,
        id: KeyId,
        successor: NewKey,
        old_ends_at: DateTime<Utc>,
    ) -> Result<KeyRecord, KeysError>;
}
