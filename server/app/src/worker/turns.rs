//! Which queue a worker looks into: ingests and surveys in turn, but one worker of several belongs to the ingests.
//!
//! A part of a survey may take hours. So where there are several workers, one of them is only lent to surveys: it looks
//! for ingests first, and when one comes while it is at a part it gives the part back, as if it had not begun. So texts
//! go on however wide surveys are. A worker that is alone does one of each. It must never decide what an item is.

use std::time::Duration;

use crochet_api::work::{LeaseWork, WorkItem};
use crochet_openapi::Problem;

use super::Worker;
use crate::queues::PipelineQueue;

/// What one worker may take, and whose turn it is.
#[derive(Debug)]
pub(super) struct Turns {
    belongs_to_ingests: bool,
    next: PipelineQueue,
}

impl Turns {
    /// Those of one worker among so many of a process.
    pub(super) const fn of(number: usize, workers: usize) -> Self {
        Self {
            belongs_to_ingests: number == 0 && workers > 1,
            next: PipelineQueue::Ingests,
        }
    }

    /// Whether work of this queue is given back when an ingest comes.
    pub(super) fn lends_to(&self, queue: PipelineQueue) -> bool {
        self.belongs_to_ingests && queue == PipelineQueue::Surveys
    }

    /// A queue had its turn.
    fn taken(&mut self, queue: PipelineQueue) {
        if !self.belongs_to_ingests {
            self.next = other(queue);
        }
    }
}

const fn other(queue: PipelineQueue) -> PipelineQueue {
    match queue {
        PipelineQueue::Ingests => PipelineQueue::Surveys,
        PipelineQueue::Surveys => PipelineQueue::Ingests,
    }
}

impl Worker {
    /// Takes what there is in the queue whose turn it is, or else in the other; waits where there is nothing.
    pub(super) async fn lease(&self, turns: &mut Turns) -> Result<(PipelineQueue, Vec<WorkItem>), Problem> {
        let (first, second) = (turns.next, other(turns.next));
        let at_once = self.lease_from(first, Duration::ZERO).await?;
        let (queue, leased) = if at_once.is_empty() {
            let wait = self.options.wait;
            // What the other of the two takes for nobody is given back.
            tokio::select! {
                leased = self.lease_from(first, wait) => (first, leased?),
                leased = self.lease_from(second, wait) => (second, leased?),
            }
        } else {
            (first, at_once)
        };
        if !leased.is_empty() {
            turns.taken(queue);
        }
        Ok((queue, leased))
    }

    /// The first ingests that come. A service that does not answer has none.
    pub(super) async fn called(&self) -> Vec<WorkItem> {
        let wait = self.options.wait;
        loop {
            match self.lease_from(PipelineQueue::Ingests, wait).await {
                Ok(leased) if leased.is_empty() => {}
                Ok(leased) => return leased,
                Err(_) => tokio::time::sleep(wait).await,
            }
        }
    }

    async fn lease_from(&self, queue: PipelineQueue, wait: Duration) -> Result<Vec<WorkItem>, Problem> {
        let max = match queue {
            PipelineQueue::Ingests => self.options.lease_items_max,
            // Another one would wait for this one to end.
            PipelineQueue::Surveys => 1,
        };
        let body = LeaseWork {
            max,
            wait_ms: millis(wait),
            lease_ms: millis(self.options.lease),
        };
        let leased = self
            .parts
            .work
            .lease_work(&self.caller(), queue.name(), body)
            .await;
        Ok(leased?.items)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use PipelineQueue::{Ingests, Surveys};

    use super::*;

    /// The queues that a worker takes from when both have work.
    fn taken(mut turns: Turns) -> Vec<PipelineQueue> {
        let take = |_| {
            let queue = turns.next;
            turns.taken(queue);
            queue
        };
        (0..4).map(take).collect()
    }

    #[test]
    fn a_worker_that_is_alone_does_one_of_each() {
        let turns = Turns::of(0, 1);
        assert!(!turns.lends_to(Surveys));
        assert_eq!(taken(turns), [Ingests, Surveys, Ingests, Surveys]);
    }

    #[test]
    fn one_of_several_belongs_to_the_ingests() {
        let turns = Turns::of(0, 2);
        assert!(turns.lends_to(Surveys) && !turns.lends_to(Ingests));
        assert_eq!(taken(turns), [Ingests; 4]);
        assert_eq!(taken(Turns::of(1, 2)), [Ingests, Surveys, Ingests, Surveys]);
    }

    #[test]
    fn a_queue_that_was_skipped_keeps_its_turn() {
        let mut turns = Turns::of(0, 1);
        turns.taken(Surveys);
        assert_eq!(turns.next, Ingests);
    }
}
