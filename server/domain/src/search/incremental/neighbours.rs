//! Whether two prefixes can end at one missing corner, judged by the lines next to them.
//!
//! In a grid that waits at p and q, the line next to p is a phrase r whose words are each followed by the words of p,
//! and it ends in the last word of q. So the last words of such r are the only last words q may have. It errs on
//! the side of asking: a yes is no promise.

use rustc_hash::FxHashSet;

use crate::ids::{Version, WordId};
use crate::phrases::{Node, Trie};

/// The last words of all lines that can stand next to one prefix.
#[derive(Debug)]
pub(super) struct Neighbours {
    last_words: FxHashSet<WordId>,
}

impl Neighbours {
    /// Walks all lines older than `version` that can stand next to `prefix`; none means that nothing can wait there.
    pub(super) fn new(trie: &Trie, prefix: &[WordId], version: Version) -> Option<Self> {
        let older = |node: Node| trie.version(node) < version;
        let (&first, rest) = prefix.split_first()?;
        let befores = trie.short_endings(first).filter(|&ending| older(ending));
        let mut lines: Vec<Node> = befores.map(|ending| trie.parent(ending)).collect();
        for &word in rest {
            let followed = |candidate: WordId| trie.child(trie.word_node(candidate), word).is_some_and(older);
            let mut longer = Vec::new();
            for line in lines {
                let next = trie
                    .children(line)
                    .filter(|&(candidate, node)| older(node) && followed(candidate));
                longer.extend(next.map(|(_, node)| node));
            }
            lines = longer;
        }
        let ends = lines.into_iter().flat_map(|line| trie.children(line));
        let last_words: FxHashSet<WordId> = ends
            .filter(|&(_, node)| older(node))
            .map(|(word, _)| word)
            .collect();
        (!last_words.is_empty()).then_some(Self { last_words })
    }

    /// Whether `other` can end at the same corner.
    pub(super) fn may_meet(&self, trie: &Trie, other: Node) -> bool {
        self.last_words.contains(&trie.word(other))
    }
}
