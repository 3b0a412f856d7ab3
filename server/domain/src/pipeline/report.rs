//! What a worker reports of one item, to be written in one transaction.
//!
//! The store inserts or ignores the orthos, then the remediations, writes expand items for pending orthos that were
//! new, writes the next items, and marks the item done if the context is still at `context_version`. If it is not,
//! the worker reads the newer sentences and reports again. A report must never be cut: orthos and the items that
//! continue from them stand or fall together.

use serde::{Deserialize, Serialize};

use super::payload::WorkPayload;
use crate::ids::Version;
use crate::ortho::{Ortho, Remediation};

/// The outcome of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The version of the view that was used.
    pub context_version: Version,
    /// The orthos found, each once.
    pub orthos: Vec<ReportedOrtho>,
    /// The remediations found, each once; their parents are stored or in this report.
    pub remediations: Vec<Remediation>,
    /// What is left of the item.
    pub next_items: Vec<WorkPayload>,
}

/// An ortho, and whether somebody still has to expand it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedOrtho {
    /// The ortho.
    pub ortho: Ortho,
    /// Not expanded within this item: if it is new, an expand item must be written for it.
    pub pending: bool,
}
