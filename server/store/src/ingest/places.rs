//! Which sentences of a text have a word: what the index of places is written from.
//!
//! A row for each word of the whole text, one or two bytes for each sentence that has it: some 30 MB for a text of 64 MiB.
//! Rows for each chunk would be six times as many, all over the index.

use std::collections::BTreeMap;

use crochet_domain::WordId;
use sea_orm::Set;
use uuid::Uuid;

use crate::encoding::append;
use crate::entities::sentence_words;

/// The sentences of one text by word.
#[derive(Debug)]
pub(super) struct Places {
    context: Uuid,
    /// The first sentence of the text, which names the part.
    first: i64,
    words: BTreeMap<WordId, Sentences>,
}

/// Sentences as distances: the first from the start of the text, the others from the one before.
#[derive(Debug, Default)]
struct Sentences {
    last: u32,
    distances: Vec<u8>,
}

impl Places {
    pub(super) const fn new(context: Uuid, first: i64) -> Self {
        Self {
            context,
            first,
            words: BTreeMap::new(),
        }
    }

    /// Notes a sentence by its place in the text; they come in order.
    pub(super) fn note(&mut self, place: u32, words: &[WordId]) {
        for word in words {
            let sentences = self.words.entry(*word).or_default();
            if sentences.distances.is_empty() || sentences.last < place {
                append(place - sentences.last, &mut sentences.distances);
                sentences.last = place;
            }
        }
    }

    /// Takes the row of the next word out, and says how long it is.
    pub(super) fn take(&mut self) -> Option<(sentence_words::ActiveModel, usize)> {
        let (word, sentences) = self.words.pop_first()?;
        let length = sentences.distances.len();
        let row = sentence_words::ActiveModel {
            context_id: Set(self.context),
            word: Set(word.0.into()),
            part: Set(self.first),
            entries: Set(sentences.distances),
        };
        Some((row, length))
    }
}
