//! What a worker reports of one item, to be written in one transaction.
//!
//! The store inserts or ignores the orthos, then the remediations, writes expand items for pending orthos that were
//! new, writes the next items, and marks the item done if the context is still at `context_version`. If it is not,
//! the worker reads the newer sentences and reports again. Orthos and what continues from them stand or fall
//! together, so a report must never be cut but by [`Report::split`].

use std::borrow::Cow;

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

impl Report {
    /// Cuts a report that is too large to be sent at once into parts that may be applied one by one.
    ///
    /// A worker may die between two parts, and whoever takes over may find things in another order. So every ortho of
    /// a cut report is left to an item of its own; remediations come after all orthos, what is left of the item last.
    #[must_use]
    pub fn split(&self, orthos_max: usize, remediations_max: usize) -> Cow<'_, [Self]> {
        if self.orthos.len() <= orthos_max && self.remediations.len() <= remediations_max {
            return Cow::Borrowed(std::slice::from_ref(self));
        }
        let part = || Self {
            context_version: self.context_version,
            ..Self::default()
        };
        let left = |found: &ReportedOrtho| ReportedOrtho {
            pending: true,
            ..found.clone()
        };
        let orthos = self.orthos.chunks(orthos_max);
        let orthos = orthos.map(|orthos| Self {
            orthos: orthos.iter().map(left).collect(),
            ..part()
        });
        let remediations = self.remediations.chunks(remediations_max);
        let remediations = remediations.map(|remediations| Self {
            remediations: remediations.to_vec(),
            ..part()
        });
        let last = Self {
            next_items: self.next_items.clone(),
            ..part()
        };
        orthos.chain(remediations).chain([last]).collect()
    }
}
