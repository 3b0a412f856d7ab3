//! Items of a queue between the spec and the port.
//!
//! A payload is a JSON object outside and bytes inside. It must never know what they mean.

use crochet_api::work::{
    DeadWorkItem, FoundWorkItem, Nack as ShownNack, NewWorkItem, PushOutcome, PushedItem, QueuedWorkItem,
    WorkFate, WorkHeaders, WorkItem, WorkPayload, WorkState,
};
use crochet_domain::ports::{DeadItem, Fate, Lease, Nack, PeekedItem, PeekedState, PushItem, Pushed};
use crochet_openapi::Problem;

use super::{millis, receipts};
use crate::services::problems::unspeakable;
use crate::services::wire::small;

/// An item that a caller pushes.
pub(super) fn to_push(item: NewWorkItem) -> Result<PushItem, Problem> {
    Ok(PushItem {
        payload: serde_json::to_vec(&item.payload).map_err(|error| unspeakable(&error))?,
        headers: item.headers.map(|headers| headers.0).unwrap_or_default(),
        delay: millis(item.delay_ms),
        priority: item.priority,
        tenant: item.tenant.unwrap_or_default(),
        dedup_key: item.dedup_key,
        dedup_window: std::time::Duration::from_secs(u64::try_from(item.dedup_window_s).unwrap_or(0)),
        attempts_max: u32::try_from(item.attempts_max).unwrap_or(1),
    })
}

/// What became of it.
pub(super) fn pushed(pushed: Pushed) -> PushedItem {
    match pushed {
        Pushed::Accepted(id) => PushedItem {
            id: Some(id.0),
            outcome: PushOutcome::Queued,
        },
        Pushed::Duplicate => PushedItem {
            id: None,
            outcome: PushOutcome::Duplicate,
        },
    }
}

/// What became of an item.
pub(super) fn found(fate: Fate) -> FoundWorkItem {
    let (fate, reason) = match fate {
        Fate::Queued => (WorkFate::Queued, None),
        Fate::Dead { reason } => (WorkFate::Dead, Some(reason)),
        Fate::Unknown => (WorkFate::Unknown, None),
    };
    FoundWorkItem { fate, reason }
}

/// A delivery that failed, if its receipt was ever given out.
pub(super) fn to_nack(nack: &ShownNack) -> Option<Nack> {
    Some(Nack {
        receipt: receipts::read(&nack.receipt)?,
        delay: millis(nack.delay_ms),
        reason: nack.reason.clone(),
    })
}

/// A delivery.
pub(super) fn leased(lease: Lease) -> Result<WorkItem, Problem> {
    Ok(WorkItem {
        id: lease.receipt.id.0,
        receipt: receipts::shown(lease.receipt)?,
        payload: payload(&lease.payload)?,
        headers: Some(WorkHeaders(lease.headers)),
        tenant: tenant(lease.tenant),
        attempt: small(lease.attempt),
        attempts_max: small(lease.attempts_max),
        priority: lease.priority,
        pushed_at: lease.pushed_at,
        leased_until: lease.expires_at,
    })
}

/// An item that is looked at.
pub(super) fn peeked(item: PeekedItem) -> Result<QueuedWorkItem, Problem> {
    Ok(QueuedWorkItem {
        id: item.id.0,
        state: match item.state {
            PeekedState::Ready => WorkState::Ready,
            PeekedState::Leased => WorkState::Leased,
            PeekedState::Delayed => WorkState::Delayed,
        },
        payload: payload(&item.payload)?,
        headers: Some(WorkHeaders(item.headers)),
        tenant: tenant(item.tenant),
        attempts: small(item.attempts),
        attempts_max: small(item.attempts_max),
        priority: item.priority,
        pushed_at: item.pushed_at,
        ready_at: item.ready_at,
    })
}

/// An item that was given up.
pub(super) fn dead(item: DeadItem) -> Result<DeadWorkItem, Problem> {
    Ok(DeadWorkItem {
        id: item.id.0,
        payload: payload(&item.payload)?,
        headers: Some(WorkHeaders(item.headers)),
        tenant: tenant(item.tenant),
        attempts: small(item.attempts),
        reason: item.reason,
        pushed_at: item.pushed_at,
        died_at: item.died_at,
    })
}

fn payload(bytes: &[u8]) -> Result<WorkPayload, Problem> {
    serde_json::from_slice(bytes).map_err(|error| unspeakable(&error))
}

/// Items without a tenant share the one without a name.
fn tenant(tenant: String) -> Option<String> {
    (!tenant.is_empty()).then_some(tenant)
}
