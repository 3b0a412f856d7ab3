//! Items of the queue as rows and back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use crochet_domain::ports::{DeadItem, Lease, PeekedItem, PeekedState, QueueError, Receipt, WorkItemId};
use sea_orm::Set;
use uuid::Uuid;

use super::Outcome;
use crate::clock::{millis, moment};
use crate::cursor::Foreign;
use crate::database::Abort;
use crate::entities::{dead_items, work_items};

impl From<Foreign> for Abort<QueueError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(QueueError::ForeignCursor)
    }
}

pub(super) fn headers_text(headers: &BTreeMap<String, String>) -> String {
    serde_json::to_string(headers).expect("texts always serialise")
}

fn headers(id: Uuid, text: &str) -> Outcome<BTreeMap<String, String>> {
    serde_json::from_str(text)
        .map_err(|error| Abort::Damaged(format!("the headers of work item {id}: {error}")))
}

fn small(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(u32::MAX)
}

fn priority(stored: i64) -> i32 {
    i32::try_from(stored).unwrap_or_default()
}

/// How often an item was delivered without being given back.
fn attempts(row: &work_items::Model) -> i64 {
    row.deliveries - row.released
}

pub(super) fn lease_of(row: work_items::Model) -> Outcome<Lease> {
    Ok(Lease {
        receipt: Receipt {
            id: WorkItemId(row.id),
            attempt: small(row.deliveries),
        },
        attempt: small(attempts(&row)),
        headers: headers(row.id, &row.headers)?,
        payload: row.payload,
        tenant: row.tenant,
        priority: priority(row.priority),
        attempts_max: small(row.attempts_max),
        pushed_at: moment(row.pushed_at),
        expires_at: moment(row.visible_at),
    })
}

pub(super) fn peeked_of(row: work_items::Model, now: DateTime<Utc>) -> Outcome<PeekedItem> {
    let state = match (row.visible_at <= millis(now), row.leased) {
        (true, _) => PeekedState::Ready,
        (false, true) => PeekedState::Leased,
        (false, false) => PeekedState::Delayed,
    };
    Ok(PeekedItem {
        id: WorkItemId(row.id),
        state,
        attempts: small(attempts(&row)),
        headers: headers(row.id, &row.headers)?,
        payload: row.payload,
        tenant: row.tenant,
        priority: priority(row.priority),
        attempts_max: small(row.attempts_max),
        pushed_at: moment(row.pushed_at),
        ready_at: moment(row.visible_at),
    })
}

pub(super) fn dead_of(row: dead_items::Model) -> Outcome<DeadItem> {
    Ok(DeadItem {
        id: WorkItemId(row.id),
        headers: headers(row.id, &row.headers)?,
        payload: row.payload,
        tenant: row.tenant,
        attempts: small(row.deliveries - row.released),
        reason: row.reason,
        pushed_at: moment(row.pushed_at),
        died_at: moment(row.died_at),
    })
}

/// The letter that an item becomes.
pub(super) fn dead_row(item: work_items::Model, reason: &str, now: DateTime<Utc>) -> dead_items::ActiveModel {
    dead_items::ActiveModel {
        deliveries: Set(item.deliveries),
        released: Set(item.released),
        id: Set(item.id),
        queue: Set(item.queue),
        tenant: Set(item.tenant),
        priority: Set(item.priority),
        payload: Set(item.payload),
        headers: Set(item.headers),
        attempts_max: Set(item.attempts_max),
        pushed_at: Set(item.pushed_at),
        died_at: Set(millis(now)),
        reason: Set(reason.to_owned()),
    }
}

/// The item that a letter becomes. It goes on counting deliveries, so that receipts of its former life fit nothing, and
/// none of them was in vain any more.
pub(super) fn revived_row(letter: dead_items::Model, now: DateTime<Utc>) -> work_items::ActiveModel {
    work_items::ActiveModel {
        id: Set(letter.id),
        queue: Set(letter.queue),
        tenant: Set(letter.tenant),
        priority: Set(letter.priority),
        payload: Set(letter.payload),
        headers: Set(letter.headers),
        leased: Set(false),
        deliveries: Set(letter.deliveries),
        released: Set(letter.deliveries),
        attempts_max: Set(letter.attempts_max),
        pushed_at: Set(letter.pushed_at),
        visible_at: Set(millis(now)),
    }
}
