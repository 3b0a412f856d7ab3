//! One text as numbers: its own words once, and its sentences as runs of their numbers.
//!
//! A text of 64 MiB has some twelve million words; as strings they would take a gigabyte, as numbers fifty megabytes.
//! The numbers are those of this text alone and must never be taken for the numbers of a context.

use super::{Interner, Vocabulary};
use crate::ids::WordId;

/// Collects the sentences of one text.
#[derive(Clone, Debug, Default)]
pub struct TextWords {
    interner: Interner,
    words: Vec<WordId>,
    ends: Vec<u32>,
}

impl TextWords {
    /// Adds the next sentence.
    pub fn push<'a>(&mut self, sentence: impl IntoIterator<Item = &'a str>) {
        let numbers = sentence.into_iter().map(|word| self.interner.number(word));
        self.words.extend(numbers);
        self.ends.push(self.words.len() as u32);
    }

    /// The different words of the text, in order of first appearance.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        self.interner.vocabulary()
    }

    /// How many words the text has, each as often as it stands.
    #[must_use]
    pub const fn word_count(&self) -> usize {
        self.words.len()
    }

    /// How many sentences the text has.
    #[must_use]
    pub const fn sentence_count(&self) -> usize {
        self.ends.len()
    }

    /// The sentence at a place in the order of the text.
    ///
    /// # Panics
    /// If the text has no such sentence.
    #[must_use]
    pub fn sentence(&self, index: usize) -> &[WordId] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[start as usize..self.ends[index] as usize]
    }

    /// The sentences, in the order of the text.
    pub fn sentences(&self) -> impl ExactSizeIterator<Item = &[WordId]> {
        (0..self.ends.len()).map(|index| self.sentence(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Tokeniser, TokeniserOptions, sentences_of};

    #[test]
    fn sentences_share_the_numbers_of_their_words() {
        let tokeniser = Tokeniser::new(&TokeniserOptions::default()).unwrap();
        let mut text = TextWords::default();
        for sentence in sentences_of(b"the river was high. the river fell.", tokeniser).unwrap() {
            text.push(sentence.words());
        }
        let numbers: Vec<Vec<u32>> = text
            .sentences()
            .map(|words| words.iter().map(|word| word.0).collect())
            .collect();
        assert_eq!(numbers, [vec![0, 1, 2, 3], vec![0, 1, 4]]);
        assert_eq!(text.vocabulary().word(WordId(4)), "fell");
        assert_eq!(text.word_count(), 7);
    }
}
