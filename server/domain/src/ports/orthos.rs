//! Stored orthos, and the one way by which orthos and remediations come into being.

use async_trait::async_trait;

use super::{ContextKey, ItemId, Page, PageRequest, StorageError};
use crate::ids::{OrthoId, Version, WordId};
use crate::ortho::{Order, Ortho, Shape};
use crate::pipeline::Report;

/// Which orthos are wanted. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrthoQuery {
    /// Exactly this shape, whatever the order of its axes.
    pub shape: Option<Shape>,
    /// Exactly this many axes.
    pub dims: Option<u8>,
    /// Every extent at least this.
    pub smallest_extent: Option<u8>,
    /// All of these words on its cells.
    pub containing: Vec<WordId>,
    /// A min_version greater than this.
    pub after_version: Option<Version>,
    /// Exactly this min_version: found through the text that made the version.
    pub at_version: Option<Version>,
    /// In this order; what it leaves equal is ordered by id, the greater first.
    pub order: Order,
    /// Which page.
    pub page: PageRequest,
}

impl OrthoQuery {
    /// All orthos, best first.
    #[must_use]
    pub fn all(page: PageRequest) -> Self {
        Self {
            shape: None,
            dims: None,
            smallest_extent: None,
            containing: Vec::new(),
            after_version: None,
            at_version: None,
            order: Order::Square,
            page,
        }
    }
}

/// How many orthos have a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeCount {
    /// The shape with ascending extents.
    pub shape: Shape,
    /// All of them.
    pub orthos: u64,
    /// Those that the context's last version made possible.
    pub added: u64,
}

/// A worker's report of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemReport {
    /// The ledger rows that it answers, all of one context.
    pub items: Vec<ItemId>,
    /// What was found.
    pub report: Report,
    /// Whether another report of the same items follows, so that this one does not set them done.
    pub more: bool,
    /// Whether a budget lost work that nobody will do; marks the waves.
    pub truncated: bool,
    /// Whether to refuse the report if the context has grown meanwhile. What is stored of such a report has to be
    /// expanded again; it costs less to add what the newer sentences allow, and to report then.
    pub newest_only: bool,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportOutcome {
    /// Whether it was taken: not if it was for the newest version only and the context has grown.
    pub taken: bool,
    /// Whether the items are done. If not, the context has grown meanwhile: the worker reads what is newer than the
    /// version of its report, reports again with the newer version what that allows, until this says yes.
    pub done: bool,
    /// The context's version as of this report.
    pub context_version: Version,
    /// How many orthos were not stored before.
    pub orthos_added: u64,
    /// How many remediations were not stored before.
    pub remediations_added: u64,
    /// Whether this was the last work that a wave waited for.
    pub settled: bool,
}

/// Why a question about orthos has no answer.
#[derive(Debug, thiserror::Error)]
pub enum OrthosError {
    /// No such context, or one that is being deleted: work for it is moot.
    #[error("there is no such context")]
    ContextNotFound,
    /// A remediation names a parent that is neither stored nor reported, in a context where none can be missing.
    /// Nothing of the report was kept. (In a truncated context such remediations are left out instead.)
    #[error("the remediation {remediation} refers to an ortho that is not stored")]
    UnknownParent {
        /// The remediation's id.
        remediation: String,
    },
    /// The report was made from a version that the context never had. Nothing of it was kept.
    #[error("the report uses version {used}, the context has {current}")]
    VersionAhead {
        /// What the report says.
        used: Version,
        /// What the context has.
        current: Version,
    },
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reads orthos and takes reports.
#[async_trait]
pub trait Orthos: Send + Sync {
    /// The only writer of orthos and remediations. In one transaction: orthos that are new, remediations that are new,
    /// ledger rows for what is still to be expanded, the items done. The same report again changes nothing.
    async fn report_expansion(
        &self,
        context: ContextKey,
        report: ItemReport,
    ) -> Result<ReportOutcome, OrthosError>;

    /// Orthos that match, in order.
    async fn list(&self, context: ContextKey, query: OrthoQuery) -> Result<Page<Ortho>, OrthosError>;

    /// The orthos with these ids, by id; unknown ids are left out.
    async fn get(&self, context: ContextKey, ids: &[OrthoId]) -> Result<Vec<Ortho>, OrthosError>;

    /// Which of these ids are stored, by id.
    async fn existing(&self, context: ContextKey, ids: &[OrthoId]) -> Result<Vec<OrthoId>, OrthosError>;

    /// How many orthos there are of each shape, by shape.
    async fn counts(&self, context: ContextKey) -> Result<Vec<ShapeCount>, OrthosError>;

    /// All ids in order, a batch at a time: what a filter is built from.
    async fn ids(
        &self,
        context: ContextKey,
        after: Option<OrthoId>,
        limit: u32,
    ) -> Result<Vec<OrthoId>, OrthosError>;
}
