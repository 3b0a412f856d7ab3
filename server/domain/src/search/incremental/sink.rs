//! What a search has found so far, made into orthos and remediations with their ids.
//!
//! It must never decide what is found.

use smallvec::SmallVec;

use crate::ids::{OrthoId, Version, WordId};
use crate::ortho::{Ortho, Remediation, Shape, ortho_id, remediation_id};
use crate::phrases::{ContextView, Node, pair_of};
use crate::pipeline::ReportedOrtho;
use rustc_hash::FxHashSet;

/// Where the remediations of one step wait: the prefixes of each, in one list.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    prefixes: Vec<Node>,
    ends: Vec<usize>,
}

impl Waits {
    fn push(&mut self, prefixes: &[Node]) {
        self.prefixes.extend_from_slice(prefixes);
        self.ends.push(self.prefixes.len());
    }

    /// Adds those of further remediations.
    pub(crate) fn append(&mut self, further: &Self) {
        let before = self.prefixes.len();
        self.prefixes.extend_from_slice(&further.prefixes);
        self.ends.extend(further.ends.iter().map(|end| before + end));
    }

    /// The prefixes of each remediation, in the order of the remediations.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[Node]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.prefixes[start..end])
    }
}

/// Orthos and remediations found.
#[derive(Clone, Debug, Default)]
pub struct Finds {
    /// Complete grids.
    pub orthos: Vec<ReportedOrtho>,
    /// Grids that wait for their corner.
    pub remediations: Vec<Remediation>,
    /// Where the remediations wait.
    pub waits: Waits,
    /// Orthos that several ways may lead to.
    met: FxHashSet<OrthoId>,
}

impl Finds {
    /// How much was found.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.orthos.len() + self.remediations.len()
    }

    /// Whether nothing was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an ortho that is expanded here, unless taken back by [`Self::leave`]; returns its place.
    pub(super) fn explored(&mut self, ortho: Ortho) -> usize {
        self.orthos.push(ReportedOrtho {
            ortho,
            pending: false,
        });
        self.orthos.len() - 1
    }

    /// As [`Self::explored`], unless it was met before.
    pub(super) fn met(&mut self, ortho: Ortho) -> Option<usize> {
        self.met.insert(ortho.id).then(|| self.explored(ortho))
    }

    /// Adds an ortho that somebody else has to expand, unless it was met before.
    pub(super) fn pending(&mut self, ortho: Ortho) {
        if self.met.insert(ortho.id) {
            self.orthos.push(ReportedOrtho { ortho, pending: true });
        }
    }

    /// Leaves an ortho that was to be expanded here to somebody else.
    pub(super) fn leave(&mut self, place: usize) {
        self.orthos[place].pending = true;
    }

    /// Adds a remediation that waits at these prefixes, axis by axis.
    pub(super) fn remediation(&mut self, remediation: Remediation, prefixes: &[Node]) {
        self.waits.push(prefixes);
        self.remediations.push(remediation);
    }
}

/// A complete grid as an ortho.
pub(super) fn make_ortho(
    view: &ContextView,
    extents: &[u8],
    cells: Vec<WordId>,
    min_version: Version,
) -> Ortho {
    let shape = Shape::of(extents);
    let id = ortho_id(&shape, cells.iter().map(|&word| view.vocabulary().word(word)));
    let rarity = view.counts().rarity(&cells, min_version);
    Ortho {
        id,
        shape,
        cells,
        min_version,
        rarity,
    }
}

/// A grid without its far corner as a remediation.
pub(super) fn make_remediation(
    view: &ContextView,
    parent: OrthoId,
    extents: &[u8],
    cells: Vec<WordId>,
    prefixes: &[Node],
) -> Remediation {
    let shape = Shape::of(extents);
    let id = remediation_id(&shape, cells.iter().map(|&word| view.vocabulary().word(word)));
    let pair = |p: Node, q: Node| pair_of(&view.trie().words(p), &view.trie().words(q));
    let mut pairs: SmallVec<_> = prefixes.chunks_exact(2).map(|two| pair(two[0], two[1])).collect();
    if let [.., before, last] = *prefixes
        && prefixes.len() % 2 == 1
    {
        pairs.push(pair(before, last));
    }
    Remediation {
        id,
        parent,
        shape,
        cells,
        pairs,
    }
}
