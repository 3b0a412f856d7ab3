//! What becomes of leased items: acked, extended, given back, buried; and letters that come back to life.
//!
//! A receipt holds if its item is leased and was delivered as often as the receipt says. That is all the fencing: once
//! an item was delivered again, nacked or acked, older receipts fit nothing.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use crochet_domain::ports::{Nack, NackOutcome, Receipt, Settlement, WorkItemId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::rows::{dead_row, revived_row};
use super::{Outcome, held};
use crate::clock::{millis, span};
use crate::database::{Tx, insert_all};
use crate::entities::work_items::{Column, Entity};
use crate::entities::{dead_items, work_items};

/// Ids in one statement.
const CHUNK: usize = 1_000;
/// Letters that one transaction brings back.
const REDRIVE_BATCH: u64 = 1_000;
/// How long a letter is kept.
const DEAD_KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Letters that one transaction forgets.
const EXPIRE_MAX: u64 = 1_000;

pub(super) async fn ack(tx: &Tx, queue: &str, receipts: &[Receipt]) -> Outcome<Vec<Settlement>> {
    let held = holding(tx, queue, receipts).await?;
    for chunk in held.ids.chunks(CHUNK) {
        Entity::delete_many()
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    held::less(tx, queue, held.ids.len()).await?;
    Ok(held.settlements)
}

pub(super) async fn extend(
    tx: &Tx,
    queue: &str,
    receipts: &[Receipt],
    lease: Duration,
    now: DateTime<Utc>,
) -> Outcome<Vec<Settlement>> {
    let held = holding(tx, queue, receipts).await?;
    for chunk in held.ids.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(
                Column::VisibleAt,
                Expr::value(millis(now).saturating_add(span(lease))),
            )
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(held.settlements)
}

/// The delivery is taken back, but its receipt stays spent.
pub(super) async fn release(
    tx: &Tx,
    queue: &str,
    receipts: &[Receipt],
    now: DateTime<Utc>,
) -> Outcome<Vec<Settlement>> {
    let held = holding(tx, queue, receipts).await?;
    for chunk in held.ids.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::Leased, Expr::value(false))
            .col_expr(Column::Released, Expr::col(Column::Released).add(1_i64))
            .col_expr(Column::VisibleAt, Expr::value(millis(now)))
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(held.settlements)
}

/// Gives items back that failed, and buries those that have no attempt left.
pub(super) async fn nack(
    tx: &Tx,
    queue: &str,
    nacks: &[Nack],
    now: DateTime<Utc>,
) -> Outcome<Vec<NackOutcome>> {
    let receipts: Vec<Receipt> = nacks.iter().map(|nack| nack.receipt).collect();
    let settlements = holding(tx, queue, &receipts).await?.settlements;
    let mut outcomes = Vec::with_capacity(nacks.len());
    for (nack, settlement) in nacks.iter().zip(settlements) {
        outcomes.push(match settlement {
            Settlement::Done => nack_one(tx, queue, nack, now).await?,
            Settlement::Lost => NackOutcome::Lost,
        });
    }
    Ok(outcomes)
}

async fn nack_one(tx: &Tx, queue: &str, nack: &Nack, now: DateTime<Utc>) -> Outcome<NackOutcome> {
    let id = nack.receipt.id.0;
    let Some(item) = Entity::find_by_id(id).one(&**tx).await? else {
        return Ok(NackOutcome::Lost);
    };
    let attempts = item.deliveries - item.released;
    if attempts >= item.attempts_max {
        let reason = format!("attempt {attempts} of {}: {}", item.attempts_max, nack.reason);
        insert_all(&**tx, &[dead_row(item, &reason, now)]).await?;
        Entity::delete_by_id(id).exec(&**tx).await?;
        held::less(tx, queue, 1).await?;
        return Ok(NackOutcome::Dead);
    }
    Entity::update_many()
        .col_expr(Column::Leased, Expr::value(false))
        .col_expr(
            Column::VisibleAt,
            Expr::value(millis(now).saturating_add(span(nack.delay))),
        )
        .filter(Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(NackOutcome::Requeued)
}

/// Which receipts hold.
struct Held {
    ids: Vec<Uuid>,
    settlements: Vec<Settlement>,
}

async fn holding(tx: &Tx, queue: &str, receipts: &[Receipt]) -> Outcome<Held> {
    let mut wanted: Vec<Uuid> = receipts.iter().map(|receipt| receipt.id.0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut leased: HashMap<Uuid, i64> = HashMap::new();
    for chunk in wanted.chunks(CHUNK) {
        let rows: Vec<(Uuid, i64)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Deliveries])
            .filter(Column::Queue.eq(queue))
            .filter(Column::Leased.eq(true))
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .lock_exclusive()
            .into_tuple()
            .all(&**tx)
            .await?;
        leased.extend(rows);
    }
    let mut held = Held {
        ids: Vec::new(),
        settlements: Vec::with_capacity(receipts.len()),
    };
    for receipt in receipts {
        // Taking it out makes the second of two equal receipts in one call a lost one.
        let holds = leased.get(&receipt.id.0) == Some(&i64::from(receipt.attempt));
        if holds {
            leased.remove(&receipt.id.0);
            held.ids.push(receipt.id.0);
        }
        held.settlements
            .push(if holds { Settlement::Done } else { Settlement::Lost });
    }
    Ok(held)
}

/// Forgets letters that nobody redrove for long; how many.
pub(super) async fn expire(tx: &Tx, now: DateTime<Utc>) -> Outcome<u64> {
    let before = millis(now).saturating_sub(span(DEAD_KEPT));
    let old = dead_items::Entity::find()
        .select_only()
        .column(dead_items::Column::Id)
        .filter(dead_items::Column::DiedAt.lte(before))
        .limit(EXPIRE_MAX)
        .into_query();
    let forgotten = dead_items::Entity::delete_many()
        .filter(dead_items::Column::Id.in_subquery(old))
        .exec(&**tx)
        .await?;
    Ok(forgotten.rows_affected)
}

/// One batch of letters brought back.
pub(super) struct Redriven {
    pub(super) moved: u64,
    pub(super) finished: bool,
}

/// Letters that die again while all are being brought back are left for the next time: only those that died up to `now`
/// are taken.
pub(super) async fn redrive(
    tx: &Tx,
    queue: &str,
    ids: Option<&[WorkItemId]>,
    now: DateTime<Utc>,
) -> Outcome<Redriven> {
    let mut query = dead_items::Entity::find()
        .filter(dead_items::Column::Queue.eq(queue))
        .filter(dead_items::Column::DiedAt.lte(millis(now)))
        .order_by_asc(dead_items::Column::Id)
        .limit(REDRIVE_BATCH);
    if let Some(ids) = ids {
        query = query.filter(dead_items::Column::Id.is_in(ids.iter().map(|id| id.0)));
    }
    let letters = query.all(&**tx).await?;
    let moved = letters.len() as u64;
    let dead: Vec<Uuid> = letters.iter().map(|letter| letter.id).collect();
    let revived: Vec<work_items::ActiveModel> = letters
        .into_iter()
        .map(|letter| revived_row(letter, now))
        .collect();
    insert_all(&**tx, &revived).await?;
    held::more(tx, queue, revived.len()).await?;
    dead_items::Entity::delete_many()
        .filter(dead_items::Column::Id.is_in(dead))
        .exec(&**tx)
        .await?;
    Ok(Redriven {
        moved,
        finished: moved < REDRIVE_BATCH,
    })
}
