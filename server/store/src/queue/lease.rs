//! Out of the queue: which items are next, and taking them.
//!
//! A lane is one tenant at one priority. The index of the items is sorted by lane, so the lanes are found by skipping
//! from one to the next, and what is ready in a lane is a range: a lease costs lanes, not items. Within a priority the
//! next item is taken from the lane with the fewest leases; so a context with a million items and one with three share
//! the workers evenly.

use chrono::{DateTime, Utc};
use crochet_domain::ports::{Lease, LeaseRequest};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::rows::{dead_row, lease_of};
use crate::clock::{millis, span};
use crate::database::{Tx, insert_all};
use crate::entities::work_items::{Column, Entity};
use crate::entities::{work_items, work_queues};

/// Most items of one lease, whatever was asked for.
const LEASE_MAX: u32 = 1_000;

/// What a lease took.
pub(super) struct Taken {
    pub(super) leases: Vec<Lease>,
    /// If nothing: when the next item is ready, unless something happens before.
    pub(super) due: Option<i64>,
}

/// One tenant at one priority, with what is ready there.
struct Lane {
    leases: u64,
    ready: std::collections::VecDeque<Candidate>,
}

#[derive(Clone, Copy)]
struct Candidate {
    id: Uuid,
    spent: bool,
}

pub(super) async fn take(tx: &Tx, queue: &str, request: LeaseRequest, now: DateTime<Utc>) -> Outcome<Taken> {
    let paused = work_queues::Entity::find_by_id(queue)
        .one(&**tx)
        .await?
        .is_none_or(|queue| queue.paused);
    if paused {
        return Ok(Taken {
            leases: Vec::new(),
            due: None,
        });
    }
    let wanted = request.max.clamp(1, LEASE_MAX) as usize;
    let mut chosen = Vec::new();
    let mut spent = Vec::new();
    let mut due: Option<i64> = None;
    let mut at = None;
    while chosen.len() < wanted {
        let Some(priority) = next_priority(tx, queue, at).await? else {
            break;
        };
        at = Some(priority);
        let (lanes, next) = lanes(tx, queue, priority, (wanted - chosen.len()) as u64, now).await?;
        due = [due, next].into_iter().flatten().min();
        choose(lanes, wanted, &mut chosen, &mut spent);
    }
    bury(tx, &spent, now).await?;
    let leases = lease(tx, &chosen, millis(now).saturating_add(span(request.lease))).await?;
    // Buried items may have hidden others behind them; look again at once.
    let due = if spent.is_empty() { due } else { Some(millis(now)) };
    Ok(Taken { leases, due })
}

async fn next_priority(tx: &Tx, queue: &str, below: Option<i64>) -> Outcome<Option<i64>> {
    let mut query = Entity::find()
        .select_only()
        .column(Column::Priority)
        .filter(Column::Queue.eq(queue))
        .order_by_desc(Column::Priority)
        .limit(1);
    if let Some(below) = below {
        query = query.filter(Column::Priority.lt(below));
    }
    Ok(query.into_tuple().one(&**tx).await?)
}

/// The lanes of a priority, and when the next item of those that are not ready will be.
async fn lanes(
    tx: &Tx,
    queue: &str,
    priority: i64,
    wanted: u64,
    now: DateTime<Utc>,
) -> Outcome<(Vec<Lane>, Option<i64>)> {
    let mut lanes = Vec::new();
    let mut due: Option<i64> = None;
    let mut tenant = next_tenant(tx, queue, priority, None).await?;
    while let Some(name) = tenant {
        let items = Entity::find()
            .filter(Column::Queue.eq(queue))
            .filter(Column::Priority.eq(priority))
            .filter(Column::Tenant.eq(&name));
        let later = items.clone().filter(Column::VisibleAt.gt(millis(now)));
        let rows: Vec<(Uuid, i64, i64, i64)> = items
            .filter(Column::VisibleAt.lte(millis(now)))
            .select_only()
            .columns([
                Column::Id,
                Column::Deliveries,
                Column::Released,
                Column::AttemptsMax,
            ])
            .order_by_asc(Column::VisibleAt)
            .order_by_asc(Column::Id)
            .limit(wanted)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .into_tuple()
            .all(&**tx)
            .await?;
        if rows.is_empty() {
            let next: Option<Option<i64>> = later
                .select_only()
                .column_as(Column::VisibleAt.min(), "due")
                .into_tuple()
                .one(&**tx)
                .await?;
            due = [due, next.flatten()].into_iter().flatten().min();
        } else {
            let leases = later.filter(Column::Leased.eq(true)).count(&**tx).await?;
            let candidate = |(id, deliveries, released, attempts_max)| Candidate {
                id,
                spent: deliveries - released >= attempts_max,
            };
            lanes.push(Lane {
                leases,
                ready: rows.into_iter().map(candidate).collect(),
            });
        }
        tenant = next_tenant(tx, queue, priority, Some(&name)).await?;
    }
    Ok((lanes, due))
}

async fn next_tenant(tx: &Tx, queue: &str, priority: i64, after: Option<&str>) -> Outcome<Option<String>> {
    let mut query = Entity::find()
        .select_only()
        .column(Column::Tenant)
        .filter(Column::Queue.eq(queue))
        .filter(Column::Priority.eq(priority))
        .order_by_asc(Column::Tenant)
        .limit(1);
    if let Some(after) = after {
        query = query.filter(Column::Tenant.gt(after));
    }
    Ok(query.into_tuple().one(&**tx).await?)
}

/// Takes turns: always from the lane with the fewest leases. What has no attempts left is set aside.
fn choose(mut lanes: Vec<Lane>, wanted: usize, chosen: &mut Vec<Uuid>, spent: &mut Vec<Uuid>) {
    while chosen.len() < wanted {
        lanes.retain(|lane| !lane.ready.is_empty());
        let Some(lane) = lanes.iter_mut().min_by_key(|lane| lane.leases) else {
            return;
        };
        let Some(candidate) = lane.ready.pop_front() else {
            return;
        };
        if candidate.spent {
            spent.push(candidate.id);
        } else {
            lane.leases += 1;
            chosen.push(candidate.id);
        }
    }
}

/// Items whose last lease ran out become dead letters.
async fn bury(tx: &Tx, spent: &[Uuid], now: DateTime<Utc>) -> Outcome<()> {
    if spent.is_empty() {
        return Ok(());
    }
    let items = Entity::find()
        .filter(Column::Id.is_in(spent.iter().copied()))
        .all(&**tx)
        .await?;
    let letters: Vec<_> = items
        .into_iter()
        .map(|item| {
            let reason = format!(
                "the lease of attempt {} of {} ran out",
                item.deliveries - item.released,
                item.attempts_max
            );
            dead_row(item, &reason, now)
        })
        .collect();
    insert_all(&**tx, &letters).await?;
    Entity::delete_many()
        .filter(Column::Id.is_in(spent.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn lease(tx: &Tx, chosen: &[Uuid], until: i64) -> Outcome<Vec<Lease>> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<work_items::Model> = Entity::update_many()
        .col_expr(Column::Leased, Expr::value(true))
        .col_expr(Column::Deliveries, Expr::col(Column::Deliveries).add(1_i64))
        .col_expr(Column::VisibleAt, Expr::value(until))
        .filter(Column::Id.is_in(chosen.iter().copied()))
        .exec_with_returning(&**tx)
        .await?;
    rows.sort_by_cached_key(|row| chosen.iter().position(|id| *id == row.id));
    rows.into_iter().map(lease_of).collect()
}
