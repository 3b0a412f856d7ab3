//! The transaction that makes a text visible: the context's row first, then the last rows, the version, the wave and its
//! ledger rows.

use chrono::{DateTime, Utc};
use crochet_domain::ports::{ContextKey, IngestError, NewText, StorageError, WaveId, WaveRecord};
use crochet_domain::{Version, WorkPayload};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};

use super::Outcome;
use super::plan::Plan;
use super::rows::Chunk;
use super::waves;
use crate::clock::millis;
use crate::contexts::locked;
use crate::database::{Abort, Tx};
use crate::entities::{contexts, corpora, phrase_sketches, waves as wave_rows};
use crate::ledger::insert_items;

/// Writes the last rows of a text and moves the marks of its context behind them.
pub(super) async fn publish(
    tx: &Tx,
    text: &NewText,
    plan: &Plan,
    last: &Chunk,
    phrases_added: u64,
    now: DateTime<Utc>,
) -> Outcome<WaveRecord> {
    let context = locked(tx, text.context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    if context.version != plan.version {
        return Err(Abort::Refused(StorageError::Busy.into()));
    }
    let mut wave = draft(text, &context, plan, now);
    wave.phrases_added = phrases_added as i64;
    last.insert(tx).await?;
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
    waves::record(tx, row).await
}

/// Stores by what the phrases of a context are estimated, if they are.
pub(super) async fn keep_sketch(tx: &Tx, context: ContextKey, registers: Option<&[u8]>) -> Outcome<()> {
    let Some(registers) = registers else { return Ok(()) };
    let sketch = phrase_sketches::ActiveModel {
        context_id: Set(context.0),
        registers: Set(registers.to_vec()),
    };
    let replace = OnConflict::column(phrase_sketches::Column::ContextId)
        .update_column(phrase_sketches::Column::Registers)
        .to_owned();
    phrase_sketches::Entity::insert(sketch)
        .on_conflict(replace)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The work that a version starts with. The first text wakes nothing: nothing waits yet.
pub(super) fn first_items(version: Version) -> Vec<WorkPayload> {
    let mut items = vec![WorkPayload::seed(version)];
    if version > Version(1) {
        items.push(WorkPayload::wake(version));
    }
    items
}

fn draft(text: &NewText, context: &contexts::Model, plan: &Plan, now: DateTime<Utc>) -> wave_rows::Model {
    let sentences = text.words.sentence_count() as i64;
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
        corpus_id: plan.corpus.0,
        title: text.title.clone(),
        from_version: context.version,
        to_version: context.version + 1,
        state: state.to_owned(),
        truncated: !text.search,
        items_total: 0,
        items_open: 0,
        words: text.words.word_count() as i64,
        sentences_added: sentences,
        words_added: plan.fresh.len() as i64,
        phrases_added: 0,
        orthos_added: 0,
        remediations_added: 0,
        created_at: millis(now),
        ended_at: ended.then(|| millis(now)),
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
