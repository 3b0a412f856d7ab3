//! The ids of a request: its own, and those of the distributed trace that it belongs to.
//!
//! A caller may bring a request id and a `traceparent` (W3C Trace Context); what is missing or malformed is made here.
//! It must never know HTTP beyond the two header values.

use std::ops::Range;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crochet_openapi::RequestContext;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator};
use tracing::Span;
use uuid::Builder;
use uuid::fmt::Simple;

use super::REQUEST_TARGET;

/// The length of a version 00 `traceparent`.
const TRACEPARENT_BYTES: usize = 55;
/// Where the trace's id stands in it.
const TRACE_ID_AT: Range<usize> = 3..35;

/// The ids under which one request is served and logged.
#[derive(Debug, Clone)]
pub struct RequestScope {
    /// What travels with the caller: the request's id, and the trace as it is sent onward.
    pub context: RequestContext,
    /// The trace, with a span of its own for this request.
    pub trace: TraceParent,
}

impl RequestScope {
    /// Takes over what the caller sent, as far as it is well formed, and makes the rest.
    #[must_use]
    pub fn from_headers(request_id: Option<&str>, traceparent: Option<&str>) -> Self {
        let trace = TraceParent::continue_or_start(traceparent);
        let mut context = match request_id {
            Some(id) => RequestContext::from_headers(Some(id), None),
            None => RequestContext {
                request_id: new_request_id(),
                traceparent: None,
            },
        };
        context.traceparent = Some(trace.to_string().into());
        Self { context, trace }
    }

    /// The trace's id as it is logged.
    fn trace_id(&self) -> &str {
        self.context
            .traceparent
            .as_deref()
            .and_then(|text| text.get(TRACE_ID_AT))
            .unwrap_or_default()
    }
}

/// An id that sorts by time. Its random part comes from the generator of the trace ids: asking the operating system for
/// each request would cost more than everything else about an id.
fn new_request_id() -> Arc<str> {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let random = RandomIdGenerator::default().new_trace_id().to_bytes();
    let random = random.first_chunk().expect("sixteen bytes hold ten");
    let id = Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or(0), random).into_uuid();
    Arc::from(&*id.simple().encode_lower(&mut [0; Simple::LENGTH]))
}

/// A position in a distributed trace.
#[derive(Debug, Clone)]
pub struct TraceParent(SpanContext);

impl TraceParent {
    /// A new span in the trace of the caller, or in a new trace when there is none or it is malformed.
    #[must_use]
    pub fn continue_or_start(traceparent: Option<&str>) -> Self {
        let ids = RandomIdGenerator::default();
        let parent = traceparent.and_then(extract);
        let (trace_id, flags) = parent.as_ref().map_or_else(
            || (ids.new_trace_id(), TraceFlags::SAMPLED),
            |parent| (parent.trace_id(), parent.trace_flags()),
        );
        Self(SpanContext::new(
            trace_id,
            ids.new_span_id(),
            flags,
            false,
            TraceState::NONE,
        ))
    }

    /// The trace's id.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.0.trace_id()
    }

    /// The id of this request's span.
    #[must_use]
    pub fn span_id(&self) -> SpanId {
        self.0.span_id()
    }
}

impl std::fmt::Display for TraceParent {
    /// The `traceparent` to send onward.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "00-{}-{}-{:02x}",
            self.trace_id(),
            self.span_id(),
            self.0.trace_flags()
        )
    }
}

fn extract(traceparent: &str) -> Option<SpanContext> {
    // The propagator takes short ids for padded ones; the recommendation does not.
    let exact = if traceparent.starts_with("00-") {
        traceparent.len() == TRACEPARENT_BYTES
    } else {
        true
    };
    if !exact || traceparent.len() < TRACEPARENT_BYTES {
        return None;
    }
    let context =
        TraceContextPropagator::new().extract_with_context(&opentelemetry::Context::new(), &One(traceparent));
    let span = context.span().span_context().clone();
    span.is_valid().then_some(span)
}

/// The one header that the propagator is to see.
struct One<'a>(&'a str);

impl Extractor for One<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

/// The span around a request. Its level is ERROR so that no log level hides the ids from the lines inside.
#[must_use]
pub fn request_span(scope: &RequestScope) -> Span {
    tracing::error_span!(
        target: REQUEST_TARGET,
        "request",
        request_id = &*scope.context.request_id,
        trace_id = scope.trace_id(),
    )
}
