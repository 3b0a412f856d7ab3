//! What is known about the request that a call serves: the ids that tie log lines and traces together, and where it
//! came from.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use smallvec::SmallVec;
use uuid::Uuid;

/// The header that carries [`RequestContext::request_id`].
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// What the ids of nearly every request take, so that joining them allocates nothing.
const IDS_BYTES: usize = 32 + 55;

/// The ids of one request, which travel with the caller from service to service, and where it came from, which does not;
/// cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// The request id, and the trace context directly after it: one allocation for a request.
    ids: Arc<str>,
    request_id_bytes: usize,
    address: Option<IpAddr>,
}

impl RequestContext {
    /// How long a request id from outside may be; a longer one is replaced.
    pub const REQUEST_ID_BYTES_MAX: usize = 128;

    /// A request that starts here.
    #[must_use]
    pub fn new() -> Self {
        Self::started(None)
    }

    /// The request that these headers name; a missing or unfit id is replaced by a new one.
    #[must_use]
    pub fn from_headers(request_id: Option<&str>, traceparent: Option<&str>) -> Self {
        let traceparent = traceparent.filter(|text| is_traceparent(text));
        match request_id.filter(|text| Self::is_request_id(text)) {
            Some(id) => Self::named(id, traceparent),
            None => Self::started(traceparent),
        }
    }

    /// The request with these ids, which the caller of this function knows to be fit.
    #[must_use]
    pub fn named(request_id: &str, traceparent: Option<&str>) -> Self {
        let mut ids = SmallVec::<[u8; IDS_BYTES]>::from_slice(request_id.as_bytes());
        ids.extend_from_slice(traceparent.unwrap_or_default().as_bytes());
        let ids = str::from_utf8(&ids).expect("one text after the other is a text");
        Self {
            ids: ids.into(),
            request_id_bytes: request_id.len(),
            address: None,
        }
    }

    /// The same, from whoever has this address.
    #[must_use]
    pub fn from_address(mut self, address: Option<IpAddr>) -> Self {
        self.address = address;
        self
    }

    /// The address of whoever sent it, where that is known.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    fn started(traceparent: Option<&str>) -> Self {
        let id = Uuid::now_v7().simple();
        Self::named(id.encode_lower(&mut Uuid::encode_buffer()), traceparent)
    }

    /// The id under which the log knows the request; the same in every service that it reaches.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.ids[..self.request_id_bytes]
    }

    /// The W3C trace context that it belongs to, as the `traceparent` header writes it.
    #[must_use]
    pub fn traceparent(&self) -> Option<&str> {
        Some(&self.ids[self.request_id_bytes..]).filter(|text| !text.is_empty())
    }

    /// Ids end in logs and headers: visible ASCII only, and not too long.
    #[must_use]
    pub fn is_request_id(text: &str) -> bool {
        (1..=Self::REQUEST_ID_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl Default for RequestContext {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("request_id", &self.request_id())
            .field("traceparent", &self.traceparent())
            .field("address", &self.address)
            .finish()
    }
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
            (request.request_id(), request.traceparent()),
            ("abc-1", Some(TRACE))
        );
    }

    #[test]
    fn unfit_ids_are_replaced() {
        let long = "x".repeat(129);
        for bad in ["", "a b", "a\nb", "é", &long] {
            let request = RequestContext::from_headers(Some(bad), Some("00-zz-1-1"));
            assert_eq!(request.request_id().len(), 32);
            assert_eq!(request.traceparent(), None);
        }
    }

    #[test]
    fn two_requests_have_two_ids() {
        assert_ne!(RequestContext::new(), RequestContext::new());
    }
}
