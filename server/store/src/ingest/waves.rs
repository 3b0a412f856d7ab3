//! Waves: reading them, cancelling them, and knowing when they have settled.
//!
//! `items_open` in the row of a wave is the number of its ledger rows that are not done; it is changed in the same
//! transaction as they are, so a wave settles in the transaction that sets its last item done, or that of an older wave.
//! `crochet check` compares.

use chrono::{DateTime, Utc};
use crochet_domain::Version;
use crochet_domain::ports::{
    ContextKey, CorpusId, IngestError, Page, PageRequest, RunningWaves, Stuck, WaveId, WaveRecord, WaveState,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::Outcome;
use crate::clock::{millis, moment};
use crate::contexts::active;
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Tx};
use crate::entities::{contexts, pipeline_items, waves};
use crate::ledger;

pub(crate) const RUNNING: &str = "running";
pub(crate) const SETTLED: &str = "settled";
pub(crate) const CANCELLED: &str = "cancelled";

impl From<Foreign> for Abort<IngestError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(IngestError::ForeignCursor)
    }
}

/// Waves as records, with what is given up of those that run.
pub(super) async fn records(tx: &Tx, rows: Vec<waves::Model>) -> Outcome<Vec<WaveRecord>> {
    let running = rows.iter().filter(|row| row.state == RUNNING).map(|row| row.id);
    let mut stuck = ledger::stuck(tx, &running.collect::<Vec<_>>()).await?;
    rows.into_iter()
        .map(|row| {
            let stuck = stuck.remove(&row.id);
            wave_of(row, stuck)
        })
        .collect()
}

/// One wave as a record.
pub(super) async fn record(tx: &Tx, row: waves::Model) -> Outcome<WaveRecord> {
    let mut stuck = ledger::stuck(tx, &[row.id]).await?;
    let stuck = stuck.remove(&row.id);
    wave_of(row, stuck)
}

fn wave_of(row: waves::Model, stuck: Option<Stuck>) -> Outcome<WaveRecord> {
    let version =
        |stored| Version::try_from(stored).map_err(|error| Abort::Damaged(format!("a version: {error}")));
    let count = |stored: i64| u64::try_from(stored).unwrap_or(0);
    Ok(WaveRecord {
        id: WaveId(row.id),
        context: ContextKey(row.context_id),
        corpus: CorpusId(row.corpus_id),
        title: row.title,
        from_version: version(row.from_version)?,
        to_version: version(row.to_version)?,
        state: match row.state.as_str() {
            RUNNING => WaveState::Running,
            SETTLED => WaveState::Settled,
            CANCELLED => WaveState::Cancelled,
            other => return Err(Abort::Damaged(format!("the state {other} of ingest {}", row.id))),
        },
        truncated: row.truncated,
        created_at: moment(row.created_at),
        ended_at: row.ended_at.map(moment),
        items_total: count(row.items_total),
        items_open: count(row.items_open),
        stuck,
        words: count(row.words),
        sentences_added: count(row.sentences_added),
        words_added: count(row.words_added),
        phrases_added: count(row.phrases_added),
        orthos_added: count(row.orthos_added),
        remediations_added: count(row.remediations_added),
    })
}

/// The wave of a context that is not being deleted.
pub(super) async fn get(tx: &Tx, id: WaveId) -> Outcome<WaveRecord> {
    let row = waves::Entity::find_by_id(id.0)
        .one(&**tx)
        .await?
        .ok_or(Abort::Refused(IngestError::WaveNotFound))?;
    active(tx, ContextKey(row.context_id))
        .await?
        .ok_or(Abort::Refused(IngestError::WaveNotFound))?;
    record(tx, row).await
}

