//! The words of a context by number, in one buffer, compared by their bytes.
//!
//! It must never give a number twice or change a word.

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use crate::ids::WordId;

/// Words by number.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    text: String,
    ends: Vec<u32>,
}

impl Vocabulary {
    /// How many words.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a word under the next number.
    pub fn push(&mut self, word: &str) -> WordId {
        let id = WordId(self.ends.len() as u32);
        self.text.push_str(word);
        self.ends.push(self.text.len() as u32);
        id
    }

    /// The word of a number.
    ///
    /// # Panics
    /// If there is no such number: numbers come from this vocabulary, or were checked against its length.
    #[must_use]
    pub fn word(&self, id: WordId) -> &str {
        let index = id.index();
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[index] as usize]
    }

    /// The byte order of two words.
    #[must_use]
    pub fn compare(&self, a: WordId, b: WordId) -> Ordering {
        self.word(a).as_bytes().cmp(self.word(b).as_bytes())
    }

    /// All numbers, by the byte order of their words.
    #[must_use]
    pub fn in_byte_order(&self) -> Vec<WordId> {
        let mut ids: Vec<WordId> = (0..self.ends.len() as u32).map(WordId).collect();
        ids.sort_unstable_by(|&a, &b| self.compare(a, b));
        ids
    }
}

/// Numbers words in order of first appearance. The way from a word to its number keeps numbers alone (a text of nothing
/// but new words has ten million of them), and its hash is seeded, because the words are a stranger's.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    vocabulary: Vocabulary,
    numbers: HashTable<WordId>,
    hasher: RandomState,
}

impl Interner {
    /// The number of a word, which may be new.
    pub fn number(&mut self, word: &str) -> WordId {
        let Self {
            vocabulary,
            numbers,
            hasher,
        } = self;
        let hash = hasher.hash_one(word);
        if let Some(&id) = numbers.find(hash, |&id| vocabulary.word(id) == word) {
            return id;
        }
        let id = vocabulary.push(word);
        numbers.insert_unique(hash, id, |&id| hasher.hash_one(vocabulary.word(id)));
        id
    }

    /// The words so far.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The words, without the way back from a word to its number.
    #[must_use]
    pub fn into_vocabulary(self) -> Vocabulary {
        self.vocabulary
    }
}
