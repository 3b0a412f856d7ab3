//! The work service: a queue over HTTP, on the queue port.
//!
//! It must never look into a payload, and never settle a delivery that it cannot name.

mod items;
mod receipts;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_api::work::{
    AckWork, DeadWorkPage, ExtendWork, FindWork, FoundWork, LeaseWork, LeasedWork, ListDeadWorkParams,
    ListQueuesParams, Nack as ShownNack, NackWork, PeekWorkParams, PushWork, PushWorkParams, PushedWork,
    Queue as ShownQueue, QueueName, QueuePage, QueuesOperations, RedriveWork, RedrivenWork, ReleaseWork,
    SettledWork, WorkItemPage, WorkOperations,
};
use crochet_domain::ports::{Clock, LeaseRequest, Nack, NackOutcome, Queue, QueueStats, WorkItemId};
use crochet_openapi::{Caller, Problem};
use tokio_util::sync::CancellationToken;

use self::receipts::Settling;
use super::problems::problem;
use super::wire::{count, page, said, said_page, slice_page};

/// Implements the work spec on the queue port.
pub struct WorkService {
    queue: Arc<dyn Queue>,
    clock: Arc<dyn Clock>,
    polls: LongPolls,
}

/// What ends the waiting for work before the caller's own time is up.
#[derive(Debug, Clone)]
pub struct LongPolls {
    /// The longest wait; it must leave the server time to answer.
    pub wait_max: Duration,
    /// Cancelled when the server goes away: whoever waits is then answered that there is nothing.
    pub going_away: CancellationToken,
}

impl Default for LongPolls {
    fn default() -> Self {
        Self {
            wait_max: Duration::MAX,
            going_away: CancellationToken::new(),
        }
    }
}

impl WorkService {
    /// The service on `queue`, where callers may wait as long as they like.
    pub fn new(queue: Arc<dyn Queue>, clock: Arc<dyn Clock>) -> Self {
        Self {
            queue,
            clock,
            polls: LongPolls::default(),
        }
    }

    /// The same with an end to the waiting.
    #[must_use]
    pub fn with_polls(self, polls: LongPolls) -> Self {
        Self { polls, ..self }
    }

    async fn shown(&self, queue: &str) -> Result<ShownQueue, Problem> {
        let stats = self.queue.stats(queue).await.map_err(problem)?;
        self.show(queue, stats)
    }

    fn show(&self, queue: &str, stats: QueueStats) -> Result<ShownQueue, Problem> {
        let age = |since: DateTime<Utc>| (self.clock.now() - since).num_milliseconds().max(0);
        Ok(ShownQueue {
            queue: said(queue)?,
            ready: count(stats.ready),
            leased: count(stats.leased),
            delayed: count(stats.delayed),
            dead: count(stats.dead),
            oldest_ms: stats.oldest_ready_at.map(age),
            paused: stats.paused,
        })
    }
}

#[async_trait]
impl WorkOperations for WorkService {
    async fn push_work(
        &self,
        _: &Caller,
        queue: QueueName,
        _: PushWorkParams,
        body: PushWork,
    ) -> Result<PushedWork, Problem> {
        let items = body
            .items
            .into_iter()
            .map(items::to_push)
            .collect::<Result<_, _>>()?;
        let pushed = self.queue.push(&queue, items).await.map_err(problem)?;
        Ok(PushedWork {
            items: pushed.into_iter().map(items::pushed).collect(),
        })
    }

    async fn lease_work(&self, _: &Caller, queue: QueueName, body: LeaseWork) -> Result<LeasedWork, Problem> {
        let request = LeaseRequest {
            max: u32::try_from(body.max).unwrap_or(1),
            lease: millis(body.lease_ms),
            wait: millis(body.wait_ms).min(self.polls.wait_max),
        };
        let leases = tokio::select! {
            biased;
            leases = self.queue.lease(&queue, request) => leases.map_err(problem)?,
            () = self.polls.going_away.cancelled() => Vec::new(),
        };
        Ok(LeasedWork {
            items: leases.into_iter().map(items::leased).collect::<Result<_, _>>()?,
        })
    }

    async fn find_work(&self, _: &Caller, queue: QueueName, body: FindWork) -> Result<FoundWork, Problem> {
        let fates = self.queue.fates(&queue, &body.keys).await.map_err(problem)?;
        Ok(FoundWork {
            items: fates.into_iter().map(items::found).collect(),
        })
    }

