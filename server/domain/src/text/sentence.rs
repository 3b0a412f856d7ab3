//! The words of one sentence in one buffer, so that reading a book allocates nothing per word.
//!
//! It must never know how the words were found.

/// A sentence: one word or more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    text: String,
    ends: Vec<usize>,
}

impl Sentence {
    /// How many words it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no words; a tokeniser never hands such a sentence out.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The words, in order.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|i| &self.text[self.start(i)..self.ends[i]])
    }

    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Appends the word that `write` writes; drops it again if `keep` says no.
    pub(super) fn push_with(
        &mut self,
        write: impl FnOnce(&mut String),
        keep: impl FnOnce(&str) -> bool,
    ) -> bool {
        let start = self.text.len();
        write(&mut self.text);
        if keep(&self.text[start..]) {
            self.ends.push(self.text.len());
            return true;
        }
        self.text.truncate(start);
        false
    }
}
