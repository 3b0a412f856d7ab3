//! The loop of one worker: lease, work, settle.
//!
//! Deliveries of one lease are worked on in turn and settled together. At shutdown the one at hand is finished, the
//! others go back. When a service does not answer all that is left goes back, and the worker leases nothing for a
//! while: to go on would fail item after item for no fault of theirs. It must never know what an item is about.

use std::sync::Arc;
use std::time::Duration;

use crochet_api::work::{
    AckWork, LeaseWork, Nack, NackWork, QueueName, Receipt, ReleaseWork, SettledWork, WorkItem,
};
use crochet_domain::pipeline::WorkPayload;
use crochet_openapi::Problem;

use super::Worker;
use super::delivery::{Delivery, Outcome};
use super::fault::{Fault, asked};
use super::keep::keeping;
use super::outage::Outage;

/// The queue of the pipeline.
const QUEUE: &str = "pipeline";
/// What was not used for so long is given up when there is nothing to do.
const UNUSED: Duration = Duration::from_secs(60);

/// What became of the deliveries of one lease.
#[derive(Default)]
struct Batch {
    outcomes: Vec<Outcome>,
    /// A service that did not answer.
    unanswered: Option<Problem>,
}

impl Batch {
    /// Whether services did answer for some item.
    fn got_somewhere(&self) -> bool {
        let done = |outcome: &Outcome| matches!(outcome, Outcome::Done(_));
        self.outcomes.iter().any(done)
    }
}

impl Worker {
    /// Works until shutdown.
    pub(super) async fn work(self: Arc<Self>) -> Result<(), Problem> {
        let queue: QueueName = QUEUE.parse().expect("a name that fits its pattern");
        let mut outage = Outage::default();
        while !self.shutdown.is_cancelled() {
            let leased = tokio::select! {
                leased = self.lease(&queue) => leased?,
                () = self.shutdown.cancelled() => break,
            };
            if leased.is_empty() {
                self.views.give_up_unused(UNUSED).await;
                self.surveys.give_up_unused(UNUSED).await;
            }
            let batch = self.work_on_all(&queue, &leased).await;
            if batch.got_somewhere() {
                outage.is_over();
            }
            self.settle(&queue, batch.outcomes).await?;
            if let Some(problem) = batch.unanswered {
                outage.pause(asked(&problem), &self.shutdown).await;
            }
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

    /// Works on deliveries in turn, keeping the leases of all of them.
    async fn work_on_all(&self, queue: &QueueName, leased: &[WorkItem]) -> Batch {
        let receipts: Vec<Receipt> = leased.iter().map(|item| item.receipt.clone()).collect();
        let work = async {
            let mut batch = Batch::default();
            for item in leased {
                let outcome = self.outcome(item, &mut batch.unanswered).await;
                batch.outcomes.push(outcome);
            }
            batch
        };
        let caller = self.caller();
        keeping(
            (&*self.parts.work, queue, &caller),
            &receipts,
            self.options.lease,
            work,
        )
        .await
    }

    async fn outcome(&self, leased: &WorkItem, unanswered: &mut Option<Problem>) -> Outcome {
        let receipt = leased.receipt.clone();
        if self.shutdown.is_cancelled() || unanswered.is_some() {
            return Outcome::GivenBack(receipt);
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
            Err(Fault::Stopped) => Outcome::GivenBack(receipt),
            Err(Fault::Unanswered(problem)) => {
                tracing::warn!(item = %delivery.item, kind, "given back: {problem}");
                *unanswered = Some(problem);
                Outcome::GivenBack(receipt)
            }
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

    /// Tells the queue what became of its deliveries, of each kind whether or not it heard of the others. What it does
    /// not hear it delivers again.
    async fn settle(&self, queue: &QueueName, outcomes: Vec<Outcome>) -> Result<(), Problem> {
        let (mut done, mut failed, mut back) = (Vec::new(), Vec::<Nack>::new(), Vec::new());
        for outcome in outcomes {
            match outcome {
                Outcome::Done(receipt) => done.push(receipt),
                Outcome::Failed(nack) => failed.push(nack),
                Outcome::GivenBack(receipt) => back.push(receipt),
            }
        }
        let (work, caller) = (&*self.parts.work, self.caller());
        let mut told: Vec<Result<SettledWork, Problem>> = Vec::new();
        if !done.is_empty() {
            let body = AckWork { receipts: done };
            told.push(work.ack_work(&caller, queue.clone(), body).await);
        }
        if !failed.is_empty() {
            let body = NackWork { items: failed };
            told.push(work.nack_work(&caller, queue.clone(), body).await);
        }
        if !back.is_empty() {
            let body = ReleaseWork { receipts: back };
            told.push(work.release_work(&caller, queue.clone(), body).await);
        }
        told.into_iter().try_for_each(|told| told.map(drop))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
