//! Contexts and what was read into them: words, sentences, corpora.
//!
//! Sentences are stored, phrases are derived from them. Writing text belongs to the ingest port; this one never
//! raises a version.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{ContextKey, CorpusId, Page, PageRequest, StorageError};
use crate::context::ContextSettings;
use crate::ids::{Version, WordId};

/// Whether a context takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContextState {
    /// In use.
    Active,
    /// Being deleted in batches; nobody sees it any more except the reaper.
    Deleting,
}

/// A context to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContext {
    /// The name that people use in addresses.
    pub slug: String,
    /// The name that people read.
    pub title: String,
    /// Tokeniser and bounds, fixed from now on.
    pub settings: ContextSettings,
}

/// A stored context with its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextRecord {
    /// The key that everything below refers to.
    pub key: ContextKey,
    /// The name that people use in addresses.
    pub slug: String,
    /// The name that people read.
    pub title: String,
    /// Tokeniser and bounds.
    pub settings: ContextSettings,
    /// Whether it takes work.
    pub state: ContextState,
    /// How many texts that added something were ingested.
    pub version: Version,
    /// The newest version up to which no work is outstanding.
    pub settled: Version,
    /// Whether a search was cut short or cancelled, so that orthos may be missing.
    pub truncated: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Different words.
    pub words: u64,
    /// Sentences.
    pub sentences: u64,
    /// Different phrases within the bounds.
    pub phrases: u64,
    /// Texts.
    pub corpora: u64,
    /// Stored orthos.
    pub orthos: u64,
    /// Stored remediations: grids that wait.
    pub remediations: u64,
}

/// All contexts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ContextTotals {
    /// How many there are.
    pub contexts: u64,
    /// Their orthos.
    pub orthos: u64,
    /// Their remediations.
    pub remediations: u64,
}

/// The cheap read that workers and pollers repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextVersion {
    /// The version of the text.
    pub version: Version,
    /// The newest version up to which no work is outstanding.
    pub settled: Version,
    /// Whether it takes work.
    pub state: ContextState,
}

/// A word of a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordRecord {
    /// Its number, in order of first appearance.
    pub number: WordId,
    /// Its spelling, folded as the tokeniser does.
    pub word: String,
    /// The version that brought it.
    pub version: Version,
}

/// An ingested text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusRecord {
    /// Its key.
    pub id: CorpusId,
    /// Its title.
    pub title: String,
    /// SHA-256 of its text.
    pub text_hash: [u8; 32],
    /// The version that it brought the context to.
    pub version: Version,
    /// Size of the text in bytes.
    pub bytes: u64,
    /// Words in it, each as often as it stands there.
    pub words: u64,
    /// Sentences in it.
    pub sentences: u64,
    /// When it was ingested.
    pub created_at: DateTime<Utc>,
}

/// A sentence as word numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentenceRecord {
    /// Its place in the context, from 0, without gaps.
    pub seq: u64,
    /// The text it stands in.
    pub corpus: CorpusId,
    /// The version that brought it.
    pub version: Version,
    /// Its words.
    pub words: Vec<WordId>,
}

/// What a reader that knows a context up to some version must learn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentenceBatch {
    /// The version of the context when this was read. With `next` empty the reader now knows all of it.
    pub version: Version,
    /// Words first used by the sentences of this batch, by number.
    pub words: Vec<WordRecord>,
    /// Sentences in order.
    pub sentences: Vec<SentenceRecord>,
    /// Where to go on: the first sentence not in this batch.
    pub next: Option<u64>,
}

/// Where a phrase stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The sentence around it.
    pub sentence: SentenceRecord,
    /// The phrase's first word within the sentence.
    pub position: u32,
}

/// Which phrases are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseQuery {
    /// Only phrases that begin with these words (none: all).
    pub prefix: Vec<WordId>,
    /// Only phrases of at most this many words.
    pub longest: u32,
    /// Which page; the order is that of the word numbers.
    pub page: PageRequest,
}

/// A phrase, derived from sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseRecord {
    /// Its words.
    pub words: Vec<WordId>,
    /// The version that brought it.
    pub version: Version,
    /// How often it stands in the context.
    pub occurrences: u64,
}

