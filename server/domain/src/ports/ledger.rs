//! The pipeline's ledger: which work exists, was handed to the queue, and is done.
//!
//! The ledger is the truth, whichever queue is behind. Rows are written by ingest and by reports, in the same
//! transaction as the data they follow from; this port only hands them on.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{ContextKey, ItemId, StorageError, WaveId};

/// Which kind of work a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// New words and lines of a version: where orthos begin.
    Seed,
    /// New phrases that older grids may wait for.
    Wake,
    /// Orthos to be grown.
    Expand,
    /// A part of a survey.
    Survey,
}

impl ItemKind {
    /// The name in tables, queues and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Wake => "wake",
            Self::Expand => "expand",
            Self::Survey => "survey",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Seed, Self::Wake, Self::Expand, Self::Survey]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// A row that is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerItem {
    /// Its key.
    pub id: ItemId,
    /// Its context.
    pub context: ContextKey,
    /// Its wave; for parts of a survey the survey's own id.
    pub wave: WaveId,
    /// Which kind of work.
    pub kind: ItemKind,
    /// What to do.
    pub payload: Vec<u8>,
    /// When it was last handed to the queue.
    pub pushed_at: Option<DateTime<Utc>>,
    /// How often it was handed to the queue. Part of the dedup key, so that a sweep is not taken for a repetition.
    pub pushes: u32,
}

/// A row that was handed over and is not done, without what there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedItem {
    /// Its key.
    pub id: ItemId,
    /// Which kind of work.
    pub kind: ItemKind,
    /// When it was last handed to the queue.
    pub pushed_at: DateTime<Utc>,
    /// How often it was handed to the queue.
    pub pushes: u32,
    /// Why it was given up, if it was.
    pub failure: Option<String>,
}

/// A place in the list of handed rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedPlace {
    /// When the row at it was handed over.
    pub pushed_at: DateTime<Utc>,
    /// The row at it.
    pub id: ItemId,
}

impl HandedItem {
    /// Where it stands in the list.
    #[must_use]
    pub const fn place(&self) -> HandedPlace {
        HandedPlace {
            pushed_at: self.pushed_at,
            id: self.id,
        }
    }
}

/// A row that is given up until somebody sets it going again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub item: ItemId,
    /// Why.
    pub reason: String,
}

/// Work of a wave or survey that is given up: it is outstanding, and nobody works on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// How many items.
    pub items: u64,
    /// Why the last of them was given up.
    pub reason: String,
}

/// How much is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LedgerDepth {
    /// Rows that were never handed to the queue.
    pub unpushed: u64,
    /// Rows that are not done, the unpushed included.
    pub outstanding: u64,
}

/// Why the ledger did not answer.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Hands rows to the relay and the sweeper.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Rows never handed to the queue, oldest first.
    async fn unpushed(&self, limit: u32) -> Result<Vec<LedgerItem>, LedgerError>;

    /// Rows handed to the queue before `before` and not done, those handed over first first, from behind a place on.
    async fn handed(
        &self,
        before: DateTime<Utc>,
        after: Option<HandedPlace>,
        limit: u32,
    ) -> Result<Vec<HandedItem>, LedgerError>;

    /// These rows with what there is to do, but for those that are done.
    async fn open(&self, items: &[ItemId]) -> Result<Vec<LedgerItem>, LedgerError>;

    /// Notes that these rows are with the queue, and no longer given up.
    async fn mark_pushed(&self, items: &[ItemId]) -> Result<(), LedgerError>;

    /// Notes that these rows are given up. Whoever follows their wave or survey hears of it.
    async fn mark_failed(&self, failures: &[Failure]) -> Result<(), LedgerError>;

    /// Notes that these rows are no longer given up.
    async fn mark_retried(&self, items: &[ItemId]) -> Result<(), LedgerError>;

    /// Rows of a wave (or survey) that are not done.
    async fn outstanding(&self, wave: WaveId) -> Result<u64, LedgerError>;

    /// How much is under way in all.
    async fn depth(&self) -> Result<LedgerDepth, LedgerError>;

    /// Forgets rows that were done before `before`, up to `limit`. Says how many.
    async fn forget(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, LedgerError>;

    /// Returns when rows were written since the last call, or after `up_to`. Never misses a commit.
    async fn written(&self, up_to: Duration);
}
