//! Taking a text into a context: all of it or nothing, and the wave of work that it starts.
//!
//! The transaction that makes a text visible locks the context's row first, so that the order of versions is the order
//! of commits. The first rows of the
//! wave's ledger are the domain's to say (one seed, and one wake unless the text is the first); an adapter only
//! writes them down beside the rows they belong to.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{ContextKey, CorpusId, Page, PageRequest, StorageError, Stuck, WaveId};
use crate::ids::Version;
use crate::phrases::TextWords;

/// A text to be ingested, already cut into sentences of folded words.
#[derive(Debug, Clone)]
pub struct NewText {
    /// Where it goes.
    pub context: ContextKey,
    /// Its title.
    pub title: String,
    /// SHA-256 of the text; the same text adds nothing.
    pub text_hash: [u8; 32],
    /// Size of the text in bytes.
    pub bytes: u64,
    /// Its sentences, in numbers of its own.
    pub words: TextWords,
    /// Whether to look for orthos. Without, the text is in, and its wave is cancelled from the start.
    pub search: bool,
}

/// How a wave goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaveState {
    /// Work is outstanding.
    Running,
    /// All of it is done.
    Settled,
    /// Stopped by a person; what was found stays.
    Cancelled,
}

/// A wave with its progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveRecord {
    /// Its key; also the name of the ingest.
    pub id: WaveId,
    /// Its context.
    pub context: ContextKey,
    /// The text that started it.
    pub corpus: CorpusId,
    /// The title of the text.
    pub title: String,
    /// Version before.
    pub from_version: Version,
    /// Version after.
    pub to_version: Version,
    /// How it goes.
    pub state: WaveState,
    /// Whether the search was cut short somewhere, so that orthos may be missing.
    pub truncated: bool,
    /// When the text was taken.
    pub created_at: DateTime<Utc>,
    /// When the last work was done, or the wave cancelled.
    pub ended_at: Option<DateTime<Utc>>,
    /// Ledger rows so far.
    pub items_total: u64,
    /// Ledger rows that are not done.
    pub items_open: u64,
    /// What of the open rows is given up.
    pub stuck: Option<Stuck>,
    /// Words of the text, each as often as it stands there.
    pub words: u64,
    /// Sentences the text brought.
    pub sentences_added: u64,
    /// Words the text brought.
    pub words_added: u64,
    /// Phrases the text brought.
    pub phrases_added: u64,
    /// Orthos found by this wave so far.
    pub orthos_added: u64,
    /// Remediations registered by this wave so far.
    pub remediations_added: u64,
}

/// What is going on in a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningWaves {
    /// The waves that run, oldest first, up to so many.
    pub waves: Vec<WaveRecord>,
    /// Ledger rows of all waves that run that are not done.
    pub items_open: u64,
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingested {
    /// It is in, under a new version, and this wave works on it.
    Added(WaveRecord),
    /// It was in already; this is the wave of then. If that was cancelled, or without a search, and this text is to be
    /// searched, the wave runs again; what is given up of one that runs is tried again.
    Unchanged(WaveRecord),
}

/// Why a text was not taken, or a wave not found.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// No such context, or one that is being deleted.
    #[error("there is no such context")]
    ContextNotFound,
    /// No such wave.
    #[error("there is no such ingest")]
    WaveNotFound,
    /// Another ingest held the context for too long.
    #[error("another text is being ingested into this context")]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// A search was asked for, which keeps all phrases of the context in memory, and there would be too many.
    #[error("with this text the context has {phrases} phrases; at most {most} can be searched")]
    TooManyPhrases {
        /// How many it would have.
        phrases: u64,
        /// How many it may have.
        most: u64,
    },
    /// Word numbers are exhausted.
    #[error("the context has too many words")]
    TooManyWords,
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Takes texts and follows the work they cause.
#[async_trait]
pub trait Ingest: Send + Sync {
    /// Takes a text, which nobody sees before all of it is there; waits its turn for up to 5 s. A text without sentences
    /// is added like any other and settles at once. A caller that gives up while it is taken does not stop it.
    async fn ingest(&self, text: NewText) -> Result<Ingested, IngestError>;

    /// One wave.
    async fn wave(&self, id: WaveId) -> Result<WaveRecord, IngestError>;

    /// The waves of a context, newest first.
    async fn waves(&self, context: ContextKey, page: PageRequest) -> Result<Page<WaveRecord>, IngestError>;

    /// The waves of a context that run.
    async fn running(&self, context: ContextKey, limit: u32) -> Result<RunningWaves, IngestError>;

    /// Drops what is outstanding. A wave that has ended stays as it is.
    async fn cancel(&self, id: WaveId) -> Result<WaveRecord, IngestError>;

    /// The wave when it differs from `seen`: no sooner than after `pace`, unless it has ended. As it is after `up_to`.
    async fn wave_after(
        &self,
        seen: &WaveRecord,
        pace: Duration,
        up_to: Duration,
    ) -> Result<WaveRecord, IngestError>;

    /// The newest version up to which no work is outstanding.
    async fn settled_version(&self, context: ContextKey) -> Result<Version, IngestError>;
}
