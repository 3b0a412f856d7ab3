//! The process itself: its memory and its age, read when somebody scrapes.

use std::fmt;
use std::time::Instant;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

/// Collects the numbers of the process.
#[derive(Debug)]
pub(super) struct Process {
    started: Instant,
}

impl Process {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut gauge = |name: &str, help: &str, number: i64| {
            let descriptor = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(number).encode(descriptor)
        };
        if let Some(memory) = memory_stats::memory_stats() {
            let resident = i64::try_from(memory.physical_mem).unwrap_or(i64::MAX);
            gauge(
                "process_resident_memory_bytes",
                "Memory that the process holds",
                resident,
            )?;
        }
        let seconds = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX);
        gauge(
            "process_uptime_seconds",
            "How long the process has been counting",
            seconds,
        )
    }
}
