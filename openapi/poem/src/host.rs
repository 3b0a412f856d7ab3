//! What the generated routes find around them in a running server.

use std::sync::Arc;

use crochet_openapi::{Audit, Authenticator, Handled, Idempotency, REQUEST_ID_HEADER, RequestContext};
use poem::Request;

/// What all operations of a server share.
#[derive(Clone)]
pub struct Host {
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) idempotency: Option<Arc<dyn Idempotency>>,
    pub(crate) audit: Audit,
}

impl Host {
    /// A host whose callers `authenticator` recognises.
    #[must_use]
    pub fn new(authenticator: Arc<dyn Authenticator>) -> Self {
        Self {
            authenticator,
            idempotency: None,
            audit: Audit::default(),
        }
    }

    /// The same, where `x-idempotent` operations remember their replies in `store`.
    #[must_use]
    pub fn with_idempotency(mut self, store: Arc<dyn Idempotency>) -> Self {
        self.idempotency = Some(store);
        self
    }

    /// The same, which notes in `audit` whom it refuses.
    #[must_use]
    pub fn with_audit(mut self, audit: Audit) -> Self {
        self.audit = audit;
        self
    }
}

/// What the middleware left in the request, or the same from its headers where there is no middleware.
pub(crate) fn handled_of(request: &Request) -> Handled {
    request.data::<Handled>().cloned().unwrap_or_else(|| {
        Handled::new(RequestContext::from_headers(
            request.header(REQUEST_ID_HEADER),
            request.header("traceparent"),
        ))
    })
}
