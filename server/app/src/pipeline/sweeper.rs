//! The sweeper: for rows that were handed over a while ago and are not done it asks the queue what became of them.
//!
//! What the queue has, it leaves alone. What the queue has given up is noted in the ledger, where whoever follows a wave
//! sees it, and is not handed over again: a dead letter waits for somebody to redrive it, or is forgotten. What the
//! queue does not know is lost and handed over again, each time later, so that an item whose loss is no accident costs
//! little. Rows are looked at page by page, so many at a time, and the next time goes on from there: no row hides
//! another for longer than it takes to come round.

use chrono::{DateTime, TimeDelta, Utc};
use crochet_api::work::{FindWork, FoundWorkItem, WorkFate};
use crochet_domain::ports::{Failure, HandedItem, HandedPlace, ItemId};
use tokio_util::sync::CancellationToken;

use super::envelope::key_of;
use super::hand_over::{Handed, hand_over};
use super::{PipelineError, PipelineParts, pause};
use crate::queues::PipelineQueue;

/// Rows of one page: as many keys as one request takes.
const PAGE: u32 = 1_000;
/// Pages of one look.
const PAGES: u32 = 10;
/// The longest wait before a lost row is handed over again.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Looks in the time after which a row counts as lost.
const LOOKS: u32 = 4;

/// Looks again and again, until shutdown.
pub(crate) async fn sweep(parts: PipelineParts, shutdown: CancellationToken) -> Result<(), PipelineError> {
    let mut sweeper = Sweeper::new(parts, PAGE, PAGES);
    while pause(
        &*sweeper.parts.clock,
        sweeper.parts.sweep_after / LOOKS,
        &shutdown,
    )
    .await
    {
        sweeper.look().await?;
    }
    Ok(())
}

/// A sweeper and how far it has come.
pub(super) struct Sweeper {
    parts: PipelineParts,
    page: u32,
    pages: u32,
    at: Option<HandedPlace>,
}

/// What follows for the rows of one page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Findings {
    lost: Vec<ItemId>,
    failed: Vec<Failure>,
    retried: Vec<ItemId>,
}

impl Sweeper {
    /// A sweeper at the start, which looks at so many pages of so many rows at a time.
    pub(super) fn new(parts: PipelineParts, page: u32, pages: u32) -> Self {
        Self {
            parts,
            page,
            pages,
            at: None,
        }
    }

    /// Looks at the next pages.
    pub(super) async fn look(&mut self) -> Result<(), PipelineError> {
        for _ in 0..self.pages {
            let now = self.parts.clock.now();
            let before = now - self.parts.sweep_after / LOOKS;
            let rows = self.parts.ledger.handed(before, self.at, self.page).await?;
            let more = rows.len() == self.page as usize;
            self.at = rows.last().filter(|_| more).map(HandedItem::place);
            if rows.is_empty() || self.look_at(&rows, now).await? != Handed::All || !more {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn look_at(&self, rows: &[HandedItem], now: DateTime<Utc>) -> Result<Handed, PipelineError> {
        let first = TimeDelta::from_std(self.parts.sweep_after).unwrap_or(LONGEST);
        let mut fates = Vec::with_capacity(rows.len());
        for queue in PipelineQueue::ALL {
            let its = rows.iter().filter(|row| PipelineQueue::of(row.kind) == queue);
            fates.extend(self.fates(queue, its.collect()).await?);
        }
        let found = findings(fates, now, first);
        let ledger = &self.parts.ledger;
        if !found.failed.is_empty() {
            for failure in &found.failed {
                tracing::error!(item = %failure.item, "given up: {}", failure.reason);
            }
            ledger.mark_failed(&found.failed).await?;
        }
        if !found.retried.is_empty() {
            ledger.mark_retried(&found.retried).await?;
        }
        hand_over(&self.parts, &ledger.open(&found.lost).await?).await
    }

    async fn fates<'a>(
        &self,
        queue: PipelineQueue,
        rows: Vec<&'a HandedItem>,
    ) -> Result<Vec<(&'a HandedItem, FoundWorkItem)>, PipelineError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let keys = rows
            .iter()
            .map(|row| key_of(row.id, row.pushes.saturating_sub(1)));
        let body = FindWork { keys: keys.collect() };
        let work = &self.parts.work;
        let found = work.find_work(&self.parts.caller(), queue.name(), body).await;
        let fates = found.map_err(PipelineError::Work)?.items;
        if fates.len() == rows.len() {
            return Ok(rows.into_iter().zip(fates).collect());
        }
        Err(PipelineError::Inconsistent(
            "the work service answered for other items",
        ))
    }
}

fn findings(fates: Vec<(&HandedItem, FoundWorkItem)>, now: DateTime<Utc>, first: TimeDelta) -> Findings {
    let mut findings = Findings::default();
    for (row, found) in fates {
        match found.fate {
            WorkFate::Queued if row.failure.is_some() => findings.retried.push(row.id),
            WorkFate::Queued => {}
            WorkFate::Dead if found.reason == row.failure => {}
            WorkFate::Dead => findings.failed.push(Failure {
                item: row.id,
                reason: found.reason.unwrap_or_default(),
            }),
            WorkFate::Unknown if now - row.pushed_at >= wait_after(row.pushes, first) => {
                findings.lost.push(row.id);
            }
            WorkFate::Unknown => {}
        }
    }
    findings
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
