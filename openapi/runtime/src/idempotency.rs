//! The port that remembers replies, so that a request sent twice acts once.
//!
//! `x-idempotent` operations take an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). The
//! routes claim the key before they call the service and store the reply afterwards. The store decides
//! how long; it must never know what the operation does.

use async_trait::async_trait;
use bytes::Bytes;

use crate::Problem;

/// What makes a request the same as an earlier one: two callers may use the same key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Who calls.
    pub subject: String,
    /// What is called.
    pub operation_id: &'static str,
    /// The key that the caller chose.
    pub key: String,
}

/// A reply as it was first sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// The status code.
    pub status: u16,
    /// The headers that belong to the reply, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// The outcome of claiming a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The key is new and now held: do it, then `finish` or `release`.
    New,
    /// It was done: send this again.
    Done(StoredReply),
    /// The key was used with another request.
    OtherRequest,
    /// It is being done right now.
    InProgress,
}

/// Remembers replies by key.
#[async_trait]
pub trait Idempotency: Send + Sync {
    /// Claims `key` for a request whose content hashes to `fingerprint`.
    ///
    /// # Errors
    /// A problem when the store does not answer.
    async fn claim(&self, key: &IdempotencyKey, fingerprint: &[u8; 32]) -> Result<Claim, Problem>;

    /// Stores the reply of a claimed key.
    ///
    /// # Errors
    /// A problem when the store does not answer.
    async fn finish(&self, key: &IdempotencyKey, reply: &StoredReply) -> Result<(), Problem>;

    /// Gives a claimed key back, because the request failed and may be tried again.
    ///
    /// # Errors
    /// A problem when the store does not answer.
    async fn release(&self, key: &IdempotencyKey) -> Result<(), Problem>;
}