/// How far a deletion has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeleteProgress {
    /// Rows removed by this batch.
    pub removed: u64,
    /// Whether nothing is left, the context's own row included.
    pub finished: bool,
}

/// Why a question about contexts has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ContextsError {
    /// No such context, or one that is being deleted.
    #[error("there is no such context")]
    NotFound,
    /// The slug names a context already.
    #[error("the context {slug} exists")]
    SlugTaken {
        /// The slug asked for.
        slug: String,
    },
    /// The cursor was made for another list, or for a context that is gone.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reads contexts, makes and deletes them.
#[async_trait]
pub trait Contexts: Send + Sync {
    /// Makes a context at version 0.
    async fn create(&self, new: NewContext) -> Result<ContextRecord, ContextsError>;

    /// Contexts by slug.
    async fn list(&self, page: PageRequest) -> Result<Page<ContextRecord>, ContextsError>;

    /// All contexts together; one short read.
    async fn totals(&self) -> Result<ContextTotals, ContextsError>;

    /// The context of a slug.
    async fn find(&self, slug: &str) -> Result<ContextRecord, ContextsError>;

    /// The context of a key.
    async fn get(&self, key: ContextKey) -> Result<ContextRecord, ContextsError>;

    /// Version and settled version; one short read. A context that is being deleted says so here.
    async fn version(&self, key: ContextKey) -> Result<ContextVersion, ContextsError>;

    /// Hides the context, frees its slug and drops its outstanding work; [`Contexts::delete_batch`] removes the rows.
    async fn begin_delete(&self, key: ContextKey) -> Result<(), ContextsError>;

    /// Removes up to `rows` rows of a context that is being deleted.
    async fn delete_batch(&self, key: ContextKey, rows: u32) -> Result<DeleteProgress, ContextsError>;

    /// The contexts whose deletion is not finished. Waits for the first up to `wait`.
    async fn deleting(&self, wait: Duration) -> Result<Vec<ContextKey>, ContextsError>;

    /// Words that begin with `prefix`, in byte order.
    async fn words(
        &self,
        key: ContextKey,
        prefix: &str,
        page: PageRequest,
    ) -> Result<Page<WordRecord>, ContextsError>;

    /// The words with these numbers, by number; unknown numbers are left out.
    async fn words_by_number(
        &self,
        key: ContextKey,
        numbers: &[WordId],
    ) -> Result<Vec<WordRecord>, ContextsError>;

    /// The words with these spellings, by number; unknown spellings are left out.
    async fn words_by_text(
        &self,
        key: ContextKey,
        words: &[String],
    ) -> Result<Vec<WordRecord>, ContextsError>;

    /// Phrases, derived from the sentences.
    async fn phrases(&self, key: ContextKey, query: PhraseQuery)
    -> Result<Page<PhraseRecord>, ContextsError>;

    /// Where a phrase stands, in reading order.
    async fn occurrences(
        &self,
        key: ContextKey,
        phrase: &[WordId],
        page: PageRequest,
    ) -> Result<Page<Occurrence>, ContextsError>;

    /// Texts by version.
    async fn corpora(&self, key: ContextKey, page: PageRequest) -> Result<Page<CorpusRecord>, ContextsError>;

    /// One text.
    async fn corpus(&self, key: ContextKey, id: CorpusId) -> Result<Option<CorpusRecord>, ContextsError>;

    /// The texts that brought these versions; unknown versions are left out.
    async fn corpora_of(
        &self,
        key: ContextKey,
        versions: &[Version],
    ) -> Result<Vec<CorpusRecord>, ContextsError>;

    /// Sentences newer than `after_version` from sentence `from` on (0 for the start), with the words they first use.
    async fn sentences_since(
        &self,
        key: ContextKey,
        after_version: Version,
        from: u64,
        limit: u32,
    ) -> Result<SentenceBatch, ContextsError>;

    /// Sentences that have all of these words, in order from sentence `from` on, at most `limit`.
    async fn sentences_with(
        &self,
        key: ContextKey,
        words: &[WordId],
        from: u64,
        limit: u32,
    ) -> Result<Vec<SentenceRecord>, ContextsError>;

    /// The sentences with these numbers, in order.
    async fn sentences(&self, key: ContextKey, seqs: &[u64]) -> Result<Vec<SentenceRecord>, ContextsError>;
}
