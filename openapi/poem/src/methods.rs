//! The operations of one path, by method.
//!
//! Every path answers every method: with its operation, or with 405 and `Allow`, which the framework itself does not
//! send.

use std::future::ready;

use crochet_openapi::Problem;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Request, Response};

use crate::host::{Host, handled_of};
use crate::operation::{Answer, Answers};
use crate::problems::problem_response;

/// The operations of one path.
pub(crate) struct Methods {
    operations: Vec<(Method, Box<dyn Answers>)>,
    allow: HeaderValue,
}

impl Methods {
    pub(crate) fn new(operations: Vec<Box<dyn Answers>>) -> Self {
        let named = operations.into_iter().map(|operation| {
            let method = operation.info().method.as_bytes();
            (Method::from_bytes(method).unwrap_or(Method::GET), operation)
        });
        let operations: Vec<_> = named.collect();
        let mut names: Vec<&str> = operations.iter().map(|(method, _)| method.as_str()).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        names.sort_unstable();
        names.dedup();
        let allow = HeaderValue::from_str(&names.join(", ")).expect("names of methods are ASCII");
        Self { operations, allow }
    }

    pub(crate) fn answer<'a>(&'a self, host: &'a Host, request: Request) -> Answer<'a> {
        if let Some(operation) = self.operation(request.method()) {
            return operation.answer(host, request);
        }
        match (request.method(), self.operation(&Method::GET)) {
            (&Method::HEAD, Some(operation)) => Box::pin(without_body(operation, host, request)),
            (&Method::OPTIONS, _) => Box::pin(ready(Ok(self.allowed()))),
            _ => Box::pin(ready(Ok(self.not_allowed(&request)))),
        }
    }

    fn operation(&self, method: &Method) -> Option<&dyn Answers> {
        let mut operations = self.operations.iter();
        operations
            .find(|(known, _)| known == method)
            .map(|(_, operation)| &**operation)
    }

    /// `OPTIONS` asks which methods there are.
    fn allowed(&self) -> Response {
        let mut response = Response::default();
        response.set_status(StatusCode::NO_CONTENT);
        response.headers_mut().insert(header::ALLOW, self.allow.clone());
        response
    }

    /// Any other method is told.
    fn not_allowed(&self, request: &Request) -> Response {
        let allowed = self.allow.to_str().unwrap_or_default();
        let detail = format!("this path knows {allowed}, not {}", request.method());
        let handled = handled_of(request);
        let problem = Problem::new(405, detail).with_request_id(handled.context().request_id());
        let mut response = problem_response(&problem);
        response.headers_mut().insert(header::ALLOW, self.allow.clone());
        response
    }
}

/// `HEAD`: as `GET`, with the length of the body in place of the body.
async fn without_body(operation: &dyn Answers, host: &Host, request: Request) -> poem::Result<Response> {
    let mut response = operation.answer(host, request).await?;
    let body = response.take_body();
    if !operation.info().streams {
        let length = body.into_bytes().await.map_or(0, |bytes| bytes.len());
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length.into());
    }
    response.set_body(Body::empty());
    Ok(response)
}
