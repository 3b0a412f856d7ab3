//! One call: what it forwards, how its request is completed, sent, sent again, and what its failure looks like.
//! Every answer of 400 and above leaves here with a problem document as its body, whoever sent it (a proxy may
//! answer in HTML), so that generated code has one error to decode.

use std::sync::Arc;
use std::time::Duration;

use crochet_openapi::{ByteStream, Caller, Problem, RequestContext};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, InvalidHeaderValue};
use reqwest::{Request, Response};
use tokio::time::Instant;
use tracing::{Instrument, Span};
use uuid::Uuid;

use super::retry::{Failure, persist, repeatable, sort};
use super::upload::Activity;
use super::{Connection, Retries, answer};

/// What the transport has to know of an operation. Generated code has one constant for each.
#[derive(Debug)]
pub struct Call {
    /// The spec, which names the service.
    pub service: &'static str,
    /// The operation.
    pub operation_id: &'static str,
    /// The media types that are understood.
    pub accept: &'static str,
    /// What takes time.
    pub flow: Flow,
    /// Whether it takes an `Idempotency-Key`. One is made up where the caller gives none, so that a try whose
    /// answer was lost can be repeated.
    pub idempotent: bool,
}

/// Which parts of a call may last as long as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// None: a question and its answer.
    Unary,
    /// The answer is a stream.
    Download,
    /// The request is a stream, the answer may be one too.
    Upload,
}

/// What a call passes on from the call that it serves.
#[derive(Debug, Clone, Default)]
pub struct Forward {
    request: RequestContext,
    on_behalf_of: Option<Arc<str>>,
}

impl From<&Caller> for Forward {
    fn from(caller: &Caller) -> Self {
        Self {
            request: caller.request.clone(),
            on_behalf_of: caller.on_behalf_of.clone(),
        }
    }
}

/// One call under way; the `inner` value of the generated clients.
#[derive(Debug, Clone)]
pub struct Session {
    connection: Connection,
    call: &'static Call,
    forward: Forward,
    content_type: Option<&'static str>,
    activity: Activity,
}

impl Session {
    /// `content_type` is the media type of the body, if there is one.
    pub fn new(
        connection: Connection,
        call: &'static Call,
        forward: Forward,
        content_type: Option<&'static str>,
    ) -> Self {
        let activity = Activity::new();
        Self {
            connection,
            call,
            forward,
            content_type,
            activity,
        }
    }

    /// A request body that is sent while it is made.
    pub fn upload(&self, pieces: ByteStream) -> reqwest::Body {
        self.activity.watch(pieces)
    }

    /// How long a stream of this connection may be silent.
    pub(crate) fn silence(&self) -> Duration {
        self.connection.patience().silence
    }

    /// Completes the headers, credential excepted: that one may change between tries.
    pub fn prepare(&self, request: &mut Request) -> Result<(), InvalidHeaderValue> {
        let headers = request.headers_mut();
        headers.remove("api-version");
        headers.insert(ACCEPT, HeaderValue::from_static(self.call.accept));
        match self.content_type {
            Some(media) => headers.insert(CONTENT_TYPE, HeaderValue::from_static(media)),
            None => headers.remove(CONTENT_TYPE),
        };
        headers.insert(
            REQUEST_ID,
            HeaderValue::from_str(self.forward.request.request_id())?,
        );
        if let Some(traceparent) = self.forward.request.traceparent() {
            headers.insert(TRACEPARENT, HeaderValue::from_str(traceparent)?);
        }
        if let Some(subject) = &self.forward.on_behalf_of {
            headers.insert(ON_BEHALF_OF, HeaderValue::from_str(subject)?);
        }
        if self.call.idempotent && !headers.contains_key(IDEMPOTENCY_KEY) {
            headers.insert(
                IDEMPOTENCY_KEY,
                HeaderValue::from_str(&Uuid::new_v4().to_string())?,
            );
        }
        Ok(())
    }

    /// Sends, with whatever patience the connection has. An error here means that there was no answer.
    pub async fn execute(&self, request: Request) -> reqwest::Result<Response> {
        let deadline =
            (self.call.flow != Flow::Upload).then(|| Instant::now() + self.connection.patience().total);
        match self.authorized(request, deadline).instrument(self.span()).await {
            Ok(response) => Ok(response),
            Err(Failure::NotNow(response)) => Ok(*response),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Late) => Ok(answer::made_here(&self.too_late())),
        }
    }

    /// With the credential of the connection, and once more with a newer one when the server refuses it.
    async fn authorized(&self, mut request: Request, deadline: Option<Instant>) -> Result<Response, Failure> {
        let credential = match self.connection.credential().await {
            Ok(credential) => credential,
            Err(error) => return Ok(answer::made_here(&Problem::unauthorized(error.to_string()))),
        };
        let Some(credential) = credential else {
            return self.settled(request, deadline).await;
        };
        request
            .headers_mut()
            .insert(credential.name.clone(), credential.value.clone());
        let again = request.try_clone();
        let response = self.settled(request, deadline).await?;
        let (401, Some(mut again)) = (response.status().as_u16(), again) else {
            return Ok(response);
        };
        match self.connection.renew(&credential).await {
            Ok(Some(renewed)) => {
                again.headers_mut().remove(&credential.name);
                again.headers_mut().insert(renewed.name, renewed.value);
                self.settled(again, deadline).await
            }
            Ok(None) => Ok(response),
            Err(error) => Ok(answer::made_here(&Problem::unauthorized(error.to_string()))),
        }
    }

    /// With retries, and every error answer as a problem.
    async fn settled(&self, request: Request, deadline: Option<Instant>) -> Result<Response, Failure> {
        let rules = if repeatable(&request) {
            self.connection.retries()
        } else {
            Retries::none()
        };
        let mut next = Some(request);
        let send = || {
            let request = next.take().expect("only what can be copied is sent again");
            next = request.try_clone();
            self.attempt(request, deadline)
        };
        let limit = self.connection.patience().per_try;
        match persist(rules, deadline, send).await {
            Ok(response) => Ok(answer::as_problem(response, limit).await),
            Err(Failure::NotNow(response)) => Ok(answer::as_problem(*response, limit).await),
            Err(failure) => Err(failure),
        }
    }

    async fn attempt(&self, mut request: Request, deadline: Option<Instant>) -> Result<Response, Failure> {
        let patience = self.connection.patience();
        let http = self.connection.http();
        let left = deadline.map_or(patience.per_try, |deadline| deadline - Instant::now());
        let limit = patience.per_try.min(left);
        match self.call.flow {
            Flow::Unary => {
                *request.timeout_mut() = Some(limit);
                sort(http.execute(request).await)
            }
            Flow::Download => match tokio::time::timeout(limit, http.execute(request)).await {
                Ok(answer) => sort(answer),
                Err(_) => Err(Failure::Late),
            },
            Flow::Upload => tokio::select! {
                answer = http.execute(request) => sort(answer),
                () = self.activity.silent_for(patience.silence) => Err(Failure::Late),
            },
        }
    }

    fn span(&self) -> Span {
        let (service, operation) = (self.call.service, self.call.operation_id);
        tracing::debug_span!(
            "call",
            service,
            operation,
            request_id = self.forward.request.request_id()
        )
    }

    fn too_late(&self) -> Problem {
        Problem::new(
            504,
            format!(
                "{} did not answer {} in time",
                self.call.service, self.call.operation_id
            ),
        )
        .with_request_id(self.forward.request.request_id())
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const ON_BEHALF_OF: HeaderName = HeaderName::from_static("x-on-behalf-of");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
