//! Problems on the wire, whoever made them: a service, a route or the framework.

use crochet_openapi::Problem;
use poem::error::{MethodNotAllowedError, NotFoundError};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, EndpointExt, Error, IntoResponse, Response};

use crate::host::handled_of;

/// A problem as a response.
#[must_use]
pub fn problem_response(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = serde_json::to_vec(problem).expect("strings and numbers always serialise");
    let mut response = Response::default();
    response.set_status(status);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    // An error is about this moment; nothing on the way may keep it.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_s {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if let Some(etag) = problem
        .etag
        .as_deref()
        .and_then(|etag| HeaderValue::from_str(etag).ok())
    {
        headers.insert(header::ETAG, etag);
    }
    response.set_body(text);
    response
}

/// An error of the framework as a problem.
#[must_use]
pub fn problem_of(error: &Error) -> Problem {
    if error.is::<NotFoundError>() {
        return Problem::not_found("nothing is at this path");
    }
    if error.is::<MethodNotAllowedError>() {
        return Problem::new(405, "this path does not know this method");
    }
    let status = error.status();
    if status.is_server_error() {
        tracing::error!(%error, "the framework failed");
        return if status == StatusCode::INTERNAL_SERVER_ERROR {
            Problem::internal()
        } else {
            Problem::bare(status.as_u16())
        };
    }
    Problem::new(status.as_u16(), error.to_string())
}

/// Turns every error of `endpoint` into a problem; the outermost layer but for logs and metrics.
pub fn problems<E: Endpoint + 'static>(endpoint: E) -> impl Endpoint<Output = Response> {
    endpoint.around(|inner, request| async move {
        let handled = handled_of(&request);
        Ok(match inner.call(request).await {
            Ok(reply) => reply.into_response(),
            // Whoever made a response out of an error knew what to say.
            Err(error) if error.is_from_response() => error.into_response(),
            Err(error) => {
                let problem = problem_of(&error).with_request_id(handled.context().request_id());
                problem_response(&problem)
            }
        })
    })
}
