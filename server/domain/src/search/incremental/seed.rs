//! Where the search begins: the phrases of one version, as nodes of the trie.
//!
//! It must never look at phrases of another version.

use std::ops::Range;

use super::grower::Grower;
use crate::ids::Version;
use crate::phrases::{ContextView, Node};

/// The nodes of a version from an offset to another, as item payloads name them.
#[must_use]
pub fn version_nodes(view: &ContextView, version: Version, from: u32, to: Option<u32>) -> Range<u32> {
    let all = view
        .trie()
        .nodes_between(Version(version.0.saturating_sub(1)), version);
    let at = |offset: u32| all.start.saturating_add(offset).min(all.end);
    at(from)..to.map_or(all.end, at).max(at(from))
}

impl Grower<'_> {
    /// Grows lines of new phrases, and all that follows of their version, until `enough` says so; returns the first
    /// node that was not looked at.
    pub fn grow_seed(&mut self, nodes: Range<u32>, mut enough: impl FnMut(&Self) -> bool) -> u32 {
        for node in nodes.clone() {
            if enough(self) {
                return node;
            }
            if self.view().trie().depth(Node(node)) >= 2 {
                self.grow_line(Node(node));
                self.grow_found(&mut enough);
            }
        }
        nodes.end
    }
}
