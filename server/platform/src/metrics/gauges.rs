//! Gauges that are read from the services when somebody scrapes.

use std::sync::atomic::AtomicI64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueueLabels {
    queue: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueueName {
    queue: &'static str,
}

type Number = Gauge<i64, AtomicI64>;

/// The state of one queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueSample {
    /// Items that a worker could lease now.
    pub ready: i64,
    /// Items that workers hold.
    pub leased: i64,
    /// Items that wait for their time.
    pub delayed: i64,
    /// Items that were given up.
    pub dead: i64,
    /// The age of the oldest item that is ready, in milliseconds.
    pub oldest_ms: i64,
}

/// The state of the search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SearchSample {
    /// Contexts.
    pub contexts: i64,
    /// Orthos stored.
    pub orthos: i64,
    /// Remediations stored.
    pub remediations: i64,
    /// Ledger rows that are not done.
    pub work_left: i64,
}

/// The sampled gauges; cheap to clone.
#[derive(Debug, Clone)]
pub struct Gauges {
    items: Family<QueueLabels, Number>,
    oldest: Family<QueueName, Number>,
    contexts: Number,
    orthos: Number,
    remediations: Number,
    work_left: Number,
}

impl Gauges {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let gauges = Self {
            items: Family::default(),
            oldest: Family::default(),
            contexts: Number::default(),
            orthos: Number::default(),
            remediations: Number::default(),
            work_left: Number::default(),
        };
        registry.register(
            "crochet_queue_items",
            "Work items by queue and state",
            gauges.items.clone(),
        );
        registry.register(
            "crochet_queue_oldest_milliseconds",
            "How long the oldest work item that is ready has waited",
            gauges.oldest.clone(),
        );
        registry.register("crochet_contexts", "Contexts", gauges.contexts.clone());
        registry.register("crochet_orthos", "Orthos stored", gauges.orthos.clone());
        registry.register(
            "crochet_remediations",
            "Remediations stored",
            gauges.remediations.clone(),
        );
        registry.register(
            "crochet_work_left",
            "Work of the pipeline that is not done",
            gauges.work_left.clone(),
        );
        gauges
    }

    /// Shows the state of a queue.
    pub fn set_queue(&self, queue: &'static str, sample: &QueueSample) {
        let states = [
            ("ready", sample.ready),
            ("leased", sample.leased),
            ("delayed", sample.delayed),
            ("dead", sample.dead),
        ];
        for (state, number) in states {
            self.items
                .get_or_create(&QueueLabels { queue, state })
                .set(number);
        }
        self.oldest
            .get_or_create(&QueueName { queue })
            .set(sample.oldest_ms);
    }

    /// Shows the state of the search.
    pub fn set_search(&self, sample: &SearchSample) {
        self.contexts.set(sample.contexts);
        self.orthos.set(sample.orthos);
        self.remediations.set(sample.remediations);
        self.work_left.set(sample.work_left);
    }
}
