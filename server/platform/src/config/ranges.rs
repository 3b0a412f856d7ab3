//! The ranges of the numeric settings; outside of them Crochet would misbehave rather than merely be slow.

use std::ops::RangeInclusive;

use figment::Figment;

use super::problems::{ConfigProblem, source_of};
use super::settings::Config;

/// A problem for every value outside its range.
pub(super) fn check(config: &Config, figment: &Figment) -> Vec<ConfigProblem> {
    let http = &config.http;
    let limits = &config.limits;
    let checks: [(&str, u64, RangeInclusive<u64>); 19] = [
        ("http.request_timeout_ms", http.request_timeout_ms, 10..=3_600_000),
        ("http.stream_idle_ms", http.stream_idle_ms, 100..=3_600_000),
        ("http.header_timeout_ms", http.header_timeout_ms, 100..=600_000),
        ("http.drain_ms", http.drain_ms, 0..=600_000),
        ("http.drain_notice_ms", http.drain_notice_ms, 0..=60_000),
        ("http.concurrency_max", http.concurrency_max as u64, 1..=100_000),
        ("http.connections_max", http.connections_max as u64, 1..=100_000),
        ("limits.uri_bytes_max", limits.uri_bytes_max as u64, 128..=65_535),
        (
            "limits.header_bytes_max",
            limits.header_bytes_max as u64,
            8_192..=1_048_576,
        ),
        ("auth.cache_ms", config.auth.cache_ms, 0..=700),
        ("audit.keep_days", u64::from(config.audit.keep_days), 1..=36_500),
        ("audit.entries_max", config.audit.entries_max, 1_000..=100_000_000),
        ("queue.items_max", config.queue.items_max, 1_000..=1_000_000_000),
        ("worker.count", config.worker.count as u64, 0..=256),
        ("worker.lease_ms", config.worker.lease_ms, 1_000..=3_600_000),
        ("worker.found_max", config.worker.found_max as u64, 1..=100_000),
        ("pipeline.relay_ms", config.pipeline.relay_ms, 10..=3_600_000),
        ("pipeline.sweep_ms", config.pipeline.sweep_ms, 100..=86_400_000),
        ("listen", u64::from(config.listen.port()), 0..=65_535),
    ];
    checks
        .into_iter()
        .filter(|(_, value, range)| !range.contains(value))
        .map(|(key, value, range)| ConfigProblem::Value {
            key: key.to_owned(),
            source_name: source_of(figment.find_metadata(key), key),
            detail: format!("{value} is outside {} to {}", range.start(), range.end()),
        })
        .collect()
}
