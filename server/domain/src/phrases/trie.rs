//! All phrases of a context, up to its longest extent, as a trie over word numbers that only grows.
//!
//! Every phrase is one node, so a line of a grid that ends in a cell is one number and asking for its successors
//! costs one probe. Each node knows the version that brought it; nodes are numbered in the order of the sentences, so
//! the nodes of one version stand together and every worker that read the same sentences has the same numbers.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ids::{Version, WordId};

/// A phrase (or a single word, or nothing at all), as its place in the trie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub u32);

impl Node {
    /// The empty prefix.
    pub const ROOT: Self = Self(0);
    const NONE: Self = Self(u32::MAX);

    const fn index(self) -> usize {
        self.0 as usize
    }

    fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    word: WordId,
    version: Version,
    parent: Node,
    first_child: Node,
    next_sibling: Node,
    /// The next older phrase that ends in the same word and is as long, or longer than two words as this is.
    next_ending: Node,
    children: u32,
    depth: u32,
}

/// Phrases that end in one word: the newest of two words, and the newest of more.
#[derive(Clone, Copy, Debug)]
struct Endings {
    short: Node,
    long: Node,
}

/// The phrases of a context.
#[derive(Clone, Debug)]
pub struct Trie {
    entries: Vec<Entry>,
    edges: FxHashMap<(Node, WordId), Node>,
    words: Vec<Node>,
    endings: Vec<Endings>,
    starts: Vec<(Version, Node)>,
    max_extent: usize,
}

impl Trie {
    /// An empty trie that keeps phrases of at most this many words.
    #[must_use]
    pub fn new(max_extent: u8) -> Self {
        let root = Entry {
            word: WordId(u32::MAX),
            version: Version::EMPTY,
            parent: Node::NONE,
            first_child: Node::NONE,
            next_sibling: Node::NONE,
            next_ending: Node::NONE,
            children: 0,
            depth: 0,
        };
        Self {
            entries: vec![root],
            edges: FxHashMap::default(),
            words: Vec::new(),
            endings: Vec::new(),
            starts: Vec::new(),
            max_extent: max_extent.into(),
        }
    }

    /// Adds a sentence of a version, which is not older than any before.
    pub fn insert(&mut self, version: Version, sentence: &[WordId]) {
        if self.starts.last().is_none_or(|&(newest, _)| newest < version) {
            self.starts.push((version, self.end()));
        }
        for start in 0..sentence.len() {
            let mut node = Node::ROOT;
            for &word in sentence[start..].iter().take(self.max_extent) {
                node = match self.child(node, word) {
                    Some(child) => child,
                    None => self.add(node, word, version),
                };
            }
        }
    }

    fn add(&mut self, parent: Node, word: WordId, version: Version) -> Node {
        let node = self.end();
        let depth = self.entries[parent.index()].depth + 1;
        if word.index() >= self.endings.len() {
            self.endings.resize(
                word.index() + 1,
                Endings {
                    short: Node::NONE,
                    long: Node::NONE,
                },
            );
        }
        if word.index() >= self.words.len() {
            self.words.resize(word.index() + 1, Node::NONE);
        }
        let endings = &mut self.endings[word.index()];
        let next_ending = match depth {
            1 => Node::NONE,
            2 => std::mem::replace(&mut endings.short, node),
            _ => std::mem::replace(&mut endings.long, node),
        };
        let above = &mut self.entries[parent.index()];
        let next_sibling = std::mem::replace(&mut above.first_child, node);
        above.children += 1;
        self.entries.push(Entry {
            word,
            version,
            parent,
            first_child: Node::NONE,
            next_sibling,
            next_ending,
            children: 0,
            depth,
        });
        if parent == Node::ROOT {
            self.words[word.index()] = node;
        } else {
            self.edges.insert((parent, word), node);
        }
        node
    }

    fn end(&self) -> Node {
        Node(self.entries.len() as u32)
    }

    /// The phrase `node` followed by `word`, if it is one.
    #[must_use]
    pub fn child(&self, node: Node, word: WordId) -> Option<Node> {
        if node == Node::ROOT {
            return self.words.get(word.index()).and_then(|node| node.some());
        }
        self.edges.get(&(node, word)).copied()
    }

