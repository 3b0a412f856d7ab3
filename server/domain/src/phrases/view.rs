//! What a worker knows of a context: words, phrases and counts up to one version.
//!
//! A view only grows, by the sentences of later versions in their order. It must never be asked for what is newer
//! than its version: a step checks that first.

use super::{Trie, Vocabulary, WordCounts};
use crate::context::Bounds;
use crate::ids::{Version, WordId};

/// Sentences that do not follow on what a view holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// A word number was left out or given twice.
    #[error("word {got} came where word {expected} was next")]
    WordOutOfOrder {
        /// The number that should have come.
        expected: u32,
        /// The number that came.
        got: u32,
    },
    /// A sentence of a version that the view has gone past.
    #[error("a sentence of version {got} came after version {at}")]
    VersionOutOfOrder {
        /// Where the view stands.
        at: Version,
        /// The version that came.
        got: Version,
    },
    /// More phrases than a view may hold.
    #[error("the texts have more than {} phrases", ContextView::PHRASES_MAX)]
    TooManyPhrases,
    /// A sentence with a number that no word has.
    #[error("a sentence has word {0}, which is not in the vocabulary")]
    UnknownWord(u32),
}

/// A context up to one version.
#[derive(Clone, Debug)]
pub struct ContextView {
    bounds: Bounds,
    version: Version,
    vocabulary: Vocabulary,
    trie: Trie,
    counts: WordCounts,
    newest_sentence: Version,
    phrases_max: usize,
}

impl ContextView {
    /// The most phrases of a context that can be searched. Each takes some 50 bytes, so a view takes at most 350 MB;
    /// that many stand in about 5 MB of prose.
    pub const PHRASES_MAX: usize = 7_000_000;
    /// Where a view stops: whoever keeps to the limit may have estimated how many phrases there are.
    const PHRASES_HELD: usize = Self::PHRASES_MAX + Self::PHRASES_MAX / 32;

    /// The view of an empty context.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            version: Version::EMPTY,
            vocabulary: Vocabulary::default(),
            trie: Trie::new(bounds.max_extent),
            counts: WordCounts::default(),
            newest_sentence: Version::EMPTY,
            phrases_max: Self::PHRASES_HELD,
        }
    }

    #[cfg(test)]
    pub(super) fn with_room(bounds: Bounds, phrases_max: usize) -> Self {
        Self {
            phrases_max,
            ..Self::new(bounds)
        }
    }

    /// Adds the next word.
    ///
    /// # Errors
    /// A number that is not the next.
    pub fn add_word(&mut self, id: WordId, word: &str) -> Result<(), ViewError> {
        let expected = self.vocabulary.len() as u32;
        if id.0 != expected {
            return Err(ViewError::WordOutOfOrder { expected, got: id.0 });
        }
        self.vocabulary.push(word);
        Ok(())
    }

    /// Adds the next sentence, of a version after this view's; [`Self::advance`] makes it count.
    ///
    /// # Errors
    /// A sentence of a version that was left behind, or with a word that was not added, or one too many.
    pub fn add_sentence(&mut self, version: Version, words: &[WordId]) -> Result<(), ViewError> {
        if version <= self.version || version < self.newest_sentence {
            return Err(ViewError::VersionOutOfOrder {
                at: self.version.max(self.newest_sentence),
                got: version,
            });
        }
        if let Some(word) = words.iter().find(|word| word.index() >= self.vocabulary.len()) {
            return Err(ViewError::UnknownWord(word.0));
        }
        if self.trie.phrase_count() > self.phrases_max {
            return Err(ViewError::TooManyPhrases);
        }
        self.newest_sentence = version;
        self.trie.insert(version, words);
        self.counts.add(version, words);
        Ok(())
    }

    /// Says that all sentences up to a version are in.
    ///
    /// # Errors
    /// A version before one that was seen.
    pub fn advance(&mut self, to: Version) -> Result<(), ViewError> {
        if to < self.version || to < self.newest_sentence {
            return Err(ViewError::VersionOutOfOrder {
                at: self.version.max(self.newest_sentence),
                got: to,
            });
        }
        self.version = to;
        Ok(())
    }

    /// The version up to which the view is complete.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The bounds of the context.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The words.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The phrases.
    #[must_use]
    pub const fn trie(&self) -> &Trie {
        &self.trie
    }

    /// The word counts.
    #[must_use]
    pub const fn counts(&self) -> &WordCounts {
        &self.counts
    }
}
