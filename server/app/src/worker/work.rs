//! The loop of one worker: lease, work, settle.
//!
//! Deliveries of one lease are worked on in turn and settled together. At shutdown the one at hand is finished, the
//! others go back. It must never know what an item is about.

use std::sync::Arc;
use std::time::Duration;

use crochet_api::work::{AckWork, LeaseWork, Nack, NackWork, QueueName, Receipt, WorkItem};
use crochet_domain::pipeline::WorkPayload;
use crochet_openapi::Problem;

use super::Worker;
use super::delivery::{Delivery, Outcome};
use super::fault::Fault;
use super::keep::{extend, keeping};

/// The queue of the pipeline.
const QUEUE: &str = "pipeline";

impl Worker {
    /// Works until shutdown.
    pub(super) async fn work(self: Arc<Self>) -> Result<(), Problem> {
        let queue: QueueName = QUEUE.parse().expect("a name that fits its pattern");
        while !self.shutdown.is_cancelled() {
            let leased = tokio::select! {
                leased = self.lease(&queue) => leased?,
                () = self.shutdown.cancelled() => break,
            };
            self.work_on_all(&queue, &leased).await?;
        }
        Ok(())
    }

    async fn lease(&self, queue: &QueueName) -> Result<Vec<WorkItem>, Problem> {
        let body = LeaseWork {
            max: self.options.lease_items_max,
            wait_ms: millis(self.options.wait),
            lease_ms: millis(self.options.lease),
        };
        let leased = self
            .parts
            .work
            .lease_work(&self.caller(), queue.clone(), body)
            .await?;
        Ok(leased.items)
    }

    /// Works on deliveries in turn, keeping the leases of all of them, then settles them.
    async fn work_on_all(&self, queue: &QueueName, leased: &[WorkItem]) -> Result<(), Problem> {
        let receipts: Vec<Receipt> = leased.iter().map(|item| item.receipt.clone()).collect();
        let mut outcomes = Vec::with_capacity(leased.len());
        let work = async {
            for item in leased {
                outcomes.push(self.outcome(item).await);
            }
        };
        let caller = self.caller();
        keeping(
            (&*self.parts.work, queue, &caller),
            &receipts,
            self.options.lease,
            work,
        )
        .await;
        self.settle(queue, outcomes).await
    }

    async fn outcome(&self, leased: &WorkItem) -> Outcome {
        let receipt = leased.receipt.clone();
        if self.shutdown.is_cancelled() {
            return Outcome::Untouched(receipt);
        }
        let delivery = match Delivery::read(leased) {
            Ok(delivery) => delivery,
            Err(unreadable) => {
                tracing::error!(item = %leased.id, "{unreadable}");
                let fault = Fault::Inconsistent(unreadable.to_string());
                return Outcome::Failed(fault.nack(receipt, leased.attempt));
            }
        };
        let kind = delivery.work.kind();
        match self.work_on(&delivery).await {
            Ok(()) => Outcome::Done(receipt),
            Err(Fault::Moot(problem)) => {
                tracing::debug!(item = %delivery.item, kind, "dropped: {problem}");
                Outcome::Done(receipt)
            }
            Err(Fault::Stopped) => Outcome::Untouched(receipt),
            Err(fault) => {
                tracing::warn!(item = %delivery.item, kind, attempt = leased.attempt, "not done: {fault}");
                Outcome::Failed(fault.nack(receipt, leased.attempt))
            }
        }
    }

    async fn work_on(&self, delivery: &Delivery) -> Result<(), Fault> {
        match &delivery.work {
            WorkPayload::Survey {
                survey, part, parts, ..
            } => self.survey_part(delivery, survey, *part, *parts).await,
            WorkPayload::Seed { .. } | WorkPayload::Wake { .. } | WorkPayload::Expand { .. } => {
                self.search(delivery).await
            }
        }
    }

    /// Tells the queue what became of its deliveries. What it does not hear it delivers again.
    async fn settle(&self, queue: &QueueName, outcomes: Vec<Outcome>) -> Result<(), Problem> {
        let (mut done, mut failed, mut untouched) = (Vec::new(), Vec::<Nack>::new(), Vec::new());
        for outcome in outcomes {
            match outcome {
                Outcome::Done(receipt) => done.push(receipt),
                Outcome::Failed(nack) => failed.push(nack),
                Outcome::Untouched(receipt) => untouched.push(receipt),
            }
        }
        let (work, caller) = (&*self.parts.work, self.caller());
        if !done.is_empty() {
            work.ack_work(&caller, queue.clone(), AckWork { receipts: done })
                .await?;
        }
        if !failed.is_empty() {
            work.nack_work(&caller, queue.clone(), NackWork { items: failed })
                .await?;
        }
        // A lease that ends now is a delivery given back, with no failure to its name.
        extend((work, queue, &caller), &untouched, Duration::from_millis(1)).await;
        Ok(())
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