    /// The node of a word that stands in the texts.
    ///
    /// # Panics
    /// If it does not.
    #[must_use]
    pub fn word_node(&self, word: WordId) -> Node {
        self.child(Node::ROOT, word)
            .expect("a word in a phrase stands in the texts")
    }

    /// The phrases that are `node` and one word more, with that word; the newest first.
    pub fn children(&self, node: Node) -> impl Iterator<Item = (WordId, Node)> + '_ {
        std::iter::successors(self.first_child(node), |&node| self.next_sibling(node))
            .map(|node| (self.word(node), node))
    }

    /// The newest phrase that is `node` and one word more.
    #[must_use]
    pub fn first_child(&self, node: Node) -> Option<Node> {
        self.entries[node.index()].first_child.some()
    }

    /// The next older phrase with the same words but the last.
    #[must_use]
    pub fn next_sibling(&self, node: Node) -> Option<Node> {
        self.entries[node.index()].next_sibling.some()
    }

    /// How many children a node has.
    #[must_use]
    pub fn child_count(&self, node: Node) -> u32 {
        self.entries[node.index()].children
    }

    /// Phrases of two words that end in `word`.
    pub fn short_endings(&self, word: WordId) -> impl Iterator<Item = Node> + '_ {
        self.ending_chain(
            self.endings
                .get(word.index())
                .and_then(|endings| endings.short.some()),
        )
    }

    /// Phrases of more than two words that end in `word`.
    pub fn long_endings(&self, word: WordId) -> impl Iterator<Item = Node> + '_ {
        self.ending_chain(
            self.endings
                .get(word.index())
                .and_then(|endings| endings.long.some()),
        )
    }

    fn ending_chain(&self, newest: Option<Node>) -> impl Iterator<Item = Node> + '_ {
        std::iter::successors(newest, |&node| self.entries[node.index()].next_ending.some())
    }

    /// The version that brought a phrase.
    #[must_use]
    pub fn version(&self, node: Node) -> Version {
        self.entries[node.index()].version
    }

    /// The last word of a phrase.
    #[must_use]
    pub fn word(&self, node: Node) -> WordId {
        self.entries[node.index()].word
    }

    /// The phrase without its last word.
    ///
    /// # Panics
    /// For the root, which has none.
    #[must_use]
    pub fn parent(&self, node: Node) -> Node {
        self.entries[node.index()]
            .parent
            .some()
            .expect("only the root has no parent, and nobody asks for it")
    }

    /// How many words a phrase has.
    #[must_use]
    pub fn depth(&self, node: Node) -> usize {
        self.entries[node.index()].depth as usize
    }

    /// The words of a phrase, in order.
    #[must_use]
    pub fn words(&self, node: Node) -> SmallVec<[WordId; 12]> {
        let up = |&node: &Node| {
            self.entries[node.index()]
                .parent
                .some()
                .filter(|&above| above != Node::ROOT)
        };
        let start = (node != Node::ROOT).then_some(node);
        let mut words: SmallVec<_> = std::iter::successors(start, up)
            .map(|node| self.word(node))
            .collect();
        words.reverse();
        words
    }

    /// The node of a run of words, if it stands in the texts.
    #[must_use]
    pub fn find(&self, words: &[WordId]) -> Option<Node> {
        words
            .iter()
            .try_fold(Node::ROOT, |node, &word| self.child(node, word))
    }

    /// The numbers of the nodes that came after a version and up to another, in order.
    #[must_use]
    pub fn nodes_between(&self, after: Version, up_to: Version) -> std::ops::Range<u32> {
        let first_after = |version: Version| {
            let index = self.starts.partition_point(|&(start, _)| start <= version);
            self.starts
                .get(index)
                .map_or_else(|| self.end(), |&(_, node)| node)
                .0
        };
        first_after(after)..first_after(up_to).max(first_after(after))
    }

    /// How many different phrases of two words or more there are.
    #[must_use]
    pub fn phrase_count(&self) -> usize {
        self.entries.len() - 1 - self.child_count(Node::ROOT) as usize
    }
}
