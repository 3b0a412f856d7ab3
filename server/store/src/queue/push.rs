//! Into the queue: capacity, dedup, items; and the switches that belong to the queue as a whole.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use crochet_domain::ports::{PushItem, Pushed, QueueError, WorkItemId};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait, Set,
};

use super::Outcome;
use super::rows::headers_text;
use crate::clock::{millis, span};
use crate::database::{Abort, Tx, insert_all};
use crate::entities::{work_dedup, work_items, work_queues};

/// What a pusher is told to wait when the queue is full.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Keys in one statement, and forgotten in one transaction.
const KEYS: usize = 500;
const EXPIRE_MAX: u64 = 5_000;

pub(super) async fn push(
    tx: &Tx,
    queue: &str,
    items: &[PushItem],
    capacity: u64,
    now: DateTime<Utc>,
) -> Outcome<Vec<Pushed>> {
    ensure(tx, queue).await?;
    let mut fresh = claim_keys(tx, queue, items, now).await?;
    let mut rows = Vec::with_capacity(items.len());
    let mut pushed = Vec::with_capacity(items.len());
    for item in items {
        let duplicate = item.dedup_key.as_deref().is_some_and(|key| !fresh.remove(key));
        if duplicate {
            pushed.push(Pushed::Duplicate);
            continue;
        }
        let id = WorkItemId::generate();
        rows.push(row(id, queue, item, now));
        pushed.push(Pushed::Accepted(id));
    }
    let held = work_items::Entity::find()
        .filter(work_items::Column::Queue.eq(queue))
        .count(&**tx)
        .await?;
    if held + rows.len() as u64 > capacity {
        return Err(Abort::Refused(QueueError::Full {
            capacity,
            retry_after: RETRY_AFTER,
        }));
    }
    insert_all(&**tx, &rows).await?;
    Ok(pushed)
}

fn row(id: WorkItemId, queue: &str, item: &PushItem, now: DateTime<Utc>) -> work_items::ActiveModel {
    work_items::ActiveModel {
        id: Set(id.0),
        queue: Set(queue.to_owned()),
        tenant: Set(item.tenant.clone()),
        priority: Set(item.priority.into()),
        payload: Set(item.payload.clone()),
        headers: Set(headers_text(&item.headers)),
        leased: Set(false),
        deliveries: Set(0),
        released: Set(0),
        attempts_max: Set(Ord::max(item.attempts_max, 1).into()),
        pushed_at: Set(millis(now)),
        visible_at: Set(millis(now).saturating_add(span(item.delay))),
    }
}

/// The keys that nobody pushed within their window; from now on they count as pushed.
async fn claim_keys<'a>(
    tx: &Tx,
    queue: &str,
    items: &'a [PushItem],
    now: DateTime<Utc>,
) -> Outcome<HashSet<&'a str>> {
    let mut keyed: Vec<(&str, i64)> = items
        .iter()
        .filter_map(|item| {
            Some((
                item.dedup_key.as_deref()?,
                millis(now).saturating_add(span(item.dedup_window)),
            ))
        })
        .collect();
    keyed.sort_unstable();
    keyed.dedup_by_key(|(key, _)| *key);
    let expired = Expr::col((work_dedup::Entity, work_dedup::Column::ExpiresAt)).lte(millis(now));
    let mut fresh = HashSet::new();
    for chunk in keyed.chunks(KEYS) {
        let rows = chunk.iter().map(|(key, expires_at)| work_dedup::ActiveModel {
            queue: Set(queue.to_owned()),
            key: Set((*key).to_owned()),
            expires_at: Set(*expires_at),
        });
        let mut renew = OnConflict::columns([work_dedup::Column::Queue, work_dedup::Column::Key]);
        renew
            .update_column(work_dedup::Column::ExpiresAt)
            .action_and_where(expired.clone());
        let claimed = work_dedup::Entity::insert_many(rows)
            .on_conflict(renew)
            .exec_with_returning_keys(&**tx)
            .await;
        let claimed: HashSet<String> = match claimed {
            Ok(keys) => keys.into_iter().map(|(_, key)| key).collect(),
            Err(sea_orm::DbErr::RecordNotInserted) => HashSet::new(),
            Err(error) => return Err(error.into()),
        };
        fresh.extend(
            chunk
                .iter()
                .map(|(key, _)| *key)
                .filter(|key| claimed.contains(*key)),
        );
    }
    Ok(fresh)
}

async fn ensure(tx: &Tx, queue: &str) -> Outcome<()> {
    if work_queues::Entity::find_by_id(queue).one(&**tx).await?.is_none() {
        let row = work_queues::Model {
            name: queue.to_owned(),
            paused: false,
        };
        row.into_active_model().insert(&**tx).await?;
    }
    Ok(())
}

pub(super) async fn set_paused(tx: &Tx, queue: &str, paused: bool) -> Outcome<()> {
    ensure(tx, queue).await?;
    work_queues::Entity::update_many()
        .col_expr(work_queues::Column::Paused, Expr::value(paused))
        .filter(work_queues::Column::Name.eq(queue))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub(super) async fn expire(tx: &Tx, now: DateTime<Utc>) -> Outcome<u64> {
    let key = [work_dedup::Column::Queue, work_dedup::Column::Key];
    let expired = work_dedup::Entity::find()
        .select_only()
        .columns(key)
        .filter(work_dedup::Column::ExpiresAt.lte(millis(now)))
        .limit(EXPIRE_MAX)
        .into_query();
    let forgotten = work_dedup::Entity::delete_many()
        .filter(Expr::tuple(key.map(Expr::col)).in_subquery(expired))
        .exec(&**tx)
        .await?;
    Ok(forgotten.rows_affected)
}
