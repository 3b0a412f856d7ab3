//! What can be done for a text before anything is written: whether it is there already, and which numbers its words
//! have. It costs as much as the text has different words, whatever the size of the context.
//!
//! The plan holds for the version that it was made at; who makes one has the context's turn, so nobody else raises it.

use std::collections::HashMap;

use crochet_domain::phrases::TextWords;
use crochet_domain::ports::{CorpusId, IngestError, NewText, WaveRecord};
use crochet_domain::{ContextSettings, WordId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Outcome;
use super::phrases::{PhraseCache, Phrases};
use super::staged::is_staged;
use super::waves::record;
use crate::contexts::{active, spelt};
use crate::database::{Abort, Tx};
use crate::entities::{contexts, corpora, waves as wave_rows};

/// Spellings in one lookup.
const LOOKUP: usize = 1_000;

/// What is to be done for a text.
pub(super) enum Planned {
    /// Nothing: the context has it.
    Known(Box<WaveRecord>),
    /// It is to be written like this, and its phrases are to be counted among these.
    New(Plan, Phrases),
}

/// How a text is written.
pub(super) struct Plan {
    /// The version of the context that this holds for.
    pub(super) version: i64,
    /// How many words the context has.
    pub(super) words: i64,
    /// How many sentences the context has.
    pub(super) sentences: i64,
    /// The key of the text.
    pub(super) corpus: CorpusId,
    /// The number in the context of each word of the text.
    pub(super) numbers: Vec<WordId>,
    /// The words of the text that are new, in order of their numbers.
    pub(super) fresh: Vec<WordId>,
    /// Whether rows of a text that never came to its end are in the way.
    pub(super) obstructed: bool,
}

impl Plan {
    /// A sentence of the text in numbers of the context.
    pub(super) fn numbered(&self, sentence: &[WordId]) -> Vec<WordId> {
        sentence.iter().map(|word| self.numbers[word.index()]).collect()
    }

    /// Counts the phrases of the text among those of the context; how many were new.
    pub(super) fn count(&self, text: &TextWords, phrases: &mut Phrases) -> u64 {
        let before = phrases.count();
        for sentence in text.sentences() {
            phrases.absorb(&self.numbered(sentence));
        }
        phrases.count().saturating_sub(before)
    }
}

pub(super) async fn plan(tx: &Tx, text: &NewText, cache: &PhraseCache) -> Outcome<Planned> {
    let context = active(tx, text.context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    if let Some(wave) = known(tx, text).await? {
        return Ok(Planned::Known(Box::new(record(tx, wave).await?)));
    }
    let settings: ContextSettings = serde_json::from_str(&context.settings)
        .map_err(|error| Abort::Damaged(format!("the settings of context {}: {error}", context.id)))?;
    let longest = usize::from(settings.bounds.max_extent);
    let phrases = cache.take(tx, &context, longest).await?;
    let mut plan = Plan {
        version: context.version,
        words: context.words,
        sentences: context.sentences,
        corpus: CorpusId::generate(),
        numbers: Vec::new(),
        fresh: Vec::new(),
        obstructed: is_staged(tx, &context).await?,
    };
    number(&mut plan, known_words(tx, &context, &text.words).await?)?;
    Ok(Planned::New(plan, phrases))
}

/// The wave of the same text, if the context has it.
async fn known(tx: &Tx, text: &NewText) -> Outcome<Option<wave_rows::Model>> {
    let corpus = corpora::Entity::find()
        .filter(corpora::Column::ContextId.eq(text.context.0))
        .filter(corpora::Column::TextHash.eq(text.text_hash.to_vec()))
        .one(&**tx)
        .await?;
    let Some(corpus) = corpus else { return Ok(None) };
    let wave = wave_rows::Entity::find()
        .filter(wave_rows::Column::ContextId.eq(text.context.0))
        .filter(wave_rows::Column::ToVersion.eq(corpus.version))
        .one(&**tx)
        .await?;
    wave.map(Some)
        .ok_or_else(|| Abort::Damaged(format!("the ingest of text {}", corpus.id)))
}

/// Gives the words that are new the next numbers. A text numbers its own words in order of first appearance, so the new
/// ones get theirs in that order too.
fn number(plan: &mut Plan, known: Vec<Option<WordId>>) -> Outcome<()> {
    plan.numbers.reserve_exact(known.len());
    for (own, known) in (0_u32..).zip(known) {
        let number = match known {
            Some(number) => number,
            None => {
                let next = plan.words + plan.fresh.len() as i64;
                plan.fresh.push(WordId(own));
                WordId::try_from(next).map_err(|_| Abort::Refused(IngestError::TooManyWords))?
            }
        };
        plan.numbers.push(number);
    }
    Ok(())
}

/// The number in the context of each word of the text, if the context has it.
async fn known_words(tx: &Tx, context: &contexts::Model, text: &TextWords) -> Outcome<Vec<Option<WordId>>> {
    let vocabulary = text.vocabulary();
    let mut known = vec![None; vocabulary.len()];
    if context.words == 0 {
        return Ok(known);
    }
    let own: Vec<WordId> = (0..vocabulary.len() as u32).map(WordId).collect();
    for chunk in own.chunks(LOOKUP) {
        let places: HashMap<&str, WordId> = chunk.iter().map(|&id| (vocabulary.word(id), id)).collect();
        let rows = spelt(context, places.keys().copied()).all(&**tx).await?;
        for row in rows {
            let number = WordId::try_from(row.id).map_err(|error| Abort::Damaged(error.to_string()))?;
            if let Some(place) = places.get(row.word.as_str()) {
                known[place.index()] = Some(number);
            }
        }
    }
    Ok(known)
}
