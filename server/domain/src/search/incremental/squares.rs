//! The 2x2: its parents are two lines, so nothing is remembered for it and both ways to it are derived.
//!
//! Its newest phrase is an edge on an axis, found from that edge, or an edge that closes it, found through the words
//! before its words. It must never be found by both, nor by both axis edges.

use super::grower::closers;
use super::sink::make_ortho;
use crate::ids::{Version, WordId};
use crate::ortho::Ortho;
use crate::phrases::{ContextView, Node};

/// The squares of an edge's version that have it on an axis; of two axis edges as new, the larger word's tells.
pub(super) fn on_edge(view: &ContextView, edge: Node, mut found: impl FnMut(Ortho)) {
    let trie = view.trie();
    let (origin, word, version) = (trie.parent(edge), trie.word(edge), trie.version(edge));
    let after = trie.word_node(word);
    for (other, other_edge) in trie.children(origin) {
        let newer = trie.version(other_edge) > version;
        let told_by_other =
            trie.version(other_edge) == version && view.vocabulary().compare(other, word).is_gt();
        if other == word || newer || told_by_other {
            continue;
        }
        for (corner, closed) in closers(view, &[after, trie.word_node(other)]) {
            if closed <= version {
                found(square(view, [trie.word(origin), word, other, corner], version));
            }
        }
    }
}

/// The squares of an edge's version that it closes, both axis edges being older; of two closing edges as new, the
/// one from the smaller word tells.
pub(super) fn closed_by(view: &ContextView, edge: Node, mut found: impl FnMut(Ortho)) {
    let trie = view.trie();
    let (word, corner, version) = (trie.word(trie.parent(edge)), trie.word(edge), trie.version(edge));
    let closing: Vec<Node> = trie.short_endings(corner).collect();
    let axis_edge = |origin: Node, other: WordId| {
        trie.child(origin, other)
            .is_some_and(|edge| trie.version(edge) < version)
    };
    let may_close = |other: WordId, other_closing: Node| {
        other != word
            && trie.version(other_closing) <= version
            && (trie.version(other_closing) < version || view.vocabulary().compare(other, word).is_gt())
    };
    for first in trie
        .short_endings(word)
        .filter(|&first| trie.version(first) < version)
    {
        let origin = trie.parent(first);
        let mut tell = |other| found(square(view, [trie.word(origin), word, other, corner], version));
        if (trie.child_count(origin) as usize) < closing.len() {
            for (other, _) in trie
                .children(origin)
                .filter(|&(_, edge)| trie.version(edge) < version)
            {
                let other_closing = trie.child(trie.word_node(other), corner);
                if other_closing.is_some_and(|other_closing| may_close(other, other_closing)) {
                    tell(other);
                }
            }
        } else {
            for &other_closing in &closing {
                let other = trie.word(trie.parent(other_closing));
                if may_close(other, other_closing) && axis_edge(origin, other) {
                    tell(other);
                }
            }
        }
    }
}

/// The square of an origin, two axis words in any order, and a corner.
fn square(view: &ContextView, words: [WordId; 4], version: Version) -> Ortho {
    let [origin, one, other, corner] = words;
    let (first, second) = if view.vocabulary().compare(one, other).is_lt() {
        (one, other)
    } else {
        (other, one)
    };
    make_ortho(view, &[2, 2], vec![origin, second, first, corner], version)
}
