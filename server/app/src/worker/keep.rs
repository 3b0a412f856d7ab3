//! Keeps leases while their items are worked on.
//!
//! A lease is extended well before it ends, as often as it takes. One that is lost is worked on all the same: reports
//! may be repeated, and the ack is simply refused. It must never outlive the work.

use std::convert::Infallible;
use std::time::Duration;

use crochet_api::work::{ExtendWork, QueueName, Receipt, WorkApi};
use crochet_openapi::Caller;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// Runs `work` and keeps the leases meanwhile.
///
/// Both are polled all the time: the work may hold, or queue for, the very connection that an extension needs, and
/// would never let go of it while nobody polls it.
pub(super) async fn keeping<T>(
    queue: (&dyn WorkApi, &QueueName, &Caller),
    receipts: &[Receipt],
    lease: Duration,
    work: impl Future<Output = T>,
) -> T {
    tokio::select! {
        biased;
        done = work => done,
        never = extend_for_ever(queue, receipts, lease) => match never {},
    }
}

/// Extends the leases at every third of their time.
async fn extend_for_ever(
    queue: (&dyn WorkApi, &QueueName, &Caller),
    receipts: &[Receipt],
    lease: Duration,
) -> Infallible {
    let every = lease / 3;
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        extend(queue, receipts, lease).await;
    }
}

/// Makes leases end so long from now; a service that does not answer is asked again at the next tick.
async fn extend(
    (work, name, caller): (&dyn WorkApi, &QueueName, &Caller),
    receipts: &[Receipt],
    lease: Duration,
) {
    if receipts.is_empty() {
        return;
    }
    let lease_ms = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX).max(1);
    let body = ExtendWork {
        receipts: receipts.to_vec(),
        lease_ms,
    };
    if let Err(problem) = work.extend_work(caller, name.clone(), body).await {
        tracing::warn!(leases = receipts.len(), "leases were not extended: {problem}");
    }
}
