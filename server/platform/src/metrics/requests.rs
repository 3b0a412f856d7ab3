//! What the HTTP stack counts about requests.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use crochet_openapi::OperationInfo;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper ends of the buckets in seconds: fine where a small GET is answered, coarse up to the request timeout.
const BUCKETS: [f64; 15] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// What a request is counted under; all of it comes from the specs. Told apart by the address of the operation, because
/// that is looked up for every request.
#[derive(Debug, Clone, Copy)]
struct Counted {
    operation: Option<&'static OperationInfo>,
    class: &'static str,
}

/// The same as it is written.
#[derive(EncodeLabelSet)]
struct RequestLabels {
    spec: &'static str,
    operation: &'static str,
    status: &'static str,
}

impl Counted {
    fn key(&self) -> (Option<*const OperationInfo>, u8) {
        // Classes differ in their first digit.
        (self.operation.map(std::ptr::from_ref), self.class.as_bytes()[0])
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Counted {}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl EncodeLabelSet for Counted {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        let (spec, operation) = self
            .operation
            .map_or(("none", "none"), |info| (info.spec, info.operation_id));
        let status = self.class;
        RequestLabels {
            spec,
            operation,
            status,
        }
        .encode(encoder)
    }
}

/// Why a request was turned away before it reached an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Refusal {
    /// Too many requests at once.
    Busy,
    /// The address or the headers were too large.
    HeadTooLarge,
    /// The reply did not start in time.
    Timeout,
    /// The handler panicked.
    Panic,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: Refusal,
}

type Durations = Family<Counted, Histogram, fn() -> Histogram>;

/// The histogram, counters and gauges of the HTTP stack; cheap to clone.
#[derive(Debug, Clone)]
pub struct RequestMetrics {
    durations: Durations,
    refusals: Family<RefusalLabels, Counter>,
    in_flight: Gauge<i64, AtomicI64>,
    connections: Gauge<i64, AtomicI64>,
}

impl RequestMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            durations: Durations::new_with_constructor(|| Histogram::new(BUCKETS)),
            refusals: Family::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
        };
        registry.register_with_unit(
            "http_server_request_duration",
            "How long requests took, by operation and class of status",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register(
            "http_server_refusals",
            "Requests turned away or cut off by the server itself, by reason",
            metrics.refusals.clone(),
        );
        registry.register(
            "http_server_in_flight",
            "Requests being worked on",
            metrics.in_flight.clone(),
        );
        registry.register(
            "http_server_connections",
            "Open connections",
            metrics.connections.clone(),
        );
        metrics
    }

    /// Counts a request that was answered; `operation` is absent for what no spec describes.
    pub fn observe(&self, operation: Option<&'static OperationInfo>, status: u16, took: Duration) {
        let labels = Counted {
            operation,
            class: class(status),
        };
        self.durations.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Counts a request that the server turned away or cut off.
    pub fn refuse(&self, reason: Refusal) {
        self.refusals.get_or_create(&RefusalLabels { reason }).inc();
    }

    /// One more request in flight until the guard is dropped.
    #[must_use]
    pub fn enter(&self) -> GaugeGuard {
        GaugeGuard::raise(&self.in_flight)
    }

    /// How many connections are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        usize::try_from(self.connections.get()).unwrap_or(0)
    }

    /// One more connection until the guard is dropped.
    #[must_use]
    pub fn connect(&self) -> GaugeGuard {
        GaugeGuard::raise(&self.connections)
    }
}

/// Lowers its gauge again when dropped, also when a future is cancelled.
#[derive(Debug)]
pub struct GaugeGuard(Gauge<i64, AtomicI64>);

impl GaugeGuard {
    fn raise(gauge: &Gauge<i64, AtomicI64>) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn class(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}
