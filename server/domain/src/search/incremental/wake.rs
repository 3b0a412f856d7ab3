//! Waking what waits: a phrase has come, and grids that lack only their far corner may be complete now.
//!
//! A new phrase (prefix p, word w) asks for the remediations at the pairs (p, q) where q is followed by w as well.
//! Most such pairs cannot wait: the rows next to p and q would have to be phrases too, which the trie can deny
//! cheaply. What comes back is checked against the phrases, so hashes may collide and answers may repeat.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::grower::{Grower, closers};
use super::neighbours::Neighbours;
use super::sink::{Waits, make_ortho};
use super::squares;
use crate::ids::{Pair, Version, WordId};
use crate::ortho::{Geometry, Ortho, Remediation, Shape};
use crate::phrases::{ContextView, Node, pair_of};
use crate::search::lines::Lines;

/// A remediation as the store gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its extents, the missing corner included.
    pub shape: Shape,
    /// Its words, row-major, without the last.
    pub cells: Vec<WordId>,
}

/// What wakes ask the store, and what they found so far.
#[derive(Debug, Default)]
pub struct Questions {
    woken: FxHashMap<Node, SmallVec<[WordId; 2]>>,
    pairs: FxHashSet<Pair>,
    found: Vec<Ortho>,
}

impl Questions {
    /// The pairs to look up, each once, in ascending order.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = self.pairs.iter().copied().collect();
        pairs.sort_unstable();
        pairs
    }

    /// How many pairs there are to look up.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is nothing to look up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Looks at phrases, by their nodes, whose prefixes are older: completes squares, and asks for the rest. Stops at
    /// about `pairs_max` questions; returns the first node that was not looked at.
    pub fn ask(&mut self, view: &ContextView, nodes: std::ops::Range<u32>, pairs_max: usize) -> u32 {
        let trie = view.trie();
        let mut next = nodes.start;
        while next < nodes.end && self.len() < pairs_max {
            let node = Node(next);
            next += 1;
            if trie.depth(node) < 2 || trie.version(trie.parent(node)) >= trie.version(node) {
                continue;
            }
            if trie.depth(node) == 2 {
                squares::closed_by(view, node, |ortho| self.found.push(ortho));
            }
            if ask_for(view, node, &mut self.pairs) {
                let words = self.woken.entry(trie.parent(node)).or_default();
                words.push(trie.word(node));
            }
        }
        next
    }

    /// Completes some of what waits with the phrases that came.
    pub fn hear<'w>(&mut self, view: &ContextView, waiting: impl IntoIterator<Item = &'w Waiting>) {
        for waiting in waiting {
            self.complete(view, waiting);
        }
    }

    fn complete(&mut self, view: &ContextView, waiting: &Waiting) {
        let (trie, extents) = (view.trie(), waiting.shape.extents());
        // A grid with a phrase that the view lacks is completed by whoever found it.
        let Ok(lines) = Lines::new(trie, Geometry::new(extents), &waiting.cells) else {
            return;
        };
        if waiting.cells.len() == lines.geometry().len() {
            return;
        }
        let prefixes = lines.corner_prefixes();
        let version = |prefix: Node, word| trie.child(prefix, word).map(|node| trie.version(node));
        for (axis, &prefix) in prefixes.iter().enumerate() {
            for &word in self.woken.get(&prefix).into_iter().flatten() {
                // So is one with a phrase as new as that which wakes.
                let Some(newest) = version(prefix, word).filter(|&newest| newest > lines.version()) else {
                    continue;
                };
                let by = |&prefix: &Node| version(prefix, word);
                let told_before = prefixes[..axis].iter().any(|prefix| by(prefix) == Some(newest));
                let closes = prefixes
                    .iter()
                    .all(|prefix| by(prefix).is_some_and(|v| v <= newest));
                if closes && !told_before {
                    let cells = waiting.cells.iter().copied().chain([word]).collect();
                    self.found.push(make_ortho(view, extents, cells, newest));
                }
            }
        }
    }
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

impl Grower<'_> {
    /// Takes what was woken, to be grown by [`Self::grow_found`].
    pub fn take_woken(&mut self, woken: Questions) {
        woken.found.into_iter().for_each(|ortho| self.met(ortho));
    }

    /// The late read: takes what the phrases after `since` complete of remediations that were registered with older
    /// ones, to be grown by [`Self::grow_found`].
    pub fn take_late<'r>(
        &mut self,
        remediations: impl Iterator<Item = &'r Remediation>,
        waits: &Waits,
        since: Version,
    ) {
        let (view, trie) = (self.view(), self.view().trie());
        let new_nodes = trie.nodes_between(since, view.version());
        let grown: FxHashSet<Node> = new_nodes.map(|node| trie.parent(Node(node))).collect();
        for (remediation, prefixes) in remediations.zip(waits.iter()) {
            if !prefixes.iter().any(|prefix| grown.contains(prefix)) {
                continue;
            }
            for (word, version) in closers(view, prefixes).filter(|&(_, version)| version > since) {
                let cells = remediation.cells.iter().copied().chain([word]).collect();
                self.met(make_ortho(view, remediation.shape.extents(), cells, version));
            }
        }
    }
}
