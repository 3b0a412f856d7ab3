//! Which sentences of a chunk have a word: what the index of places is written from.

use std::collections::BTreeMap;

use crochet_domain::WordId;
use sea_orm::Set;
use uuid::Uuid;

use crate::encoding::append;
use crate::entities::sentence_words;

/// The sentences of one chunk by word: their distances, the first from the start of the chunk.
#[derive(Debug, Default)]
pub(super) struct Places {
    context: Uuid,
    first: Option<i64>,
    words: BTreeMap<WordId, Sentences>,
}

#[derive(Debug, Default)]
struct Sentences {
    last: u32,
    any: bool,
    distances: Vec<u8>,
}

impl Places {
    /// Notes a sentence; they come in order.
    pub(super) fn note(&mut self, context: Uuid, seq: i64, words: &[WordId]) {
        self.context = context;
        let first = *self.first.get_or_insert(seq);
        let place = (seq - first) as u32;
        for word in words {
            let sentences = self.words.entry(*word).or_default();
            if !sentences.any || sentences.last < place {
                append(place - sentences.last, &mut sentences.distances);
                sentences.last = place;
                sentences.any = true;
            }
        }
    }

    /// A row for each word.
    pub(super) fn rows(&self) -> Vec<sentence_words::ActiveModel> {
        let row = |(word, sentences): (&WordId, &Sentences)| sentence_words::ActiveModel {
            context_id: Set(self.context),
            word: Set(word.0.into()),
            part: Set(self.first.unwrap_or(0)),
            entries: Set(sentences.distances.clone()),
        };
        self.words.iter().map(row).collect()
    }
}
