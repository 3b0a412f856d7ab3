//! The audit log as it is stored: entries that are added, get an outcome once, and are forgotten after a while.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AuditEntryId, Page, PageRequest, StorageError};

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditedOutcome {
    /// It has begun, and nobody saw how it ended.
    Begun,
    /// It was done.
    Done,
    /// Whoever asked may not.
    Denied,
    /// It could not be done as it was asked for.
    Refused,
    /// It went wrong.
    Failed,
}

impl AuditedOutcome {
    const ALL: [Self; 5] = [Self::Begun, Self::Done, Self::Denied, Self::Refused, Self::Failed];

    /// Its name where it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Denied => "denied",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }
}

/// Who did what, or tried to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its key; later ones have greater keys.
    pub id: AuditEntryId,
    /// When it was tried.
    pub at: DateTime<Utc>,
    /// Who.
    pub subject: String,
    /// What kind of party that is.
    pub kind: String,
    /// For whom, if not for itself.
    pub on_behalf_of: Option<String>,
    /// The document of the operation.
    pub spec: String,
    /// The operation.
    pub operation: String,
    /// With which resource.
    pub resource: String,
    /// How it ended.
    pub outcome: AuditedOutcome,
    /// The scopes that were not there.
    pub missing: Vec<String>,
    /// Within which request.
    pub request_id: String,
    /// From which address, where that is known.
    pub address: Option<String>,
}

/// Which entries are wanted; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Done by this party, or on its behalf.
    pub who: Option<String>,
    /// This operation.
    pub operation: Option<String>,
    /// Ended so.
    pub outcome: Option<AuditedOutcome>,
    /// Tried at this moment or later.
    pub since: Option<DateTime<Utc>>,
    /// Tried before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// How much of the log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditKept {
    /// Nothing that was tried before this moment.
    pub since: DateTime<Utc>,
    /// So many entries at most, the latest.
    pub entries_max: u64,
}

/// Why a question about the log has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps the audit log.
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Adds records, all or none. One that is there already gets the new outcome, resource and missing scopes; who did
    /// what and when stays as it was.
    async fn keep(&self, records: &[AuditRecord]) -> Result<(), AuditError>;

    /// Records, the latest first.
    async fn list(&self, query: &AuditQuery, page: PageRequest) -> Result<Page<AuditRecord>, AuditError>;

    /// Forgets up to `batch` records beyond what is kept, the oldest first. Says how many.
    async fn forget(&self, kept: AuditKept, batch: u32) -> Result<u64, AuditError>;
}
