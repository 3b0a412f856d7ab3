//! Waking what waits: a phrase has come, and grids that lack only their far corner may be complete now.
//!
//! A new phrase (prefix p, word w) asks for the remediations at the pairs (p, q) where q is followed by w as well.
//! Most such pairs cannot wait: the rows next to p and q would have to be phrases too, which the trie can deny
//! cheaply. What comes back is checked against the phrases, so hashes may collide and answers may repeat.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::grower::closers;
use super::neighbours::Neighbours;
use super::sink::{Finds, Waits, make_ortho};
use super::squares;
use crate::ids::{Pair, Version, WordId};
use crate::ortho::{Geometry, Remediation, Shape};
use crate::phrases::{ContextView, Node, pair_of};
use crate::pipeline::ReportedOrtho;
use crate::search::lines::Lines;

/// A remediation as the store gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its extents, the missing corner included.
    pub shape: Shape,
    /// Its words, row-major, without the last.
    pub cells: Vec<WordId>,
}

/// What a wake asks the store, and what it found without asking.
#[derive(Debug)]
pub struct Questions {
    version: Version,
    woken: FxHashMap<Node, SmallVec<[WordId; 2]>>,
    pairs: Vec<Pair>,
    finds: Finds,
}

impl Questions {
    /// The pairs to look up, each once, in ascending order.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Completes some of what waits with the phrases that came.
    pub fn hear<'w>(&mut self, view: &ContextView, waiting: impl IntoIterator<Item = &'w Waiting>) {
        for waiting in waiting {
            self.complete(view, waiting);
        }
    }

    /// What was completed.
    #[must_use]
    pub fn finish(self) -> Finds {
        self.finds
    }

    fn complete(&mut self, view: &ContextView, waiting: &Waiting) {
        let (trie, extents) = (view.trie(), waiting.shape.extents());
        // A grid with a phrase that the view lacks, or as new as the wake, is completed by whoever found it.
        let Ok(lines) = Lines::new(trie, Geometry::new(extents), &waiting.cells) else {
            return;
        };
        if waiting.cells.len() == lines.geometry().len() || lines.version() >= self.version {
            return;
        }
        let prefixes = lines.corner_prefixes();
        for (axis, prefix) in prefixes.iter().enumerate() {
            for &word in self.woken.get(prefix).into_iter().flatten() {
                let version = |&prefix: &Node| trie.child(prefix, word).map(|node| trie.version(node));
                let told_before = prefixes[..axis]
                    .iter()
                    .any(|prefix| version(prefix) == Some(self.version));
                let closes = prefixes
                    .iter()
                    .all(|prefix| version(prefix).is_some_and(|v| v <= self.version));
                if closes && !told_before {
                    let cells = waiting.cells.iter().copied().chain([word]).collect();
                    self.finds.pending(make_ortho(view, extents, cells, self.version));
                }
            }
        }
    }
}

/// Looks at phrases of one version, by their nodes, whose prefixes are older: completes squares, and asks for the
/// rest. Stops after about `pairs_max` questions; returns the first node that was not looked at.
#[must_use]
pub fn ask(
    view: &ContextView,
    version: Version,
    nodes: std::ops::Range<u32>,
    pairs_max: usize,
) -> (Questions, u32) {
    let trie = view.trie();
    let mut questions = Questions {
        version,
        woken: FxHashMap::default(),
        pairs: Vec::new(),
        finds: Finds::default(),
    };
    let mut pairs = FxHashSet::default();
    let mut next = nodes.start;
    while next < nodes.end && pairs.len() < pairs_max {
        let node = Node(next);
        next += 1;
        if trie.depth(node) < 2 || trie.version(trie.parent(node)) >= version {
            continue;
        }
        if trie.depth(node) == 2 {
            let finds = &mut questions.finds;
            squares::closed_by(view, node, |ortho| finds.pending(ortho));
        }
        if ask_for(view, node, &mut pairs) {
            questions
                .woken
                .entry(trie.parent(node))
                .or_default()
                .push(trie.word(node));
        }
    }
    questions.pairs = pairs.into_iter().collect();
    questions.pairs.sort_unstable();
    (questions, next)
}

/// Adds the pairs that may wait for the last word of a phrase; says whether there are any.
fn ask_for(view: &ContextView, phrase: Node, pairs: &mut FxHashSet<Pair>) -> bool {
    let (trie, bounds, version) = (view.trie(), view.bounds(), view.trie().version(phrase));
    let (prefix, word) = (trie.parent(phrase), trie.word(phrase));
    let words = trie.words(prefix);
    let Some(neighbours) = Neighbours::new(trie, &words, version) else {
        return false;
    };
    let mut asked = false;
    for ending in trie.short_endings(word).chain(trie.long_endings(word)) {
        let other = trie.parent(ending);
        // A prefix of n words ends at the corner of an axis of n + 1 cells.
        let face = [words.len() as u8 + 1, trie.depth(other) as u8 + 1];
        let square_only = face == [2, 2] && bounds.max_dims == 2;
        if other == prefix || square_only || !bounds.allow(&face) || trie.version(ending) > version {
            continue;
        }
        if neighbours.may_meet(trie, other) {
            pairs.insert(pair_of(&words, &trie.words(other)));
            asked = true;
        }
    }
    asked
}

/// The late read: what the phrases after `since` allow for remediations that were registered with older ones.
#[must_use]
pub fn late(
    view: &ContextView,
    remediations: &[Remediation],
    waits: &Waits,
    since: Version,
) -> Vec<ReportedOrtho> {
    let trie = view.trie();
    let new_nodes = trie.nodes_between(since, view.version());
    let grown: FxHashSet<Node> = new_nodes.map(|node| trie.parent(Node(node))).collect();
    let mut late = Finds::default();
    for (remediation, prefixes) in remediations.iter().zip(waits.iter()) {
        if !prefixes.iter().any(|prefix| grown.contains(prefix)) {
            continue;
        }
        for (word, version) in closers(view, prefixes).filter(|&(_, version)| version > since) {
            let cells = remediation.cells.iter().copied().chain([word]).collect();
            late.pending(make_ortho(view, remediation.shape.extents(), cells, version));
        }
    }
    late.orthos
}
