//! The pipeline's ledger behind its port, and how rows get into it.

mod stuck;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::WorkPayload;
use crochet_domain::ports::{
    Clock, ContextKey, Failure, HandedItem, HandedPlace, ItemId, ItemKind, Ledger, LedgerDepth, LedgerError,
    LedgerItem, WaveId,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
    UpdateMany,
};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::clock::{millis, moment};
use crate::database::{Abort, Database, Tx, insert_new};
use crate::entities::pipeline_items::{ActiveModel, Column, Entity, Model};
use crate::entities::waves;
use crate::ingest::settle;
use crate::signals::{Listener, Signals, Topic};

pub(crate) use stuck::{retry, stuck};

/// Ids in one statement.
const CHUNK: usize = 1_000;

/// The ledger in the database.
pub(crate) struct SqlLedger {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signals: Signals,
    /// Kept between calls, so that rows written while nobody waits are heard by the next who does.
    pub(crate) writes: Mutex<Listener>,
}

impl SqlLedger {
    pub(crate) fn new(database: Database, clock: Arc<dyn Clock>, signals: &Signals) -> Self {
        Self {
            database,
            clock,
            writes: Mutex::new(signals.listen(Topic::Ledger)),
            signals: signals.clone(),
        }
    }

    fn ring(&self, waves: &[Uuid]) {
        for wave in waves {
            self.signals.ring_step(*wave, false);
        }
    }
}

#[async_trait]
impl Ledger for SqlLedger {
    async fn unpushed(&self, limit: u32) -> Result<Vec<LedgerItem>, LedgerError> {
        let body = |tx: Tx| async move {
            let query = Entity::find()
                .filter(Column::PushedAt.is_null())
                .filter(Column::DoneAt.is_null())
                .order_by_asc(Column::CreatedAt)
                .order_by_asc(Column::Id)
                .limit(u64::from(limit));
            query.all(&*tx).await?.into_iter().map(item_of).collect()
        };
        self.database.read("reading what is not pushed", body).await
    }

    async fn handed(
        &self,
        before: DateTime<Utc>,
        after: Option<HandedPlace>,
        limit: u32,
    ) -> Result<Vec<HandedItem>, LedgerError> {
        let body = |tx: Tx| async move {
            let rows: Vec<HandedRow> = handed(before, after, limit).into_tuple().all(&*tx).await?;
            rows.into_iter().map(handed_of).collect()
        };
        self.database.read("reading what was handed over", body).await
    }

    async fn open(&self, items: &[ItemId]) -> Result<Vec<LedgerItem>, LedgerError> {
        let body = |tx: Tx| async move {
            let mut open = Vec::with_capacity(items.len());
            for chunk in items.chunks(CHUNK) {
                let query = Entity::find()
                    .filter(Column::Id.is_in(chunk.iter().map(|item| item.0)))
                    .filter(Column::DoneAt.is_null());
                for row in query.all(&*tx).await? {
                    open.push(item_of(row)?);
                }
            }
            Ok(open)
        };
        self.database.read("reading what is to be done", body).await
    }

    async fn mark_pushed(&self, items: &[ItemId]) -> Result<(), LedgerError> {
        let mut ids: Vec<Uuid> = items.iter().map(|item| item.0).collect();
        ids.sort_unstable();
        let (ids, now) = (&ids, millis(self.clock.now()));
        let body = |tx: Tx| async move {
            for chunk in ids.chunks(CHUNK) {
                Entity::update_many()
                    .col_expr(Column::PushedAt, Expr::value(now))
                    .col_expr(Column::Pushes, Expr::col(Column::Pushes).add(1_i64))
                    .col_expr(Column::FailedAt, Expr::value(None::<i64>))
                    .col_expr(Column::Failure, Expr::value(None::<String>))
                    .filter(Column::Id.is_in(chunk.iter().copied()))
                    .exec(&*tx)
                    .await?;
            }
            Ok(())
        };
        self.database.write("noting what is pushed", body).await
    }

