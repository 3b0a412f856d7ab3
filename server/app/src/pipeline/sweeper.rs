//! The sweeper: rows that were handed over long ago and are not done are handed over again.
//!
//! A queue that has work may just be busy, so its rows get an hour. A queue that is empty has lost what is not done, or
//! buried it as dead letters: those rows are tried again soon, and each time later, so that poison costs little while an
//! outage that is over heals by itself.

use chrono::{DateTime, TimeDelta, Utc};
use crochet_api::work::{Queue, QueueName};
use crochet_domain::ports::LedgerItem;
use tokio_util::sync::CancellationToken;

use super::hand_over::{Handed, hand_over};
use super::{PipelineError, PipelineParts, QUEUE, pause};

/// Rows looked at each time.
const BATCH: u32 = 1_000;
/// Rows in one push.
const PUSH: usize = 200;
/// The longest wait, and the wait for a queue that has work.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// Looks again and again, until shutdown.
pub(crate) async fn sweep(parts: PipelineParts, shutdown: CancellationToken) -> Result<(), PipelineError> {
    while pause(&*parts.clock, parts.sweep_after / 4, &shutdown).await {
        sweep_once(&parts).await?;
    }
    Ok(())
}

pub(super) async fn sweep_once(parts: &PipelineParts) -> Result<(), PipelineError> {
    let now = parts.clock.now();
    let mut late = parts.ledger.stale(now - parts.sweep_after, BATCH).await?;
    if late.is_empty() {
        return Ok(());
    }
    let queue = QueueName::try_from(QUEUE.to_owned())
        .map_err(|_| PipelineError::Inconsistent("the queue of the pipeline has no valid name"))?;
    let queue = parts
        .work
        .read_queue(&parts.caller(), queue)
        .await
        .map_err(PipelineError::Work)?;
    let empty = is_empty(&queue);
    let first = TimeDelta::from_std(parts.sweep_after).unwrap_or(LONGEST);
    late.retain(|item| {
        let wait = if empty {
            wait_after(item.pushes, first)
        } else {
            LONGEST.max(first)
        };
        is_lost(item, wait, now)
    });
    for items in late.chunks(PUSH) {
        tracing::info!(items = items.len(), "handing over again what was not done");
        if let Handed::Full(_) = hand_over(parts, items).await? {
            return Ok(());
        }
    }
    Ok(())
}

fn is_empty(queue: &Queue) -> bool {
    queue.ready + queue.leased + queue.delayed == 0
}

/// Whether a row has waited long enough to be handed over again.
fn is_lost(item: &LedgerItem, wait: TimeDelta, now: DateTime<Utc>) -> bool {
    item.pushed_at.is_some_and(|pushed_at| now - pushed_at >= wait)
}

/// Twice as long after each push.
fn wait_after(pushes: u32, first: TimeDelta) -> TimeDelta {
    let doubled = 1_i32
        .checked_shl(pushes.saturating_sub(1).min(16))
        .unwrap_or(i32::MAX);
    first
        .checked_mul(doubled)
        .map_or(LONGEST, |wait| wait.min(LONGEST))
        .max(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_again_and_again_is_tried_less_and_less_often() {
        let first = TimeDelta::seconds(15);
        let waits: Vec<TimeDelta> = [1, 2, 3, 9, 40]
            .into_iter()
            .map(|pushes| wait_after(pushes, first))
            .collect();
        assert_eq!(waits, [first, first * 2, first * 4, LONGEST, LONGEST]);
    }
}
