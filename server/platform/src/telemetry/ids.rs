//! The ids of a request: its own, and those of the distributed trace that it belongs to.
//!
//! A caller may bring a request id and a `traceparent` (W3C Trace Context); what is missing or malformed is made here.
//! Every request gets ids, so they are written digit by digit into one text, without formatting machinery. It must
//! never know HTTP beyond the two header values.

use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use crochet_openapi::RequestContext;
use data_encoding::HEXLOWER;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceFlags};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator};
use tracing::Span;
use uuid::Builder;
use uuid::fmt::Simple;

use super::REQUEST_TARGET;

/// The length of a version 00 `traceparent`.
const TRACEPARENT_BYTES: usize = 55;
/// Where its version, the ids of the trace and of the span, and the flags stand in it.
const VERSION_AT: Range<usize> = 0..2;
const TRACE_ID_AT: Range<usize> = 3..35;
const SPAN_ID_AT: Range<usize> = 36..52;
const FLAGS_AT: Range<usize> = 53..55;

/// The ids under which a request is served and logged. What the caller sent is taken over as far as it is well formed;
/// the rest is made. The trace goes on with a span of its own for this request.
#[must_use]
pub fn context_of(request_id: Option<&str>, traceparent: Option<&str>) -> RequestContext {
    let trace = continued(traceparent);
    let trace = str::from_utf8(&trace).expect("digits and dashes are ASCII");
    match request_id.filter(|id| RequestContext::is_request_id(id)) {
        Some(id) => RequestContext::named(id, Some(trace)),
        None => RequestContext::named(
            new_request_id().encode_lower(&mut [0; Simple::LENGTH]),
            Some(trace),
        ),
    }
}

/// An id that sorts by time. Its random part comes from the generator of the trace ids: asking the operating system for
/// each request would cost more than everything else about an id.
fn new_request_id() -> Simple {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let random = RandomIdGenerator::default().new_trace_id().to_bytes();
    let random = random.first_chunk().expect("sixteen bytes hold ten");
    let id = Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or(0), random).into_uuid();
    id.simple()
}

/// The `traceparent` to send onward: a new span in the trace of the caller, or in a new trace when there is none or it is
/// malformed.
fn continued(traceparent: Option<&str>) -> [u8; TRACEPARENT_BYTES] {
    let ids = RandomIdGenerator::default();
    let parent = traceparent.and_then(extract);
    let (trace_id, flags) = parent.as_ref().map_or_else(
        || (ids.new_trace_id(), TraceFlags::SAMPLED),
        |parent| (parent.trace_id(), parent.trace_flags()),
    );
    let span_id = ids.new_span_id();
    // The version, which is 0, the trace, the span and the flags; encoded at once, then parted by dashes.
    let mut bytes = [0; TRACEPARENT_BYTES / 2 - 1];
    bytes[1..17].copy_from_slice(&trace_id.to_bytes());
    bytes[17..25].copy_from_slice(&span_id.to_bytes());
    bytes[25] = flags.to_u8();
    let mut digits = [0; 2 * (TRACEPARENT_BYTES / 2 - 1)];
    HEXLOWER.encode_mut(&bytes, &mut digits);
    let mut text = [b'-'; TRACEPARENT_BYTES];
    text[VERSION_AT].copy_from_slice(&digits[..2]);
    text[TRACE_ID_AT].copy_from_slice(&digits[2..34]);
    text[SPAN_ID_AT].copy_from_slice(&digits[34..50]);
    text[FLAGS_AT].copy_from_slice(&digits[50..]);
    text
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
pub fn request_span(context: &RequestContext) -> Span {
    tracing::error_span!(
        target: REQUEST_TARGET,
        "request",
        request_id = context.request_id(),
        trace_id = context
            .traceparent()
            .and_then(|text| text.get(TRACE_ID_AT))
            .unwrap_or_default(),
    )
}
