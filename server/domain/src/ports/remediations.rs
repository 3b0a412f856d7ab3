//! Grids that wait for phrases. Read only: reports are the only writer (see the orthos port).

use async_trait::async_trait;

use super::{ContextKey, Page, PageRequest, StorageError};
use crate::ids::{OrthoId, Pair, WordId};
use crate::ortho::Remediation;

/// How much waits in a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RemediationStats {
    /// Grids that wait, each once whatever the number of pairs it waits at.
    pub remediations: u64,
    /// Orthos that have at least one.
    pub parents: u64,
    /// Different pairs waited at.
    pub pairs: u64,
}

/// Why a question about remediations has no answer.
#[derive(Debug, thiserror::Error)]
pub enum RemediationsError {
    /// No such context, or one that is being deleted.
    #[error("there is no such context")]
    ContextNotFound,
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reads remediations. A remediation comes with one of its pairs; only what waits at pairs is given once for each of
/// these.
#[async_trait]
pub trait Remediations: Send + Sync {
    /// What waits at any of these pairs, by pair and id. Pairs are hashes: the reader verifies against the grid.
    async fn waiting(
        &self,
        context: ContextKey,
        pairs: &[Pair],
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError>;

    /// What waits as a growth of one ortho.
    async fn of_parent(
        &self,
        context: ContextKey,
        parent: OrthoId,
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError>;

    /// Those whose missing word would follow these words; of one ortho if one is given.
    async fn after(
        &self,
        context: ContextKey,
        words: &[WordId],
        parent: Option<OrthoId>,
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError>;

    /// All of them.
    async fn list(
        &self,
        context: ContextKey,
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError>;

    /// Counts.
    async fn stats(&self, context: ContextKey) -> Result<RemediationStats, RemediationsError>;
}
