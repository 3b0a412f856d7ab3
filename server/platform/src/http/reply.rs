//! The finishing of replies: problems as JSON, the request's id, headers that keep browsers safe.

use crochet_openapi::{Problem, REQUEST_ID_HEADER};
use poem::Response;
use poem::http::StatusCode;
use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};

/// The reply that a problem is sent as.
pub fn problem_response(problem: Problem) -> Response {
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let retry_after = problem
        .retry_after_s
        .map(|seconds| (RETRY_AFTER, seconds.to_string()));
    let builder = retry_after
        .into_iter()
        .fold(Response::builder(), |builder, (name, value)| {
            builder.header(name, value)
        });
    builder
        .status(StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .content_type("application/problem+json")
        .body(body)
}

pub(super) fn problem_of(error: poem::Error) -> Problem {
    Problem::new(error.status().as_u16(), error.to_string())
}

/// Replies of an API hold nothing that a browser may run or frame.
const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const REQUEST_ID: HeaderName = HeaderName::from_static(REQUEST_ID_HEADER);

/// The reply for a problem that the stack itself found, naming the request.
pub(super) fn problem(problem: Problem, request_id: &str, path: &str) -> Response {
    let mut problem = problem.with_request_id(request_id);
    problem.instance.get_or_insert_with(|| path.to_owned());
    problem_response(problem)
}

/// Adds the headers that every reply has, unless the endpoint chose its own.
pub(super) fn finish(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(REFERRER_POLICY, NO_REFERRER);
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(API_POLICY);
    if !headers.contains_key(ETAG) {
        headers.entry(CACHE_CONTROL).or_insert(NO_STORE);
    }
}