    async fn extend_work(
        &self,
        _: &Caller,
        queue: QueueName,
        body: ExtendWork,
    ) -> Result<SettledWork, Problem> {
        let settling = Settling::of(body.receipts);
        let outcomes = self
            .queue
            .extend(&queue, settling.known(), millis(body.lease_ms))
            .await
            .map_err(problem)?;
        Ok(settling.settled(outcomes))
    }

    async fn ack_work(&self, _: &Caller, queue: QueueName, body: AckWork) -> Result<SettledWork, Problem> {
        let settling = Settling::of(body.receipts);
        let outcomes = self.queue.ack(&queue, settling.known()).await.map_err(problem)?;
        Ok(settling.settled(outcomes))
    }

    async fn nack_work(&self, _: &Caller, queue: QueueName, body: NackWork) -> Result<SettledWork, Problem> {
        let nacks: Vec<Nack> = body.items.iter().filter_map(items::to_nack).collect();
        let mut outcomes = self
            .queue
            .nack(&queue, &nacks)
            .await
            .map_err(problem)?
            .into_iter();
        let settle = |nack: ShownNack| {
            let known = receipts::read(&nack.receipt).is_some();
            let outcome = known.then(|| outcomes.next()).flatten();
            receipts::nacked(nack.receipt, outcome.unwrap_or(NackOutcome::Lost))
        };
        Ok(SettledWork {
            items: body.items.into_iter().map(settle).collect(),
        })
    }

    async fn release_work(
        &self,
        _: &Caller,
        queue: QueueName,
        body: ReleaseWork,
    ) -> Result<SettledWork, Problem> {
        let settling = Settling::of(body.receipts);
        let outcomes = self
            .queue
            .release(&queue, settling.known())
            .await
            .map_err(problem)?;
        Ok(settling.settled(outcomes))
    }
}

#[async_trait]
impl QueuesOperations for WorkService {
    async fn list_queues(&self, _: &Caller, params: ListQueuesParams) -> Result<QueuePage, Problem> {
        let names = self.queue.queues().await.map_err(problem)?;
        let (names, next_page) = slice_page(names, "queues", params.limit, params.page_token.as_ref())?;
        let mut items = Vec::with_capacity(names.len());
        for name in names {
            items.push(self.shown(&name).await?);
        }
        Ok(QueuePage { items, next_page })
    }

    async fn read_queue(&self, _: &Caller, queue: QueueName) -> Result<ShownQueue, Problem> {
        self.shown(&queue).await
    }

    async fn pause_queue(&self, caller: &Caller, queue: QueueName) -> Result<ShownQueue, Problem> {
        self.queue.set_paused(&queue, true).await.map_err(problem)?;
        tracing::info!(queue = &*queue, caller = &*caller.subject, "queue paused");
        self.shown(&queue).await
    }

    async fn resume_queue(&self, caller: &Caller, queue: QueueName) -> Result<ShownQueue, Problem> {
        self.queue.set_paused(&queue, false).await.map_err(problem)?;
        tracing::info!(queue = &*queue, caller = &*caller.subject, "queue resumed");
        self.shown(&queue).await
    }

    async fn peek_work(
        &self,
        _: &Caller,
        queue: QueueName,
        params: PeekWorkParams,
    ) -> Result<WorkItemPage, Problem> {
        let found = self
            .queue
            .peek(&queue, page(params.limit, params.page_token))
            .await
            .map_err(problem)?;
        let (items, next_page) = said_page(found, items::peeked)?;
        Ok(WorkItemPage { items, next_page })
    }

    async fn list_dead_work(
        &self,
        _: &Caller,
        queue: QueueName,
        params: ListDeadWorkParams,
    ) -> Result<DeadWorkPage, Problem> {
        let found = self
            .queue
            .dead(&queue, page(params.limit, params.page_token))
            .await
            .map_err(problem)?;
        let (items, next_page) = said_page(found, items::dead)?;
        Ok(DeadWorkPage { items, next_page })
    }

    async fn redrive_work(
        &self,
        caller: &Caller,
        queue: QueueName,
        body: RedriveWork,
    ) -> Result<RedrivenWork, Problem> {
        let ids: Option<Vec<WorkItemId>> = body.ids.map(|ids| ids.into_iter().map(WorkItemId).collect());
        let redriven = self
            .queue
            .redrive(&queue, ids.as_deref())
            .await
            .map_err(problem)?;
        tracing::info!(
            queue = &*queue,
            redriven,
            caller = &*caller.subject,
            "dead work redriven"
        );
        Ok(RedrivenWork {
            redriven: count(redriven),
        })
    }
}

/// Milliseconds of a spec, which bounds them from below.
fn millis(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}
