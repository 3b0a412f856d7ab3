//! The finishing of replies: problems as JSON, the request's id, headers that keep browsers safe.

use crochet_openapi::{Problem, REQUEST_ID_HEADER};
use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

pub use crochet_openapi_poem::problem_response;

/// Replies of an API hold nothing that a browser may run or frame.
const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// What one caller may see is not for another, and is asked for again each time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");
/// For a year. Other servers of the same name's domain are none of our business.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const REQUEST_ID: HeaderName = HeaderName::from_static(REQUEST_ID_HEADER);

/// A longer path tells its sender nothing.
const INSTANCE_BYTES_MAX: usize = 512;

/// A problem that the stack itself found, naming the request.
pub(super) fn named(problem: Problem, request_id: &str, path: &str) -> Problem {
    let mut problem = problem.with_request_id(request_id);
    if path.len() <= INSTANCE_BYTES_MAX {
        problem.instance.get_or_insert_with(|| path.to_owned());
    }
    problem
}

/// How a request came, as far as its reply depends on it.
#[derive(Clone, Copy, Default)]
pub(super) struct Came {
    /// It asked for something and changed nothing.
    pub(super) to_read: bool,
    /// Browsers believe in TLS only who came by it.
    pub(super) by_tls: bool,
    /// An operation of a document answered it. Its reply is data, from which no link leads anywhere.
    pub(super) by_operation: bool,
}

/// Adds the headers that every reply has, unless the endpoint chose its own. Only what was read, and has a tag to ask
/// again with, may be kept by the one who asked; the answer to a change may hold a secret. Who came by TLS is told to
/// come so again.
pub(super) fn finish(headers: &mut HeaderMap, request_id: &str, came: Came) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if came.by_tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
    if !came.by_operation {
        headers.entry(REFERRER_POLICY).or_insert(NO_REFERRER);
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(API_POLICY);
    let keeping = if came.to_read && headers.contains_key(ETAG) {
        ASK_AGAIN
    } else {
        NO_STORE
    };
    headers.entry(CACHE_CONTROL).or_insert(keeping);
}
