//! What can be done for a text before its turn comes: numbering its words and counting its phrases, on a reader.
//!
//! All of it holds for the version that it was read at. If another text comes in between, it is done again; so the one
//! writer is held for inserts alone.

use std::collections::HashMap;

use crochet_domain::ports::{IngestError, NewText, WaveRecord};
use crochet_domain::{ContextSettings, WordId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Outcome;
use super::phrases::{PhraseCache, Phrases};
use super::waves::wave_of;
use crate::contexts::active;
use crate::database::{Abort, Tx};
use crate::entities::{contexts, corpora, waves as wave_rows, words};

/// Spellings in one lookup.
const LOOKUP: usize = 1_000;
/// Sentences after which others get a turn on the thread.
const BREATH: usize = 5_000;

/// A text that is ready to be written.
pub(super) enum Prepared {
    /// The context has it.
    Known(Box<WaveRecord>),
    /// It is new to the context at this version.
    New(NewSentences),
}

/// Sentences as numbers, and the words that get theirs with them.
pub(super) struct NewSentences {
    /// The version of the context that this holds for.
    pub(super) version: i64,
    /// The sentences.
    pub(super) sentences: Vec<Vec<WordId>>,
    /// How many words the context has with each sentence.
    pub(super) vocabulary: Vec<i64>,
    /// The words that are new, in order of their numbers.
    pub(super) words: Vec<String>,
    /// How many phrases are new.
    pub(super) phrases_added: u64,
    /// The phrases of the context with the text.
    pub(super) phrases: Phrases,
}

pub(super) async fn prepare(tx: &Tx, text: &NewText, cache: &PhraseCache) -> Outcome<Prepared> {
    let context = active(tx, text.context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    if let Some(wave) = known(tx, text).await? {
        return Ok(Prepared::Known(Box::new(wave_of(wave)?)));
    }
    let settings: ContextSettings = serde_json::from_str(&context.settings)
        .map_err(|error| Abort::Damaged(format!("the settings of context {}: {error}", context.id)))?;
    let longest = usize::from(settings.bounds.max_extent);
    let phrases = cache.take(tx, text.context, context.version, longest).await?;
    let numbers = known_words(tx, &context, &text.sentences).await?;
    number(&context, text, numbers, phrases).await.map(Prepared::New)
}

/// The wave of the same text, if the context has it.
pub(super) async fn known(tx: &Tx, text: &NewText) -> Outcome<Option<wave_rows::Model>> {
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

/// Numbers words in order of first appearance, from where the context is.
async fn number<'a>(
    context: &contexts::Model,
    text: &'a NewText,
    mut numbers: HashMap<&'a str, WordId>,
    phrases: Phrases,
) -> Outcome<NewSentences> {
    let mut next = context.words;
    let mut new = NewSentences {
        version: context.version,
        sentences: Vec::with_capacity(text.sentences.len()),
        vocabulary: Vec::with_capacity(text.sentences.len()),
        words: Vec::new(),
        phrases_added: 0,
        phrases,
    };
    for (at, words) in text.sentences.iter().enumerate() {
        let mut sentence = Vec::with_capacity(words.len());
        for word in words {
            let number = match numbers.get(word.as_str()) {
                Some(&number) => number,
                None => {
                    let number =
                        WordId::try_from(next).map_err(|_| Abort::Refused(IngestError::TooManyWords))?;
                    next += 1;
                    numbers.insert(word, number);
                    new.words.push(word.clone());
                    number
                }
            };
            sentence.push(number);
        }
        new.phrases_added += new.phrases.absorb(&sentence);
        new.sentences.push(sentence);
        new.vocabulary.push(next);
        if at % BREATH == BREATH - 1 {
            tokio::task::yield_now().await;
        }
    }
    Ok(new)
}

async fn known_words<'a>(
    tx: &Tx,
    context: &contexts::Model,
    texts: &'a [Vec<String>],
) -> Outcome<HashMap<&'a str, WordId>> {
    let mut known = HashMap::new();
    if context.words == 0 {
        return Ok(known);
    }
    let mut spellings: Vec<&'a str> = texts.iter().flatten().map(String::as_str).collect();
    spellings.sort_unstable();
    spellings.dedup();
    for chunk in spellings.chunks(LOOKUP) {
        let rows = words::Entity::find()
            .filter(words::Column::ContextId.eq(context.id))
            .filter(words::Column::Word.is_in(chunk.iter().copied()))
            .all(&**tx)
            .await?;
        for row in rows {
            let number = WordId::try_from(row.id).map_err(|error| Abort::Damaged(error.to_string()))?;
            if let Ok(at) = spellings.binary_search(&row.word.as_str()) {
                known.insert(spellings[at], number);
            }
        }
    }
    Ok(known)
}
