//! Into the queue: capacity, dedup, items; and the switches that belong to the queue as a whole.

use std::time::Duration;

use chrono::{DateTime, Utc};
use crochet_domain::ports::{PushItem, Pushed, QueueError, WorkItemId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::rows::headers_text;
use super::{Outcome, held, keys};
use crate::clock::{millis, span};
use crate::database::{Abort, Tx, insert_all};
use crate::entities::{work_items, work_queues};

/// What a pusher is told to wait when the queue is full.
const RETRY_AFTER: Duration = Duration::from_secs(1);

pub(super) async fn push(
    tx: &Tx,
    queue: &str,
    items: &[PushItem],
    capacity: u64,
    now: DateTime<Utc>,
) -> Outcome<Vec<Pushed>> {
    let held = held::row(tx, queue).await?.held.unsigned_abs();
    let items: Vec<(WorkItemId, &PushItem)> =
        items.iter().map(|item| (WorkItemId::generate(), item)).collect();
    let mut fresh = keys::claim(tx, queue, &items, now).await?;
    let mut rows = Vec::with_capacity(items.len());
    let mut pushed = Vec::with_capacity(items.len());
    for (id, item) in items {
        let duplicate = item.dedup_key.as_deref().is_some_and(|key| !fresh.remove(key));
        if duplicate {
            pushed.push(Pushed::Duplicate);
            continue;
        }
        rows.push(row(id, queue, item, now));
        pushed.push(Pushed::Accepted(id));
    }
    if held + rows.len() as u64 > capacity {
        return Err(Abort::Refused(QueueError::Full {
            capacity,
            retry_after: RETRY_AFTER,
        }));
    }
    insert_all(&**tx, &rows).await?;
    held::more(tx, queue, rows.len()).await?;
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

pub(super) async fn set_paused(tx: &Tx, queue: &str, paused: bool) -> Outcome<()> {
    held::row(tx, queue).await?;
    work_queues::Entity::update_many()
        .col_expr(work_queues::Column::Paused, Expr::value(paused))
        .filter(work_queues::Column::Name.eq(queue))
        .exec(&**tx)
        .await?;
    Ok(())
}
