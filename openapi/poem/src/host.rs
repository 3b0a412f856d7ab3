//! What the generated routes find around them in a running server.

use std::sync::Arc;

use crochet_openapi::{Authenticator, Idempotency, Problem, RequestContext};
use poem::Request;

/// Given to every request once, with poem's `.data(Arc::new(host))` around all routes.
#[derive(Clone)]
pub struct Host {
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) idempotency: Option<Arc<dyn Idempotency>>,
}

impl Host {
    /// A host whose callers `authenticator` recognises.
    #[must_use]
    pub fn new(authenticator: Arc<dyn Authenticator>) -> Self {
        Self {
            authenticator,
            idempotency: None,
        }
    }

    /// The same, where `x-idempotent` operations remember their replies in `store`.
    #[must_use]
    pub fn with_idempotency(mut self, store: Arc<dyn Idempotency>) -> Self {
        self.idempotency = Some(store);
        self
    }

    /// The host of a request. Without one nothing is served: a route that cannot check must not answer.
    pub(crate) fn of(request: &Request) -> Result<Arc<Self>, Problem> {
        request.data::<Arc<Self>>().cloned().ok_or_else(|| {
            tracing::error!("a generated route was mounted without a Host");
            Problem::internal()
        })
    }
}

/// The ids of a request: those that the middleware gave it, or those in its headers.
pub(crate) fn context_of(request: &Request) -> RequestContext {
    request.data::<RequestContext>().cloned().unwrap_or_else(|| {
        RequestContext::from_headers(
            request.header(crochet_openapi::REQUEST_ID_HEADER),
            request.header("traceparent"),
        )
    })
}
