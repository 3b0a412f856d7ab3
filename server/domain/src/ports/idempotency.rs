//! Answers kept for `Idempotency-Key`: the same request again gets the first answer again.

use std::time::Duration;

use async_trait::async_trait;

use super::StorageError;

/// Names one request of one caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Who calls.
    pub subject: String,
    /// Which operation.
    pub operation: String,
    /// The key that the caller chose.
    pub key: String,
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// The status of the answer.
    pub status: u16,
    /// The answer in the caller's own encoding, headers included if they matter.
    pub reply: Vec<u8>,
}

/// What a request with a key should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotentBegin {
    /// It is the first: do the work, then `finish` or `abandon`.
    Started,
    /// It was done before: give this answer.
    Replay(StoredReply),
    /// The first is still at work.
    InProgress,
    /// The key was used with another body.
    Mismatch,
}

/// Why the port did not answer.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps answers.
#[async_trait]
pub trait Idempotency: Send + Sync {
    /// Claims a key. A claim that is neither finished nor abandoned within `ttl` is free again.
    async fn begin(
        &self,
        key: &IdempotencyKey,
        body_hash: [u8; 32],
        ttl: Duration,
    ) -> Result<IdempotentBegin, IdempotencyError>;

    /// Keeps the answer for `ttl`.
    async fn finish(
        &self,
        key: &IdempotencyKey,
        reply: StoredReply,
        ttl: Duration,
    ) -> Result<(), IdempotencyError>;

    /// Frees the key: the work failed in a way that may be tried again.
    async fn abandon(&self, key: &IdempotencyKey) -> Result<(), IdempotencyError>;

    /// Forgets what has expired, some at a time. Says how much.
    async fn expire(&self) -> Result<u64, IdempotencyError>;
}
