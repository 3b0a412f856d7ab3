//! What the stack needs of a request's head, found in one pass over its lines: each look-up by name would cost more than
//! the pass.
//!
//! It must never know what the lines mean to anybody else.

use crochet_openapi::{Problem, REQUEST_ID_HEADER};
use poem::http::Uri;
use poem::http::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};

use crate::config::LimitSettings;

static REQUEST_ID: HeaderName = HeaderName::from_static(REQUEST_ID_HEADER);
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// By which a proxy says how somebody came; whoever says so themselves is told to come by TLS, and no harm is done.
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// What a line takes beside its name and its value: colon, space and the end of the line.
const LINE_BYTES: usize = 4;

/// The lines of a head that matter to every request. Of an id that is there twice, the first counts.
#[derive(Default)]
pub(super) struct Lines<'r> {
    /// The id that the caller gave the request.
    pub(super) request_id: Option<&'r str>,
    /// The trace that it belongs to.
    pub(super) traceparent: Option<&'r str>,
    /// What the caller wants to see.
    pub(super) accept: Option<&'r HeaderValue>,
    /// Whether it came by TLS, which whoever stands before this server ends.
    pub(super) by_tls: bool,
    pub(super) sizes: Sizes,
}

/// What a head says of its own size and of that of the body behind it.
#[derive(Clone, Copy, Default)]
pub(super) struct Sizes {
    /// All lines together.
    pub(super) head_bytes: usize,
    /// What the body is announced to have.
    pub(super) body_bytes: Option<u64>,
    /// Whether the body comes in an encoding that says itself where it ends.
    pub(super) ends_itself: bool,
}

impl<'r> Lines<'r> {
    pub(super) fn read(headers: &'r HeaderMap) -> Self {
        let mut lines = Self::default();
        for (name, value) in headers {
            lines.sizes.head_bytes += name.as_str().len() + value.len() + LINE_BYTES;
            if *name == ACCEPT {
                lines.accept = lines.accept.or(Some(value));
            } else if *name == REQUEST_ID {
                lines.request_id = lines.request_id.or(value.to_str().ok());
            } else if *name == TRACEPARENT {
                lines.traceparent = lines.traceparent.or(value.to_str().ok());
            } else if *name == FORWARDED_PROTO {
                lines.by_tls |= is_tls(value);
            } else if *name == CONTENT_LENGTH {
                lines.sizes.body_bytes = value.to_str().ok().and_then(|text| text.parse().ok());
            } else if *name == TRANSFER_ENCODING {
                lines.sizes.ends_itself = true;
            }
        }
        lines
    }
}

/// Whether whoever stands before this server says that a request came to them by TLS.
#[must_use]
pub fn came_by_tls(headers: &HeaderMap) -> bool {
    headers.get_all(&FORWARDED_PROTO).iter().any(is_tls)
}

fn is_tls(scheme: &HeaderValue) -> bool {
    scheme.as_bytes().eq_ignore_ascii_case(b"https")
}

/// Refuses an address or headers that are too large.
pub(super) fn check(uri: &Uri, sizes: Sizes, limits: &LimitSettings) -> Result<(), Problem> {
    let uri_bytes = uri.path_and_query().map_or(0, |text| text.as_str().len());
    if uri_bytes > limits.uri_bytes_max {
        let detail = format!("path and query may hold at most {} bytes", limits.uri_bytes_max);
        return Err(Problem::new(414, detail));
    }
    if sizes.head_bytes > limits.header_bytes_max {
        let detail = format!("the headers may hold at most {} bytes", limits.header_bytes_max);
        return Err(Problem::new(431, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut headers = HeaderMap::new();
        pairs.for_each(|(name, value)| {
            headers.append(name, value);
        });
        headers
    }

    #[test]
    fn every_line_is_found_wherever_it_stands() {
        let headers = headers(&[
            ("x-forwarded-proto", "HTTPS"),
            ("user-agent", "curl"),
            ("traceparent", "00-1-2-01"),
            ("accept", "text/html"),
            ("x-request-id", "req-1"),
        ]);
        let lines = Lines::read(&headers);
        assert_eq!(lines.request_id, Some("req-1"));
        assert_eq!(lines.traceparent, Some("00-1-2-01"));
        assert_eq!(lines.accept.map(HeaderValue::as_bytes), Some(&b"text/html"[..]));
        assert!(lines.by_tls);
    }

    #[test]
    fn the_first_of_two_lines_counts_and_both_take_room() {
        let one = headers(&[("x-request-id", "req-1")]);
        let two = headers(&[("x-request-id", "req-1"), ("x-request-id", "req-2")]);
        assert_eq!(Lines::read(&two).request_id, Some("req-1"));
        let head_bytes = |headers| Lines::read(headers).sizes.head_bytes;
        assert_eq!(head_bytes(&one), "x-request-id: req-1\r\n".len());
        assert_eq!(head_bytes(&two), 2 * head_bytes(&one));
    }

    #[test]
    fn the_body_is_as_long_as_it_says_or_ends_itself() {
        let sizes = |lines| Lines::read(&headers(lines)).sizes;
        assert_eq!(sizes(&[("content-length", "12")]).body_bytes, Some(12));
        assert_eq!(sizes(&[("content-length", "-1")]).body_bytes, None);
        assert!(sizes(&[("transfer-encoding", "chunked")]).ends_itself);
        assert!(!sizes(&[]).ends_itself);
    }

    #[test]
    fn who_did_not_come_by_tls_is_not_taken_for_one_who_did() {
        for lines in [
            &[][..],
            &[("x-forwarded-proto", "http")],
            &[("x-forwarded-proto", "https, http")],
        ] {
            assert!(!Lines::read(&headers(lines)).by_tls, "{lines:?}");
        }
    }
}
