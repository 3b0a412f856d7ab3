//! Looking at the stored state as a whole: for `crochet check`, which proves its invariants, and `crochet digest`,
//! which names it with two hashes.

use async_trait::async_trait;

use super::{ContextKey, Page, PageRequest, StorageError};
use crate::ortho::Ortho;

/// Something stored that should not be so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredFault {
    /// Which invariant is broken.
    pub invariant: &'static str,
    /// By what, with its key.
    pub detail: String,
}

/// A context's orthos and remediations as two hashes, equal whatever the order of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextDigest {
    /// Over the ids of the orthos in order.
    pub orthos: String,
    /// Over the ids of the remediations in order.
    pub remediations: String,
    /// How many orthos went in.
    pub ortho_count: u64,
    /// How many remediations went in, each once whatever the number of pairs it waits at.
    pub remediation_count: u64,
}

/// Why an inspection did not end.
#[derive(Debug, thiserror::Error)]
pub enum InspectionError {
    /// No such context.
    #[error("there is no such context")]
    ContextNotFound,
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reads everything, slowly and in order.
#[async_trait]
pub trait Inspection: Send + Sync {
    /// The two hashes of a context.
    async fn digest(&self, context: ContextKey) -> Result<ContextDigest, InspectionError>;

    /// What is wrong between the rows of a context: counts, references, numbering, waves. At most `limit` faults.
    async fn faults(&self, context: ContextKey, limit: u32) -> Result<Vec<StoredFault>, InspectionError>;

    /// What is wrong with the database file itself.
    async fn integrity(&self) -> Result<Vec<StoredFault>, InspectionError>;

    /// All orthos by id, for the rules that only the domain can prove.
    async fn orthos(&self, context: ContextKey, page: PageRequest) -> Result<Page<Ortho>, InspectionError>;
}