pub(super) async fn list(tx: &Tx, context: ContextKey, page: &PageRequest) -> Outcome<Page<WaveRecord>> {
    active(tx, context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    let list = List::new(&format!("waves/{context}"));
    let mut query = waves::Entity::find()
        .filter(waves::Column::ContextId.eq(context.0))
        .order_by_desc(waves::Column::ToVersion)
        .limit(fetch(page));
    if let Some(version) = list.start::<i64>(page)? {
        query = query.filter(waves::Column::ToVersion.lt(version));
    }
    let rows = records(tx, query.all(&**tx).await?).await?;
    Ok(list.page(rows, page, |wave| i64::from(wave.to_version)))
}

/// The waves that run: those that have not ended, which have an index of their own.
pub(crate) fn that_run(context: ContextKey) -> Select<waves::Entity> {
    waves::Entity::find()
        .filter(waves::Column::ContextId.eq(context.0))
        .filter(waves::Column::EndedAt.is_null())
        .filter(waves::Column::State.eq(RUNNING))
}

pub(super) async fn running(tx: &Tx, context: ContextKey, limit: u32) -> Outcome<RunningWaves> {
    active(tx, context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    let open: Vec<i64> = that_run(context)
        .select_only()
        .column(waves::Column::ItemsOpen)
        .into_tuple()
        .all(&**tx)
        .await?;
    let oldest = that_run(context)
        .order_by_asc(waves::Column::FromVersion)
        .limit(u64::from(limit));
    Ok(RunningWaves {
        waves: records(tx, oldest.all(&**tx).await?).await?,
        items_open: open.into_iter().map(i64::unsigned_abs).sum(),
    })
}

/// What was found stays; the context is marked, because orthos may be missing from now on. Also says which waves
/// settle because this one is no longer in their way.
pub(super) async fn cancel(tx: &Tx, id: WaveId, now: DateTime<Utc>) -> Outcome<(WaveRecord, Vec<WaveId>)> {
    let wave = get(tx, id).await?;
    if wave.state != WaveState::Running {
        return Ok((wave, Vec::new()));
    }
    close_items(tx, id, now).await?;
    waves::Entity::update_many()
        .col_expr(waves::Column::State, Expr::value(CANCELLED))
        .col_expr(waves::Column::Truncated, Expr::value(true))
        .col_expr(waves::Column::ItemsOpen, Expr::value(0_i64))
        .col_expr(waves::Column::EndedAt, Expr::value(millis(now)))
        .filter(waves::Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    contexts::Entity::update_many()
        .col_expr(contexts::Column::Truncated, Expr::value(true))
        .filter(contexts::Column::Id.eq(wave.context.0))
        .exec(&**tx)
        .await?;
    advance_settled(tx, wave.context).await?;
    let settled = settle(tx, wave.context, now).await?;
    Ok((get(tx, id).await?, settled))
}

/// Sets all open items of a wave or survey done.
pub(crate) async fn close_items<E>(tx: &Tx, wave: WaveId, now: DateTime<Utc>) -> Result<u64, Abort<E>> {
    let closed = pipeline_items::Entity::update_many()
        .col_expr(pipeline_items::Column::DoneAt, Expr::value(millis(now)))
        .filter(pipeline_items::Column::WaveId.eq(wave.0))
        .filter(pipeline_items::Column::DoneAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(closed.rows_affected)
}

/// Ends the waves of a context of which nothing is open, and moves its settled version; says which these were.
///
/// In order: what an older wave still brings forth may need the newer text too, so the newer one has not settled yet. But
/// one of which all that is left is given up holds nobody up.
pub(crate) async fn settle<E>(
    tx: &Tx,
    context: ContextKey,
    now: DateTime<Utc>,
) -> Result<Vec<WaveId>, Abort<E>> {
    let running: Vec<(Uuid, i64)> = that_run(context)
        .select_only()
        .columns([waves::Column::Id, waves::Column::ItemsOpen])
        .order_by_asc(waves::Column::ToVersion)
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut ended = Vec::new();
    for (id, open) in running {
        if open == 0 {
            ended.push(id);
        } else if ledger::stuck(tx, &[id])
            .await?
            .get(&id)
            .map_or(0, |stuck| stuck.items)
            < open.unsigned_abs()
        {
            break;
        }
    }
    if ended.is_empty() {
        return Ok(Vec::new());
    }
    waves::Entity::update_many()
        .col_expr(waves::Column::State, Expr::value(SETTLED))
        .col_expr(waves::Column::EndedAt, Expr::value(millis(now)))
        .filter(waves::Column::Id.is_in(ended.iter().copied()))
        .exec(&**tx)
        .await?;
    advance_settled(tx, context).await?;
    Ok(ended.into_iter().map(WaveId).collect())
}

/// The settled version is the one before the oldest running wave, or the context's own if none runs.
pub(super) async fn advance_settled<E>(tx: &Tx, context: ContextKey) -> Result<(), Abort<E>> {
    let oldest: Option<Option<i64>> = that_run(context)
        .select_only()
        .column_as(waves::Column::FromVersion.min(), "oldest")
        .into_tuple()
        .one(&**tx)
        .await?;
    let settled = match oldest.flatten() {
        Some(version) => Expr::value(version),
        None => Expr::col(contexts::Column::Version),
    };
    contexts::Entity::update_many()
        .col_expr(contexts::Column::Settled, settled)
        .filter(contexts::Column::Id.eq(context.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub(super) async fn settled_version(tx: &Tx, context: ContextKey) -> Outcome<Version> {
    let row = active(tx, context)
        .await?
        .ok_or(Abort::Refused(IngestError::ContextNotFound))?;
    Version::try_from(row.settled).map_err(|error| Abort::Damaged(format!("a version: {error}")))
}
