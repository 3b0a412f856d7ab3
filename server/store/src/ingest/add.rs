//! One text, one transaction: the context's row first, then what is new, the version, the wave and its ledger rows.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use crochet_domain::ports::{CorpusId, IngestError, Ingested, NewText, WaveId};
use crochet_domain::{ContextSettings, Version, WordId, WorkPayload};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};

use super::Outcome;
use super::waves::{self, wave_of};
use crate::clock::millis;
use crate::contexts::{locked, new_phrases};
use crate::database::{Abort, Tx, insert_all};
use crate::encoding::pack;
use crate::entities::{contexts, corpora, sentences, waves as wave_rows, words};
use crate::ledger::insert_items;

/// Spellings in one lookup.
const LOOKUP: usize = 1_000;

pub(super) async fn add(tx: &Tx, text: &NewText, now: DateTime<Utc>) -> Outcome<Ingested> {
    let context = locked(tx, text.context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    if let Some(wave) = known(tx, text).await? {
        return Ok(Ingested::Unchanged(wave_of(wave)?));
    }
    let vocabulary = Vocabulary::number(tx, &context, &text.sentences).await?;
    let settings: ContextSettings = serde_json::from_str(&context.settings)
        .map_err(|error| Abort::Damaged(format!("the settings of context {}: {error}", context.id)))?;
    let longest = usize::from(settings.bounds.max_extent);
    let phrases = new_phrases(tx, text.context, &vocabulary.sentences, longest).await?;

    let mut wave = draft(text, &context, now);
    wave.phrases_added = phrases as i64;
    wave.words_added = vocabulary.words.len() as i64;
    write_text(tx, text, &context, &wave, vocabulary, now).await?;
    raise(tx, &context, &wave).await?;
    if text.search && wave.sentences_added > 0 {
        let version =
            Version::try_from(wave.to_version).map_err(|error| Abort::Damaged(error.to_string()))?;
        let items = first_items(version);
        let written = insert_items(tx, text.context, WaveId(wave.id), &items, now).await?;
        wave.items_total = written as i64;
        wave.items_open = written as i64;
    }
    let row = wave.clone().into_active_model().insert(&**tx).await?;
    waves::advance_settled(tx, text.context).await?;
    Ok(Ingested::Added(wave_of(row)?))
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

/// The work that a version starts with. The first text wakes nothing: nothing waits yet.
fn first_items(version: Version) -> Vec<WorkPayload> {
    let mut items = vec![WorkPayload::seed(version)];
    if version > Version(1) {
        items.push(WorkPayload::wake(version));
    }
    items
}

fn draft(text: &NewText, context: &contexts::Model, now: DateTime<Utc>) -> wave_rows::Model {
    let sentences = text.sentences.len() as i64;
    let ended = !text.search || sentences == 0;
    let state = if text.search && ended {
        waves::SETTLED
    } else if ended {
        waves::CANCELLED
    } else {
        waves::RUNNING
    };
    wave_rows::Model {
        id: WaveId::generate().0,
        context_id: context.id,
        corpus_id: CorpusId::generate().0,
        title: text.title.clone(),
        from_version: context.version,
        to_version: context.version + 1,
        state: state.to_owned(),
        truncated: !text.search,
        items_total: 0,
        items_open: 0,
        words: text.sentences.iter().map(|words| words.len() as i64).sum(),
        sentences_added: sentences,
        words_added: 0,
        phrases_added: 0,
        orthos_added: 0,
        remediations_added: 0,
        created_at: millis(now),
        ended_at: ended.then(|| millis(now)),
    }
}

/// Sentences as numbers, and the words that got theirs just now.
struct Vocabulary {
    sentences: Vec<Vec<WordId>>,
    words: Vec<String>,
    /// How many words the context has with each sentence.
    sizes: Vec<i64>,
}

impl Vocabulary {
    /// Numbers words in order of first appearance, from where the context is.
    async fn number(tx: &Tx, context: &contexts::Model, texts: &[Vec<String>]) -> Outcome<Self> {
        let mut numbers = known_words(tx, context, texts).await?;
        let mut next = context.words;
        let mut vocabulary = Self {
            sentences: Vec::with_capacity(texts.len()),
            words: Vec::new(),
            sizes: Vec::new(),
        };
        for text in texts {
            let mut sentence = Vec::with_capacity(text.len());
            for word in text {
                let number = match numbers.get(word.as_str()) {
                    Some(&number) => number,
                    None => {
                        let number =
                            WordId::try_from(next).map_err(|_| Abort::Refused(IngestError::TooManyWords))?;
                        next += 1;
                        numbers.insert(word, number);
                        vocabulary.words.push(word.clone());
                        number
                    }
                };
                sentence.push(number);
            }
            vocabulary.sentences.push(sentence);
            vocabulary.sizes.push(next);
        }
        Ok(vocabulary)
    }
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

async fn write_text(
    tx: &Tx,
    text: &NewText,
    context: &contexts::Model,
    wave: &wave_rows::Model,
    vocabulary: Vocabulary,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let corpus = corpora::Model {
        id: wave.corpus_id,
        context_id: context.id,
        title: text.title.clone(),
        text_hash: text.text_hash.to_vec(),
        version: wave.to_version,
        bytes: i64::try_from(text.bytes).unwrap_or(i64::MAX),
        words: wave.words,
        sentences: wave.sentences_added,
        created_at: millis(now),
    };
    corpus.into_active_model().insert(&**tx).await?;
    let new_words = vocabulary
        .words
        .into_iter()
        .zip(context.words..)
        .map(|(word, id)| words::ActiveModel {
            context_id: Set(context.id),
            id: Set(id),
            word: Set(word),
            version: Set(wave.to_version),
        });
    insert_all(&**tx, &new_words.collect::<Vec<_>>()).await?;
    let numbered = vocabulary
        .sentences
        .iter()
        .zip(vocabulary.sizes)
        .zip(context.sentences..);
    let new_sentences = numbered.map(|((words, vocabulary), seq)| sentences::ActiveModel {
        context_id: Set(context.id),
        seq: Set(seq),
        corpus_id: Set(wave.corpus_id),
        version: Set(wave.to_version),
        word_ids: Set(pack(words)),
        vocabulary: Set(vocabulary),
    });
    insert_all(&**tx, &new_sentences.collect::<Vec<_>>()).await?;
    Ok(())
}

async fn raise(tx: &Tx, context: &contexts::Model, wave: &wave_rows::Model) -> Outcome<()> {
    let raised = contexts::ActiveModel {
        id: Set(context.id),
        version: Set(wave.to_version),
        truncated: Set(context.truncated || wave.truncated),
        words: Set(context.words + wave.words_added),
        sentences: Set(context.sentences + wave.sentences_added),
        phrases: Set(context.phrases + wave.phrases_added),
        corpora: Set(context.corpora + 1),
        ..<contexts::ActiveModel as ActiveModelTrait>::default()
    };
    raised.update(&**tx).await?;
    Ok(())
}
