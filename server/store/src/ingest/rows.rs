//! The words and sentences of a text as rows, made a chunk at a time as they are written.

use crochet_domain::ports::NewText;
use sea_orm::{DbErr, Set};
use uuid::Uuid;

use super::places::Places;
use super::plan::Plan;
use crate::database::{Tx, insert_all};
use crate::encoding::pack;
use crate::entities::{sentence_words, sentences, words};

/// Rows of a chunk, which is what one transaction writes.
const ROWS: usize = 8_192;
/// Words in the sentences of a chunk: a sentence may be as long as a book.
const WORDS: usize = 262_144;
/// Bytes in the places of a chunk: a frequent word stands in every other sentence.
const BYTES: usize = 1 << 20;

/// Some rows of a text.
#[derive(Default)]
pub(super) struct Chunk {
    words: Vec<words::ActiveModel>,
    sentences: Vec<sentences::ActiveModel>,
    places: Vec<sentence_words::ActiveModel>,
}

impl Chunk {
    fn len(&self) -> usize {
        self.words.len() + self.sentences.len() + self.places.len()
    }

    /// Writes the rows.
    pub(super) async fn insert(&self, tx: &Tx) -> Result<(), DbErr> {
        insert_all(&**tx, &self.words).await?;
        insert_all(&**tx, &self.sentences).await?;
        insert_all(&**tx, &self.places).await
    }
}

/// All rows of a text, in chunks: the new words first, and last where each word stands.
pub(super) struct Rows<'a> {
    context: Uuid,
    text: &'a NewText,
    plan: &'a Plan,
    words: usize,
    sentences: usize,
    vocabulary: i64,
    places: Places,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a NewText, plan: &'a Plan) -> Self {
        Self {
            context: text.context.0,
            text,
            plan,
            words: 0,
            sentences: 0,
            vocabulary: plan.words,
            places: Places::new(text.context.0, plan.sentences),
        }
    }

    fn next_word(&mut self) -> Option<words::ActiveModel> {
        let own = *self.plan.fresh.get(self.words)?;
        let row = words::ActiveModel {
            context_id: Set(self.context),
            id: Set(self.plan.words + self.words as i64),
            word: Set(self.text.words.vocabulary().word(own).to_owned()),
            version: Set(self.plan.version + 1),
        };
        self.words += 1;
        Some(row)
    }

    /// Adds the next sentence, and says how many words it has.
    fn add_sentence(&mut self, chunk: &mut Chunk) -> Option<usize> {
        let place = self.sentences;
        if place == self.text.words.sentence_count() {
            return None;
        }
        let words = self.plan.numbered(self.text.words.sentence(place));
        let most = words.iter().max().map_or(0, |word| i64::from(word.0) + 1);
        self.vocabulary = self.vocabulary.max(most);
        let row = sentences::ActiveModel {
            context_id: Set(self.context),
            seq: Set(self.plan.sentences + place as i64),
            corpus_id: Set(self.plan.corpus.0),
            version: Set(self.plan.version + 1),
            word_ids: Set(pack(&words)),
            vocabulary: Set(self.vocabulary),
        };
        self.places.note(place as u32, &words);
        chunk.sentences.push(row);
        self.sentences += 1;
        Some(words.len())
    }
}

impl Iterator for Rows<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let mut chunk = Chunk::default();
        while chunk.len() < ROWS
            && let Some(word) = self.next_word()
        {
            chunk.words.push(word);
        }
        let mut words = 0;
        while chunk.len() < ROWS
            && words < WORDS
            && let Some(length) = self.add_sentence(&mut chunk)
        {
            words += length;
        }
        let read = self.sentences == self.text.words.sentence_count();
        let mut bytes = 0;
        while read
            && chunk.len() < ROWS
            && bytes < BYTES
            && let Some((row, length)) = self.places.take()
        {
            chunk.places.push(row);
            bytes += length;
        }
        (chunk.len() > 0).then_some(chunk)
    }
}
