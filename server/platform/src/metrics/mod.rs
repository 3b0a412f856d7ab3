//! Numbers for Prometheus: requests, queue, search and process, under one list of names.
//!
//! prometheus-client rather than prometheus: it keeps exemplars (a histogram bucket that names a trace) and needs no
//! protobuf (docs/decisions/metrics.md). Labels come only from the specs and from small fixed sets, never from a path or
//! an id that a caller chose, so that the number of series is bounded. Gauges of the queue and of the search are read when
//! somebody scrapes, not by a clock: an idle server stays idle. It must never know the services.

mod endpoint;
mod gauges;
mod process;
mod requests;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

pub use endpoint::{MetricsAccess, MetricsEndpoint, Sampler};
pub use gauges::{Gauges, QueueSample, SearchSample};
pub use requests::{Refusal, RequestMetrics};

/// All metrics of one server.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// What the HTTP stack counts.
    pub requests: RequestMetrics,
    /// What is sampled when somebody scrapes.
    pub gauges: Gauges,
    registry: Arc<Mutex<Registry>>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let requests = RequestMetrics::register(&mut registry);
        let gauges = Gauges::register(&mut registry);
        registry.register_collector(Box::new(process::Process::new()));
        Self {
            requests,
            gauges,
            registry: Arc::new(Mutex::new(registry)),
        }
    }
}

impl Metrics {
    /// The metrics as OpenMetrics text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        encode(&mut text, &registry).expect("writing into a string cannot fail");
        text
    }
}
