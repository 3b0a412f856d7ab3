//! Looking at a queue without touching it. A queue that does not exist yet is an empty one.

use chrono::{DateTime, Utc};
use crochet_domain::ports::{DeadItem, Page, PageRequest, PeekedItem, QueueStats};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::rows::{dead_of, peeked_of};
use crate::clock::{millis, moment};
use crate::cursor::{List, fetch};
use crate::database::Tx;
use crate::entities::work_items::{Column, Entity};
use crate::entities::{dead_items, work_queues};

pub(super) async fn queues(tx: &Tx) -> Outcome<Vec<String>> {
    let rows = work_queues::Entity::find()
        .order_by_asc(work_queues::Column::Name)
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

pub(super) async fn stats(tx: &Tx, queue: &str, capacity: u64, now: DateTime<Utc>) -> Outcome<QueueStats> {
    let row = work_queues::Entity::find_by_id(queue).one(&**tx).await?;
    let items = Entity::find().filter(Column::Queue.eq(queue));
    let ready = items.clone().filter(Column::VisibleAt.lte(millis(now)));
    let later = items.filter(Column::VisibleAt.gt(millis(now)));
    let oldest: Option<Option<i64>> = ready
        .clone()
        .select_only()
        .column_as(Column::VisibleAt.min(), "oldest")
        .into_tuple()
        .one(&**tx)
        .await?;
    let dead = dead_items::Entity::find().filter(dead_items::Column::Queue.eq(queue));
    Ok(QueueStats {
        ready: ready.count(&**tx).await?,
        leased: later.clone().filter(Column::Leased.eq(true)).count(&**tx).await?,
        delayed: later.filter(Column::Leased.eq(false)).count(&**tx).await?,
        dead: dead.count(&**tx).await?,
        oldest_ready_at: oldest.flatten().map(moment),
        paused: row.is_some_and(|queue| queue.paused),
        capacity,
    })
}

pub(super) async fn peek(
    tx: &Tx,
    queue: &str,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Outcome<Page<PeekedItem>> {
    let list = List::new(&format!("work/{queue}"));
    let mut query = Entity::find()
        .filter(Column::Queue.eq(queue))
        .order_by_asc(Column::Id)
        .limit(fetch(page));
    if let Some(id) = list.start::<Uuid>(page)? {
        query = query.filter(Column::Id.gt(id));
    }
    let rows = query
        .all(&**tx)
        .await?
        .into_iter()
        .map(|row| peeked_of(row, now))
        .collect::<Outcome<Vec<_>>>()?;
    Ok(list.page(rows, page, |item| item.id.0))
}

pub(super) async fn dead(tx: &Tx, queue: &str, page: &PageRequest) -> Outcome<Page<DeadItem>> {
    let list = List::new(&format!("dead/{queue}"));
    let mut query = dead_items::Entity::find()
        .filter(dead_items::Column::Queue.eq(queue))
        .order_by_asc(dead_items::Column::Id)
        .limit(fetch(page));
    if let Some(id) = list.start::<Uuid>(page)? {
        query = query.filter(dead_items::Column::Id.gt(id));
    }
    let rows = query
        .all(&**tx)
        .await?
        .into_iter()
        .map(dead_of)
        .collect::<Outcome<Vec<_>>>()?;
    Ok(list.page(rows, page, |item| item.id.0))
}