    async fn mark_failed(&self, failures: &[Failure]) -> Result<(), LedgerError> {
        let now = self.clock.now();
        let body = |tx: Tx| async move {
            let waves = stuck::mark(&tx, failures, now).await?;
            let settled = settle_others(&tx, &waves, now).await?;
            Ok((waves, settled))
        };
        let (waves, settled) = self.database.write("noting what is given up", body).await?;
        self.ring(&waves);
        for wave in settled {
            self.signals.ring_step(wave.0, true);
        }
        Ok(())
    }

    async fn mark_retried(&self, items: &[ItemId]) -> Result<(), LedgerError> {
        let body = |tx: Tx| async move { stuck::unmark(&tx, items).await };
        let waves = self.database.write("noting what is tried again", body).await?;
        self.ring(&waves);
        Ok(())
    }

    async fn outstanding(&self, wave: WaveId) -> Result<u64, LedgerError> {
        let body = |tx: Tx| async move {
            let query = Entity::find()
                .filter(Column::WaveId.eq(wave.0))
                .filter(Column::DoneAt.is_null());
            Ok(query.count(&*tx).await?)
        };
        self.database.read("counting what is outstanding", body).await
    }

    async fn depth(&self) -> Result<LedgerDepth, LedgerError> {
        let body = |tx: Tx| async move {
            let open = Entity::find().filter(Column::DoneAt.is_null());
            let unpushed = open
                .clone()
                .filter(Column::PushedAt.is_null())
                .count(&*tx)
                .await?;
            Ok(LedgerDepth {
                unpushed,
                outstanding: open.count(&*tx).await?,
            })
        };
        self.database.read("measuring the ledger", body).await
    }

    async fn forget(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, LedgerError> {
        let body = |tx: Tx| async move {
            let done = Entity::find()
                .select_only()
                .column(Column::Id)
                .filter(Column::DoneAt.lt(millis(before)))
                .limit(u64::from(limit))
                .into_query();
            let forgotten = Entity::delete_many()
                .filter(Column::Id.in_subquery(done))
                .exec(&*tx)
                .await?;
            Ok(forgotten.rows_affected)
        };
        self.database.write("forgetting what is done", body).await
    }

    async fn written(&self, up_to: Duration) {
        let mut writes = self.writes.lock().await;
        tokio::select! {
            () = writes.heard() => {}
            () = self.clock.sleep(up_to) => {}
        }
    }
}

/// Key, kind, when it was handed over, how often, and why it was given up.
type HandedRow = (Uuid, String, i64, i64, Option<String>);

/// The rows that the sweeper looks at: a range of their index, from behind a place on.
pub(crate) fn handed(before: DateTime<Utc>, after: Option<HandedPlace>, limit: u32) -> Select<Entity> {
    let query = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Kind,
            Column::PushedAt,
            Column::Pushes,
            Column::Failure,
        ])
        .filter(Column::PushedAt.lt(millis(before)))
        .filter(Column::DoneAt.is_null())
        .order_by_asc(Column::PushedAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit));
    let Some(after) = after else { return query };
    let at = millis(after.pushed_at);
    let of_that_moment = Column::PushedAt.eq(at).and(Column::Id.gt(after.id.0));
    query
        .filter(Column::PushedAt.gte(at))
        .filter(Column::PushedAt.gt(at).or(of_that_moment))
}

fn handed_of<E>((id, kind, pushed_at, pushes, failure): HandedRow) -> Result<HandedItem, Abort<E>> {
    Ok(HandedItem {
        id: ItemId(id),
        kind: kind_of(id, &kind)?,
        pushed_at: moment(pushed_at),
        pushes: u32::try_from(pushes).unwrap_or(u32::MAX),
        failure,
    })
}

fn kind_of<E>(id: Uuid, kind: &str) -> Result<ItemKind, Abort<E>> {
    ItemKind::parse(kind).ok_or_else(|| Abort::Damaged(format!("the kind {kind} of item {id}")))
}

