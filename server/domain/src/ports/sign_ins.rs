//! Sign-in links and the sessions that they open, as they are stored: a public part to find them by and a hash to know
//! them by, never the secret.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StorageError;

/// A link or a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInTicket {
    /// The part that may be shown; finds the record.
    pub id: String,
    /// Hash of the secret.
    pub hash: Vec<u8>,
    /// The role that it signs in as.
    pub role: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Why the port did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SignInsError {
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps sign-in links and sessions.
#[async_trait]
pub trait SignIns: Send + Sync {
    /// Keeps a link.
    async fn add_link(&self, link: SignInTicket) -> Result<(), SignInsError>;

    /// The link of this id, if it is not spent; it may be over.
    async fn find_link(&self, id: &str) -> Result<Option<SignInTicket>, SignInsError>;

    /// Spends the link and begins the session in one transaction. Whether it did: of many who try, one succeeds, and
    /// none after its end.
    async fn spend_link(&self, id: &str, session: SignInTicket) -> Result<bool, SignInsError>;

    /// The session of this id, if nobody ended it; it may be over.
    async fn find_session(&self, id: &str) -> Result<Option<SignInTicket>, SignInsError>;

    /// Ends the session of this id, if there is one.
    async fn end_session(&self, id: &str) -> Result<(), SignInsError>;

    /// Forgets the links and sessions that are over. Says how many.
    async fn expire(&self) -> Result<u64, SignInsError>;
}
