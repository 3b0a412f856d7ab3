//! What is known about the request that a call serves: the ids that tie log lines and traces together.

use std::sync::Arc;

use uuid::Uuid;

/// The header that carries [`RequestContext::request_id`].
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// The ids of one request. They travel with the caller from service to service; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// The id under which the log knows the request; the same in every service that it reaches.
    pub request_id: Arc<str>,
    /// The W3C trace context that it belongs to, as the `traceparent` header writes it.
    pub traceparent: Option<Arc<str>>,
}

impl RequestContext {
    /// How long a request id from outside may be; a longer one is replaced.
    pub const REQUEST_ID_BYTES_MAX: usize = 128;

    /// A request that starts here.
    #[must_use]
    pub fn new() -> Self {
        Self {
            request_id: Uuid::now_v7().simple().to_string().into(),
            traceparent: None,
        }
    }

    /// The request that these headers name; a missing or unfit id is replaced by a new one.
    #[must_use]
    pub fn from_headers(request_id: Option<&str>, traceparent: Option<&str>) -> Self {
        let traceparent = traceparent.filter(|text| is_traceparent(text)).map(Arc::from);
        match request_id.filter(|text| is_request_id(text)) {
            Some(id) => Self {
                request_id: id.into(),
                traceparent,
            },
            None => Self {
                traceparent,
                ..Self::new()
            },
        }
    }
}

impl Default for RequestContext {
    fn default() -> Self {
        Self::new()
    }
}

/// Ids end in logs and headers: visible ASCII only.
fn is_request_id(text: &str) -> bool {
    (1..=RequestContext::REQUEST_ID_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `00-<32 hex>-<16 hex>-<2 hex>`; later versions may append, which this one need not understand.
fn is_traceparent(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut hex = |digits: usize| {
        parts
            .next()
            .is_some_and(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    hex(2) && hex(32) && hex(16) && hex(2)
}

#[cfg(test)]
mod tests {
    use super::RequestContext;

    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn fit_ids_are_kept() {
        let request = RequestContext::from_headers(Some("abc-1"), Some(TRACE));
        assert_eq!(
            (&*request.request_id, request.traceparent.as_deref()),
            ("abc-1", Some(TRACE))
        );
    }

    #[test]
    fn unfit_ids_are_replaced() {
        let long = "x".repeat(129);
        for bad in ["", "a b", "a\nb", "é", &long] {
            let request = RequestContext::from_headers(Some(bad), Some("00-zz-1-1"));
            assert_eq!(request.request_id.len(), 32);
            assert_eq!(request.traceparent, None);
        }
    }

    #[test]
    fn two_requests_have_two_ids() {
        assert_ne!(RequestContext::new(), RequestContext::new());
    }
}
