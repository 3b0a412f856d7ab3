//! One text, one transaction: the context's row first, then what is new, the version, the wave and its ledger rows.

use chrono::{DateTime, Utc};
use crochet_domain::ports::{CorpusId, IngestError, NewText, WaveId, WaveRecord};
use crochet_domain::{Version, WordId, WorkPayload};
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};

use super::Outcome;
use super::prepare::NewSentences;
use super::waves::{self, wave_of};
use crate::clock::millis;
use crate::contexts::locked;
use crate::database::{Abort, Tx, insert_all};
use crate::encoding::pack;
use crate::entities::{contexts, corpora, sentences, waves as wave_rows, words};
use crate::ledger::insert_items;

/// Rows made at a time.
const ROWS: usize = 4_096;

/// Writes a text that was prepared; `None` when the context has gone on since, so that it must be prepared again.
pub(super) async fn add(
    tx: &Tx,
    text: &NewText,
    new: &NewSentences,
    now: DateTime<Utc>,
) -> Outcome<Option<WaveRecord>> {
    let context = locked(tx, text.context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    if context.version != new.version {
        return Ok(None);
    }
    let mut wave = draft(text, &context, now);
    wave.phrases_added = new.phrases_added as i64;
    wave.words_added = new.words.len() as i64;
    write_text(tx, text, &context, &wave, new, now).await?;
    raise(tx, &context, &wave).await?;
    if text.search && wave.sentences_added > 0 {
        let version =
            Version::try_from(wave.to_version).map_err(|error| Abort::Damaged(error.to_string()))?;
        let items = first_items(version);
        let written = insert_items(tx, text.context, WaveId(wave.id), &items, now).await?;
        wave.items_total = written as i64;
        wave.items_open = written as i64;
    }
    let row = wave.into_active_model().insert(&**tx).await?;
    waves::advance_settled(tx, text.context).await?;
    wave_of(row).map(Some)
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

async fn write_text(
    tx: &Tx,
    text: &NewText,
    context: &contexts::Model,
    wave: &wave_rows::Model,
    new: &NewSentences,
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
    let word = |(word, id): (&String, i64)| words::ActiveModel {
        context_id: Set(context.id),
        id: Set(id),
        word: Set(word.clone()),
        version: Set(wave.to_version),
    };
    insert_in_batches(tx, new.words.iter().zip(context.words..).map(word)).await?;
    let numbered = new.sentences.iter().zip(&new.vocabulary).zip(context.sentences..);
    let sentence = |((words, vocabulary), seq): ((&Vec<WordId>, &i64), i64)| sentences::ActiveModel {
        context_id: Set(context.id),
        seq: Set(seq),
        corpus_id: Set(wave.corpus_id),
        version: Set(wave.to_version),
        word_ids: Set(pack(words)),
        vocabulary: Set(*vocabulary),
    };
    insert_in_batches(tx, numbered.map(sentence)).await
}

/// Makes rows as they are written, so that a long text is not held a third time.
async fn insert_in_batches<A>(tx: &Tx, rows: impl Iterator<Item = A>) -> Outcome<()>
where
    A: ActiveModelTrait + Send + Sync,
{
    let mut rows = rows.fuse();
    loop {
        let batch: Vec<A> = rows.by_ref().take(ROWS).collect();
        if batch.is_empty() {
            return Ok(());
        }
        insert_all(&**tx, &batch).await?;
    }
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
