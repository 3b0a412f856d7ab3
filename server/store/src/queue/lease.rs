//! Out of the queue: which items are next, and taking them.
//!
//! Within a priority the next item is taken from the lane whose tenant has the fewest leases; so a context with a million
//! items and one with three share the workers evenly. A lease of a few items looks into as many lanes at most.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use crochet_domain::ports::{Lease, LeaseRequest};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::lanes::{self, Lane};
use super::rows::{dead_row, lease_of};
use super::{Outcome, held};
use crate::clock::{millis, span};
use crate::database::{Tx, insert_all};
use crate::entities::work_items;
use crate::entities::work_items::{Column, Entity};

/// Most items of one lease, whatever was asked for.
const LEASE_MAX: u32 = 1_000;

/// What a lease took.
pub(super) struct Taken {
    pub(super) leases: Vec<Lease>,
    /// Whether it buried items that had no attempts left. They may have hidden others behind them.
    pub(super) buried: bool,
}

/// What is ready in one lane.
struct Ready {
    leases: u64,
    items: VecDeque<Candidate>,
}

#[derive(Clone, Copy)]
struct Candidate {
    id: Uuid,
    spent: bool,
}

pub(super) async fn take(tx: &Tx, queue: &str, request: LeaseRequest, now: DateTime<Utc>) -> Outcome<Taken> {
    let wanted = request.max.clamp(1, LEASE_MAX) as usize;
    let mut chosen = Vec::new();
    let mut spent = Vec::new();
    let mut at = None;
    while chosen.len() < wanted {
        let Some(priority) = lanes::next_priority(tx, queue, at).await? else {
            break;
        };
        at = Some(priority);
        let left = wanted - chosen.len();
        let mut ready = Vec::new();
        // Each item is taken from the lane with the fewest leases, so the last of so many lanes is not reached.
        for lane in lanes::ready(tx, queue, priority, now)
            .await?
            .into_iter()
            .take(left)
        {
            ready.push(candidates(tx, queue, priority, lane, left as u64, now).await?);
        }
        choose(ready, wanted, &mut chosen, &mut spent);
    }
    bury(tx, queue, &spent, now).await?;
    Ok(Taken {
        leases: lease(tx, &chosen, millis(now).saturating_add(span(request.lease))).await?,
        buried: !spent.is_empty(),
    })
}

async fn candidates(
    tx: &Tx,
    queue: &str,
    priority: i64,
    lane: Lane,
    wanted: u64,
    now: DateTime<Utc>,
) -> Outcome<Ready> {
    let rows: Vec<(Uuid, i64, i64, i64)> = Entity::find()
        .filter(Column::Queue.eq(queue))
        .filter(Column::Priority.eq(priority))
        .filter(Column::Tenant.eq(&lane.tenant))
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
    let candidate = |(id, deliveries, released, attempts_max)| Candidate {
        id,
        spent: deliveries - released >= attempts_max,
    };
    Ok(Ready {
        leases: lane.leases,
        items: rows.into_iter().map(candidate).collect(),
    })
}

/// Takes turns: always from the lane with the fewest leases. What has no attempts left is set aside.
fn choose(mut lanes: Vec<Ready>, wanted: usize, chosen: &mut Vec<Uuid>, spent: &mut Vec<Uuid>) {
    while chosen.len() < wanted {
        lanes.retain(|lane| !lane.items.is_empty());
        let Some(lane) = lanes.iter_mut().min_by_key(|lane| lane.leases) else {
            return;
        };
        let Some(candidate) = lane.items.pop_front() else {
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
async fn bury(tx: &Tx, queue: &str, spent: &[Uuid], now: DateTime<Utc>) -> Outcome<()> {
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
    held::less(tx, queue, spent.len()).await
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
