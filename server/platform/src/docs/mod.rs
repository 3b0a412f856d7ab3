//! The specs as people read them (`/docs`) and as programs do (`/openapi`).
//!
//! Swagger UI is shown the source document, never one derived from the code, so what is read is what was written; its
//! assets come bundled with poem-openapi and are served from here, without the network. Nobody is signed in beforehand
//! and keys are not remembered by the page. It must never know what a spec says.

mod assets;
mod files;
mod pages;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use crochet_openapi::{Handled, Problem};
use poem::http::header::{CONTENT_SECURITY_POLICY, IF_NONE_MATCH, LOCATION};
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response};

use crate::http::problem_response;
use files::StaticFile;

/// What the pages of Swagger UI may do: run and fetch what this server serves, and nothing else. Its styles are inline.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One document, as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Document {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Where its operations stand; empty for a document that the others share.
    pub base_path: &'static str,
    /// Its text.
    #[serde(skip)]
    pub yaml: &'static str,
}

/// The endpoint behind `/docs` and `/openapi`.
#[derive(Clone)]
pub struct Docs(Arc<Inner>);

struct Inner {
    documents: Vec<Document>,
    /// Made when somebody first asks: most servers are never looked at, and the bundle is large.
    pages: OnceLock<pages::Pages>,
    sources: OnceLock<files::Sources>,
}

impl Docs {
    /// Shows these documents, in this order.
    #[must_use]
    pub fn new(documents: Vec<Document>) -> Self {
        Self(Arc::new(Inner {
            documents,
            pages: OnceLock::new(),
            sources: OnceLock::new(),
        }))
    }

    fn find(&self, path: &str) -> Option<&StaticFile> {
        let inner = &self.0;
        if let Some(file) = path.strip_prefix("/openapi") {
            let sources = inner
                .sources
                .get_or_init(|| files::Sources::new(&inner.documents));
            return sources.get(file.strip_prefix('/').unwrap_or(file));
        }
        let page = path.strip_prefix("/docs")?;
        inner
            .pages
            .get_or_init(|| pages::Pages::new(&inner.documents))
            .get(page.strip_prefix('/').unwrap_or(page))
    }
}

impl Endpoint for Docs {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path();
        if request.method() != Method::GET {
            let problem = Problem::new(405, "the documents can only be read");
            return Ok(refusal(problem, &request).with_allow_get());
        }
        if path == "/docs/" || path == "/openapi/" {
            let there = path.trim_end_matches('/');
            return Ok(Response::builder()
                .status(StatusCode::PERMANENT_REDIRECT)
                .header(LOCATION, there)
                .finish());
        }
        let Some(file) = self.find(path) else {
            let problem = Problem::not_found(format!("there is no document at {path}"));
            return Ok(refusal(problem, &request));
        };
        let mut response = file.response(request.header(IF_NONE_MATCH));
        if path.starts_with("/docs") {
            let policy = poem::http::HeaderValue::from_static(PAGE_POLICY);
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        Ok(response)
    }
}

/// The reply for a problem, naming the request.
fn refusal(problem: Problem, request: &Request) -> Response {
    let handled = request.data::<Handled>();
    problem_response(&match handled {
        Some(handled) => problem.with_request_id(handled.context().request_id()),
        None => problem,
    })
}

/// Says which method is allowed.
trait AllowGet {
    fn with_allow_get(self) -> Self;
}

impl AllowGet for Response {
    fn with_allow_get(mut self) -> Self {
        let allow = poem::http::HeaderValue::from_static("GET, HEAD");
        self.headers_mut().insert(poem::http::header::ALLOW, allow);
        self
    }
}
