//! The operations of all documents of a server under one address.
//!
//! Finds the operation of a request by a look at its path, and hands everything else on. poem's own `Route` could do
//! that too, but leaves two notes about the pattern in every request and reply, for nobody here.

use std::future::{Future, ready};

use matchit::Router;
use poem::endpoint::{BoxEndpoint, EndpointExt};
use poem::http::{Method, StatusCode};
use poem::{Endpoint, IntoEndpoint, Request, Response};

use crate::host::Host;
use crate::methods::Methods;
use crate::path::route;
use crate::routes::GeneratedRoutes;

/// Answers the operations of every mounted document, and lets `rest` answer what is at no path of theirs.
pub struct Api {
    host: Host,
    paths: Router<Methods>,
    rest: BoxEndpoint<'static>,
}

impl Api {
    /// No operations yet.
    #[must_use]
    pub fn new<E: IntoEndpoint<Endpoint: 'static>>(host: Host, rest: E) -> Self {
        Self {
            host,
            paths: Router::new(),
            rest: rest.into_endpoint().map_to_response().boxed(),
        }
    }

    /// Adds the operations of a document, each at the path that the document gives it.
    ///
    /// # Panics
    /// When two documents claim the same path.
    #[must_use]
    pub fn mount(mut self, routes: impl GeneratedRoutes) -> Self {
        for (info, methods) in routes.operations().by_path() {
            let path = route(&info.full_path());
            self.paths
                .insert(path, methods)
                .expect("documents have base paths of their own");
        }
        self
    }
}

impl Endpoint for Api {
    type Output = Response;

    fn call(&self, request: Request) -> impl Future<Output = poem::Result<Response>> + Send {
        match self.paths.at(request.uri().path()) {
            Ok(found) => found.value.answer(&self.host, request),
            // RFC 9110, section 9.3.7: about the server as a whole, which only shows that it is there.
            Err(_) if request.method() == Method::OPTIONS && request.uri().path() == "*" => {
                Box::pin(ready(Ok(StatusCode::NO_CONTENT.into())))
            }
            Err(_) => Box::pin(self.rest.call(request)),
        }
    }
}
