//! The queues that the pipeline works through, by name: what texts set going in one, parts of surveys in another.
//!
//! A part of a survey may take as long as it likes, and a survey has as many parts as would take all workers for good. In
//! a queue of their own they can be kept from that, and looked at and paused apart. It must never know who works.

use crochet_api::work::QueueName;
use crochet_domain::ports::ItemKind;

/// A queue of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PipelineQueue {
    /// What texts set going: bounded items, many of them.
    Ingests,
    /// Parts of surveys.
    Surveys,
}

impl PipelineQueue {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Ingests, Self::Surveys];

    /// Where work of a kind goes.
    pub(crate) const fn of(kind: ItemKind) -> Self {
        match kind {
            ItemKind::Seed | ItemKind::Wake | ItemKind::Expand => Self::Ingests,
            ItemKind::Survey => Self::Surveys,
        }
    }

    /// What it is called.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ingests => "pipeline",
            Self::Surveys => "surveys",
        }
    }

    /// What it is called in requests.
    pub(crate) fn name(self) -> QueueName {
        self.as_str().parse().expect("both names fit their pattern")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_queue_has_a_name_of_its_own_that_can_be_asked_for() {
        let names = PipelineQueue::ALL.map(|queue| queue.name().to_string());
        assert_eq!(names, ["pipeline", "surveys"]);
    }
}
