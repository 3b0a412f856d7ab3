//! The loop of one worker: lease, work, settle.
//!
//! Deliveries of one lease that belong together are worked on in one step, and all are settled together. At shutdown the
//! step at hand is finished, the others go back. When a service does not answer all that is left goes back, and the worker leases nothing for a
//! while: to go on would fail item after item for no fault of theirs. It must never know what an item is about.

use std::sync::Arc;
use std::time::Duration;

use crochet_api::work::{AckWork, Nack, NackWork, QueueName, Receipt, ReleaseWork, SettledWork, WorkItem};
use crochet_domain::pipeline::WorkPayload;
use crochet_openapi::Problem;
use tokio_util::sync::CancellationToken;

use super::Worker;
use super::delivery::{Delivery, Outcome, lots};
use super::fault::{Fault, asked};
use super::keep::keeping;
use super::outage::Outage;
use super::turns::Turns;
use crate::queues::PipelineQueue;

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

    /// The deliveries that can be read; the others have failed.
    fn readable(&mut self, leased: &[WorkItem]) -> Vec<Delivery> {
        let mut deliveries = Vec::with_capacity(leased.len());
        for item in leased {
            match Delivery::read(item) {
                Ok(delivery) => deliveries.push(delivery),
                Err(unreadable) => {
                    tracing::error!(item = %item.id, "{unreadable}");
                    let fault = Fault::Inconsistent(unreadable.to_string());
                    let nack = fault.nack(item.receipt.clone(), item.attempt);
                    self.outcomes.push(Outcome::Failed(nack));
                }
            }
        }
        deliveries
    }

    /// The first of these are done. What a step had no room for goes back: others may be idle.
    fn take(&mut self, mut lot: Vec<Delivery>, taken: usize) {
        self.give_back(lot.split_off(taken.min(lot.len())));
        let done = lot.into_iter().map(|delivery| Outcome::Done(delivery.receipt));
        self.outcomes.extend(done);
    }

    fn give_back(&mut self, lot: Vec<Delivery>) {
        let back = lot
            .into_iter()
            .map(|delivery| Outcome::GivenBack(delivery.receipt));
        self.outcomes.extend(back);
    }

    fn fail(&mut self, lot: Vec<Delivery>, fault: &Fault) {
        for delivery in lot {
            let (item, kind, attempt) = (delivery.item, delivery.work.kind(), delivery.attempt);
            let outcome = match fault {
                Fault::Moot(problem) => {
                    tracing::debug!(%item, kind, "dropped: {problem}");
                    Outcome::Done(delivery.receipt)
                }
                Fault::Stopped => Outcome::GivenBack(delivery.receipt),
                Fault::Unanswered(problem) => {
                    tracing::warn!(%item, kind, "given back: {problem}");
                    self.unanswered = Some(problem.clone());
                    Outcome::GivenBack(delivery.receipt)
                }
                fault => {
                    tracing::warn!(%item, kind, attempt, "not done: {fault}");
                    Outcome::Failed(fault.nack(delivery.receipt, attempt))
                }
            };
            self.outcomes.push(outcome);
        }
    }
}

impl Worker {
    /// Works until shutdown.
    pub(super) async fn work(self: Arc<Self>, mut turns: Turns) -> Result<(), Problem> {
        let mut outage = Outage::default();
        let mut called: Vec<WorkItem> = Vec::new();
        // What it was called for and has no time for any more is given back like the rest.
        while !self.shutdown.is_cancelled() || !called.is_empty() {
            let (queue, leased) = if called.is_empty() {
                let leased = self.shutdown.run_until_cancelled(self.lease(&mut turns)).await;
                let Some(leased) = leased else { break };
                leased?
            } else {
                (PipelineQueue::Ingests, std::mem::take(&mut called))
            };
            if leased.is_empty() {
                self.views.give_up_unused(UNUSED).await;
                self.surveys.give_up_unused(UNUSED).await;
            }
            let lent = turns.lends_to(queue) && !leased.is_empty();
            let (queue, stop) = (queue.name(), self.shutdown.child_token());
            let work = self.work_on_all(&queue, &leased, &stop);
            let batch = if lent {
                let batch;
                (batch, called) = self.until_called(work, &stop).await;
                batch
            } else {
                work.await
            };
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

    /// Goes on with what the worker was lent for until there are ingests, which it then has, and stops it.
    async fn until_called(
        &self,
        work: impl Future<Output = Batch>,
        stop: &CancellationToken,
    ) -> (Batch, Vec<WorkItem>) {
        let mut work = std::pin::pin!(work);
        let called = tokio::select! {
            biased;
            batch = &mut work => return (batch, Vec::new()),
            called = self.called() => called,
        };
        stop.cancel();
        (work.await, called)
    }

    /// Works on deliveries, keeping the leases of all of them.
    async fn work_on_all(&self, queue: &QueueName, leased: &[WorkItem], stop: &CancellationToken) -> Batch {
        let receipts: Vec<Receipt> = leased.iter().map(|item| item.receipt.clone()).collect();
        let work = async {
            let mut batch = Batch::default();
            let mut lots = lots(batch.readable(leased));
            while let Some(lot) = lots.pop_front() {
                if stop.is_cancelled() || batch.unanswered.is_some() {
                    batch.give_back(lot);
                    continue;
                }
                match self.work_on(&lot, stop).await {
                    Ok(taken) => batch.take(lot, taken),
                    // One may be at fault, and must not take the others with it.
                    Err(fault) if lot.len() > 1 && fault.may_be_of_one() => {
                        tracing::warn!(items = lot.len(), "not done together: {fault}");
                        lots.extend(lot.into_iter().map(|alone| vec![alone]));
                    }
                    Err(fault) => batch.fail(lot, &fault),
                }
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

    /// Works on deliveries that belong together; says how many of them are done, from the first.
    async fn work_on(&self, lot: &[Delivery], stop: &CancellationToken) -> Result<usize, Fault> {
        let Some(first) = lot.first() else { return Ok(0) };
        match &first.work {
            WorkPayload::Survey {
                survey, part, parts, ..
            } => {
                self.survey_part(first, survey, (*part, *parts), stop).await?;
                Ok(1)
            }
            WorkPayload::Seed { .. } | WorkPayload::Wake { .. } | WorkPayload::Expand { .. } => {
                self.search(&first.context, lot).await
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