/// What is given up holds no later text up any more: those that settle by that.
async fn settle_others(
    tx: &Tx,
    stuck: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<WaveId>, Abort<LedgerError>> {
    let contexts: Vec<Uuid> = waves::Entity::find()
        .select_only()
        .column(waves::Column::ContextId)
        .distinct()
        .filter(waves::Column::Id.is_in(stuck.iter().copied()))
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut settled = Vec::new();
    for context in contexts {
        settled.extend(settle(tx, ContextKey(context), now).await?);
    }
    Ok(settled)
}

fn item_of<E>(row: Model) -> Result<LedgerItem, Abort<E>> {
    let kind = kind_of(row.id, &row.kind)?;
    Ok(LedgerItem {
        id: ItemId(row.id),
        context: ContextKey(row.context_id),
        wave: WaveId(row.wave_id),
        kind,
        payload: row.payload,
        pushed_at: row.pushed_at.map(moment),
        pushes: u32::try_from(row.pushes).unwrap_or(u32::MAX),
    })
}

/// Writes the rows that are not there yet; an item is known by its content, so asking for the same work twice is
/// asking once. Says how many were new.
pub(crate) async fn insert_items<E>(
    tx: &Tx,
    context: ContextKey,
    wave: WaveId,
    items: &[WorkPayload],
    now: DateTime<Utc>,
) -> Result<u64, Abort<E>> {
    let mut rows: Vec<(Uuid, ActiveModel)> = items
        .iter()
        .map(|item| {
            let id = Uuid::from_bytes(item.key(context.0.as_bytes()));
            (
                id,
                row(id, context, wave, item.kind(), item.to_json().into_bytes(), now),
            )
        })
        .collect();
    rows.sort_unstable_by_key(|(id, _)| *id);
    let rows: Vec<ActiveModel> = rows.into_iter().map(|(_, row)| row).collect();
    Ok(insert_new(&**tx, &rows).await?)
}

/// Opens the rows of a wave that are done; says how many.
pub(crate) async fn reopen_wave<E>(tx: &Tx, wave: WaveId, now: DateTime<Utc>) -> Result<u64, Abort<E>> {
    let reopened = reopen(now).filter(Column::WaveId.eq(wave.0)).exec(&**tx).await?;
    Ok(reopened.rows_affected)
}

/// As [`insert_items`], and opens the rows that are there and done. Says how many are open that were not.
pub(crate) async fn reopen_items<E>(
    tx: &Tx,
    context: ContextKey,
    wave: WaveId,
    items: &[WorkPayload],
    now: DateTime<Utc>,
) -> Result<u64, Abort<E>> {
    let ids: Vec<Uuid> = items
        .iter()
        .map(|item| Uuid::from_bytes(item.key(context.0.as_bytes())))
        .collect();
    let mut opened = 0;
    for chunk in ids.chunks(CHUNK) {
        let reopened = reopen(now)
            .col_expr(Column::WaveId, Expr::value(wave.0))
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .exec(&**tx)
            .await?;
        opened += reopened.rows_affected;
    }
    Ok(opened + insert_items(tx, context, wave, items, now).await?)
}

/// Opens done rows as if they were just written; but they keep the count of their pushes, so that the queue does not
/// take them for repetitions.
fn reopen(now: DateTime<Utc>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::CreatedAt, Expr::value(millis(now)))
        .col_expr(Column::PushedAt, Expr::value(None::<i64>))
        .col_expr(Column::DoneAt, Expr::value(None::<i64>))
        .col_expr(Column::FailedAt, Expr::value(None::<i64>))
        .col_expr(Column::Failure, Expr::value(None::<String>))
        .filter(Column::DoneAt.is_not_null())
}

/// A row that nobody has seen yet.
pub(crate) fn row(
    id: Uuid,
    context: ContextKey,
    wave: WaveId,
    kind: &str,
    payload: Vec<u8>,
    now: DateTime<Utc>,
) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        context_id: Set(context.0),
        wave_id: Set(wave.0),
        kind: Set(kind.to_owned()),
        payload: Set(payload),
        pushes: Set(0),
        created_at: Set(millis(now)),
        pushed_at: Set(None),
        done_at: Set(None),
        failed_at: Set(None),
        failure: Set(None),
    }
}
