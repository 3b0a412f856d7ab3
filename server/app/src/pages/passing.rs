//! The way to another server on our own origin, as it is mounted. What goes wrong on it is shown as on any page.

use std::sync::Arc;

use poem::{Endpoint, Request, Response};

use super::Site;
use super::endpoint::context_of;
use crate::proxy::Proxy;

/// Passes on whatever the proxy lets through.
pub(super) struct Passing {
    pub(super) site: Arc<Site>,
    pub(super) proxy: Arc<Proxy>,
}

impl Endpoint for Passing {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let frame = self.site.frame(&request);
        let context = context_of(&request);
        let passed = self.proxy.pass(request).await;
        Ok(passed.unwrap_or_else(|problem| {
            self.site
                .problem(&frame, &problem.with_request_id(context.request_id()))
        }))
    }
}
