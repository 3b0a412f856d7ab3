//! The phrases as of one version, laid out for reading: eight bytes a phrase, the successors of each in one run.
//!
//! Words are numbered by byte order, and the node of a single word is its number. Nodes are numbered breadth first,
//! so the children of a node stand together, sorted by word. It must never change.

use std::ops::Range;

use crate::context::Bounds;
use crate::ids::{Version, WordId};
use crate::ortho::Geometry;
use crate::phrases::{ContextView, Node, Trie, Vocabulary, WordCounts};

/// Phrases that no longer change.
#[derive(Debug)]
pub struct FrozenPhrases {
    bounds: Bounds,
    /// The context's number of each word.
    ids: Vec<WordId>,
    /// The spelling of each word.
    spelling: Vocabulary,
    /// Surprisal of each word, in 1/256 bit.
    surprisal: Vec<i32>,
    /// The last word of each node.
    words: Vec<u32>,
    /// Where the children of each node begin; one more than there are nodes.
    first: Vec<u32>,
    /// The version that brought each node.
    versions: Vec<Version>,
}

impl FrozenPhrases {
    /// The phrases of a view as of a version that it has reached.
    #[must_use]
    pub fn new(view: &ContextView, version: Version) -> Self {
        Self::of(
            view.bounds(),
            view.vocabulary(),
            view.trie(),
            view.counts(),
            version,
        )
    }

    fn of(
        bounds: Bounds,
        vocabulary: &Vocabulary,
        trie: &Trie,
        counts: &WordCounts,
        version: Version,
    ) -> Self {
        let known = |id: &WordId| {
            trie.child(Node::ROOT, *id)
                .is_some_and(|node| trie.version(node) <= version)
        };
        let ids: Vec<WordId> = vocabulary.in_byte_order().into_iter().filter(known).collect();
        let mut rank = vec![0; vocabulary.len()];
        let mut spelling = Vocabulary::default();
        for (at, &id) in ids.iter().enumerate() {
            rank[id.index()] = at as u32;
            spelling.push(vocabulary.word(id));
        }
        let mut words: Vec<u32> = (0..ids.len() as u32).collect();
        let mut nodes: Vec<Node> = ids.iter().map(|&id| trie.word_node(id)).collect();
        let mut first = Vec::with_capacity(nodes.len());
        let mut children: Vec<(u32, Node)> = Vec::new();
        let mut next = 0;
        while next < nodes.len() {
            first.push(nodes.len() as u32);
            children.clear();
            let known = trie
                .children(nodes[next])
                .filter(|&(_, node)| trie.version(node) <= version);
            children.extend(known.map(|(word, node)| (rank[word.index()], node)));
            children.sort_unstable_by_key(|&(word, _)| word);
            words.extend(children.iter().map(|&(word, _)| word));
            nodes.extend(children.iter().map(|&(_, node)| node));
            next += 1;
        }
        first.push(nodes.len() as u32);
        let versions = nodes.iter().map(|&node| trie.version(node)).collect();
        let surprisal = ids.iter().map(|&id| counts.rarity(&[id], version)).collect();
        Self {
            bounds,
            ids,
            spelling,
            surprisal,
            words,
            first,
            versions,
        }
    }

    /// The bounds of the context.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// How many words there are: numbers below this are words.
    #[must_use]
    pub const fn word_count(&self) -> u32 {
        self.ids.len() as u32
    }

    /// The context's number of a word.
    pub(super) fn id(&self, word: u32) -> WordId {
        self.ids[word as usize]
    }

    /// The spelling of a word.
    pub(super) fn spelling(&self, word: u32) -> &str {
        self.spelling.word(WordId(word))
    }

    /// The surprisal of a word.
    pub(super) fn surprisal(&self, word: u32) -> i32 {
        self.surprisal[word as usize]
    }

    /// The newest phrase that a grid of these words, row-major, uses.
    pub(super) fn min_version(&self, geometry: &Geometry, cells: &[u32]) -> Version {
        let line = |cell: usize, axis: usize| -> Option<u32> {
            let mut words = geometry.line(cell, axis).map(|cell| cells[cell]);
            let start = words.next()?;
            words.try_fold(start, |node, word| self.child(node, word))
        };
        let lines =
            (0..cells.len()).flat_map(|cell| (0..geometry.dims()).filter_map(move |axis| line(cell, axis)));
        lines
            .map(|node| self.versions[node as usize])
            .max()
            .unwrap_or(Version::EMPTY)
    }

    /// The last word of a node.
    pub(super) fn word(&self, node: u32) -> u32 {
        self.words[node as usize]
    }

    /// The children of a node, ascending by word.
    pub(super) fn children(&self, node: u32) -> Range<u32> {
        self.first[node as usize]..self.first[node as usize + 1]
    }

    /// The words that follow a node, ascending.
    pub(super) fn successors(&self, node: u32) -> &[u32] {
        let children = self.children(node);
        &self.words[children.start as usize..children.end as usize]
    }

    /// The child of a node with this word.
    pub(super) fn child(&self, node: u32, word: u32) -> Option<u32> {
        let at = self.successors(node).binary_search(&word).ok()?;
        Some(self.first[node as usize] + at as u32)
    }
}
