//! The embedded work queue: the port's contract on two tables of the same database.
//!
//! A lease moves `visible_at` past its end and raises `deliveries`; so an expired lease is simply ready again, and
//! nothing has to sweep. Who waits for work sleeps until a push, a nack or the next due moment, and costs nothing
//! meanwhile.

#[cfg(test)]
mod conformance;
mod held;
mod keys;
mod lanes;
mod lease;
mod look;
mod push;
mod rows;
mod settle;
mod unclaimed;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::ports::{
    Clock, DeadItem, Fate, Lease, LeaseRequest, Nack, NackOutcome, Page, PageRequest, PeekedItem, PushItem,
    Pushed, Queue, QueueError, QueueStats, Receipt, Settlement, WorkItemId,
};

use crate::clock::millis;
use crate::database::{Abort, Database};
use crate::signals::{Signals, Topic};

use lanes::Prospect;

type Outcome<T> = Result<T, Abort<QueueError>>;

/// Queues in the database.
#[derive(Clone)]
pub(crate) struct SqlQueue {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signals: Signals,
    /// How many items each queue takes.
    pub(crate) capacity: u64,
}

impl SqlQueue {
    fn ring(&self, queue: &str) {
        self.signals.ring(&Topic::Queue(queue.to_owned()));
    }

    /// Whether there is something to take, without a turn of the writer's.
    async fn prospect(&self, queue: &str, now: DateTime<Utc>) -> Result<Prospect, QueueError> {
        let body = |tx| async move { lanes::prospect(&tx, queue, now).await };
        self.database.read("looking for work", body).await
    }
}

#[async_trait]
impl Queue for SqlQueue {
    async fn queues(&self) -> Result<Vec<String>, QueueError> {
        self.database
            .read("listing queues", |tx| async move { look::queues(&tx).await })
            .await
    }

    async fn push(&self, queue: &str, items: Vec<PushItem>) -> Result<Vec<Pushed>, QueueError> {
        let (items, now, capacity) = (&items, self.clock.now(), self.capacity);
        let body = |tx| async move { push::push(&tx, queue, items, capacity, now).await };
        let pushed = self.database.write("pushing work", body).await?;
        self.ring(queue);
        Ok(pushed)
    }

    async fn lease(&self, queue: &str, request: LeaseRequest) -> Result<Vec<Lease>, QueueError> {
        let mut bell = self.signals.listen(Topic::Queue(queue.to_owned()));
        let mut rest = self.clock.sleep(request.wait);
        loop {
            let now = self.clock.now();
            let prospect = self.prospect(queue, now).await?;
            if prospect == Prospect::Ready {
                let taken = unclaimed::take(self, queue, request, now).await?;
                if !taken.leases.is_empty() {
                    return Ok(taken.leases);
                }
                // Somebody was quicker, or something was in the way: where things stand now is seen at the next look.
                if taken.buried || !request.wait.is_zero() {
                    continue;
                }
            }
            if request.wait.is_zero() {
                return Ok(Vec::new());
            }
            let due = async {
                match prospect {
                    Prospect::Due(due) => {
                        let left = (due - millis(now)).unsigned_abs();
                        self.clock.sleep(Duration::from_millis(left)).await;
                    }
                    Prospect::Ready | Prospect::Empty => std::future::pending().await,
                }
            };
            tokio::select! {
                () = bell.heard() => {}
                () = due => {}
                () = &mut rest => return Ok(Vec::new()),
            }
        }
    }

    async fn extend(
        &self,
        queue: &str,
        receipts: &[Receipt],
        lease: Duration,
    ) -> Result<Vec<Settlement>, QueueError> {
        let now = self.clock.now();
        let body = |tx| async move { settle::extend(&tx, queue, receipts, lease, now).await };
        let settlements = self.database.write("extending leases", body).await?;
        // Whoever waits for the end of the old lease has to look again: the new one may end before it.
        self.ring(queue);
        Ok(settlements)
    }

    async fn ack(&self, queue: &str, receipts: &[Receipt]) -> Result<Vec<Settlement>, QueueError> {
        self.database
            .write("acking work", |tx| async move {
                settle::ack(&tx, queue, receipts).await
            })
            .await
    }

    async fn nack(&self, queue: &str, nacks: &[Nack]) -> Result<Vec<NackOutcome>, QueueError> {
        let now = self.clock.now();
        let body = |tx| async move { settle::nack(&tx, queue, nacks, now).await };
        let outcomes = self.database.write("nacking work", body).await?;
        self.ring(queue);
        Ok(outcomes)
    }

    async fn release(&self, queue: &str, receipts: &[Receipt]) -> Result<Vec<Settlement>, QueueError> {
        let now = self.clock.now();
        let body = |tx| async move { settle::release(&tx, queue, receipts, now).await };
        let settlements = self.database.write("releasing work", body).await?;
        self.ring(queue);
        Ok(settlements)
    }

    async fn stats(&self, queue: &str) -> Result<QueueStats, QueueError> {
        let (now, capacity) = (self.clock.now(), self.capacity);
        let body = |tx| async move { look::stats(&tx, queue, capacity, now).await };
        self.database.read("measuring a queue", body).await
    }

    async fn fates(&self, queue: &str, keys: &[String]) -> Result<Vec<Fate>, QueueError> {
        let body = |tx| async move { keys::fates(&tx, queue, keys).await };
        self.database.read("finding work", body).await
    }

    async fn peek(&self, queue: &str, page: PageRequest) -> Result<Page<PeekedItem>, QueueError> {
        let (page, now) = (&page, self.clock.now());
        self.database
            .read("peeking at a queue", |tx| async move {
                look::peek(&tx, queue, page, now).await
            })
            .await
    }

    async fn dead(&self, queue: &str, page: PageRequest) -> Result<Page<DeadItem>, QueueError> {
        let page = &page;
        self.database
            .read("reading dead letters", |tx| async move {
                look::dead(&tx, queue, page).await
            })
            .await
    }

    async fn redrive(&self, queue: &str, ids: Option<&[WorkItemId]>) -> Result<u64, QueueError> {
        let now = self.clock.now();
        let mut redriven = 0;
        loop {
            let body = |tx| async move { settle::redrive(&tx, queue, ids, now).await };
            let batch = self.database.write("redriving dead letters", body).await?;
            redriven += batch.moved;
            self.ring(queue);
            if batch.finished {
                return Ok(redriven);
            }
        }
    }

    async fn set_paused(&self, queue: &str, paused: bool) -> Result<(), QueueError> {
        let body = |tx| async move { push::set_paused(&tx, queue, paused).await };
        self.database.write("pausing a queue", body).await?;
        self.ring(queue);
        Ok(())
    }

    async fn expire(&self) -> Result<u64, QueueError> {
        let now = self.clock.now();
        let body = |tx| async move { Ok(keys::expire(&tx, now).await? + settle::expire(&tx, now).await?) };
        self.database
            .write("forgetting keys and dead letters", body)
            .await
    }
}
