//! Rows of the ledger that are given up: noting it, taking it back, and what it comes to for a wave or survey.
//!
//! A row that is given up is outstanding like any other, so nothing settles without it. It must never decide whether
//! somebody has given up: that is the queue's to say.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use crochet_domain::ports::{Failure, ItemId, LedgerError, Stuck};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::CHUNK;
use crate::clock::millis;
use crate::database::{Abort, Tx};
use crate::entities::pipeline_items::{Column, Entity};

type Outcome<T> = Result<T, Abort<LedgerError>>;

/// Notes failures; which waves and surveys they belong to.
pub(super) async fn mark(tx: &Tx, failures: &[Failure], now: DateTime<Utc>) -> Outcome<Vec<Uuid>> {
    for failure in failures {
        Entity::update_many()
            .col_expr(Column::FailedAt, Expr::value(millis(now)))
            .col_expr(Column::Failure, Expr::value(failure.reason.as_str()))
            .filter(Column::Id.eq(failure.item.0))
            .filter(Column::DoneAt.is_null())
            .exec(&**tx)
            .await?;
    }
    let items: Vec<ItemId> = failures.iter().map(|failure| failure.item).collect();
    waves_of(tx, &items).await
}

/// Takes failures back; which waves and surveys they belonged to.
pub(super) async fn unmark(tx: &Tx, items: &[ItemId]) -> Outcome<Vec<Uuid>> {
    for chunk in items.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::FailedAt, Expr::value(None::<i64>))
            .col_expr(Column::Failure, Expr::value(None::<String>))
            .filter(Column::Id.is_in(chunk.iter().map(|item| item.0)))
            .exec(&**tx)
            .await?;
    }
    waves_of(tx, items).await
}

async fn waves_of(tx: &Tx, items: &[ItemId]) -> Outcome<Vec<Uuid>> {
    let mut waves = Vec::new();
    for chunk in items.chunks(CHUNK) {
        let found: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::WaveId)
            .distinct()
            .filter(Column::Id.is_in(chunk.iter().map(|item| item.0)))
            .into_tuple()
            .all(&**tx)
            .await?;
        waves.extend(found);
    }
    waves.sort_unstable();
    waves.dedup();
    Ok(waves)
}

/// What is given up of each of these waves or surveys; those that go well are left out.
pub(crate) async fn stuck<E>(tx: &Tx, waves: &[Uuid]) -> Result<HashMap<Uuid, Stuck>, Abort<E>> {
    let mut found = HashMap::new();
    for chunk in waves.chunks(CHUNK) {
        let counts: Vec<(Uuid, i64)> = given_up()
            .select_only()
            .column(Column::WaveId)
            .column_as(Column::FailedAt.count(), "items")
            .filter(Column::WaveId.is_in(chunk.iter().copied()))
            .group_by(Column::WaveId)
            .into_tuple()
            .all(&**tx)
            .await?;
        for (wave, items) in counts {
            let reason = last_reason(tx, wave).await?;
            let items = items.unsigned_abs();
            found.insert(wave, Stuck { items, reason });
        }
    }
    Ok(found)
}

async fn last_reason<E>(tx: &Tx, wave: Uuid) -> Result<String, Abort<E>> {
    let reason: Option<Option<String>> = given_up()
        .select_only()
        .column(Column::Failure)
        .filter(Column::WaveId.eq(wave))
        .order_by_desc(Column::FailedAt)
        .limit(1)
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(reason.flatten().unwrap_or_default())
}

fn given_up() -> Select<Entity> {
    Entity::find()
        .filter(Column::FailedAt.is_not_null())
        .filter(Column::DoneAt.is_null())
}

/// Puts rows that are given up before the relay again, as if they were new; how many there were.
pub(crate) async fn retry<E>(tx: &Tx, wave: Uuid) -> Result<u64, Abort<E>> {
    let retried = Entity::update_many()
        .col_expr(Column::PushedAt, Expr::value(None::<i64>))
        .col_expr(Column::FailedAt, Expr::value(None::<i64>))
        .col_expr(Column::Failure, Expr::value(None::<String>))
        .filter(Column::WaveId.eq(wave))
        .filter(Column::FailedAt.is_not_null())
        .filter(Column::DoneAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(retried.rows_affected)
}
