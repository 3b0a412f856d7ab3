//! What surrounds every request, in one layer: ids, limits, time, panics, the log line and the metrics.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crochet_openapi::{Handled, Problem, REQUEST_ID_HEADER};
use futures_util::FutureExt as _;
use poem::http::header::ACCEPT;
use poem::http::{HeaderValue, Method, Uri};
use poem::{Endpoint, IntoResponse, Request, Response};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{bodies, limits, reply};
use crate::config::{Config, LimitSettings};
use crate::metrics::{Refusal, RequestMetrics};
use crate::telemetry::{ACCESS_TARGET, RequestScope, request_span};

/// How long a caller is asked to wait when the server is busy.
const BUSY_RETRY_S: u32 = 1;

/// Shows problems to people; programs get them as JSON.
pub trait ShowProblem: Send + Sync {
    /// The problem as whoever sent this `Accept` wants to see it, or `None` when they want the JSON.
    fn show(&self, problem: &Problem, accept: &str) -> Option<Response>;
}

/// What the stack needs to know.
#[derive(Clone)]
pub struct StackSettings {
    /// How long a reply may take to start.
    pub request_timeout: Duration,
    /// How long a stream may stay silent.
    pub stream_idle: Duration,
    /// Requests worked on at once.
    pub concurrency_max: usize,
    /// Sizes of the head.
    pub limits: LimitSettings,
    /// Paths that answer even when the server is busy and that are logged at debug level: probes and scrapes.
    pub quiet: fn(&str) -> bool,
    /// What of a path may be logged and told: a path may hold a secret.
    pub sayable: fn(&str) -> &str,
    /// Shows what the stack itself refuses.
    pub shows: Option<Arc<dyn ShowProblem>>,
}

impl StackSettings {
    /// The settings of a configuration.
    #[must_use]
    pub fn of(config: &Config, quiet: fn(&str) -> bool) -> Self {
        Self {
            request_timeout: Duration::from_millis(config.http.request_timeout_ms),
            stream_idle: Duration::from_millis(config.http.stream_idle_ms),
            concurrency_max: config.http.concurrency_max,
            limits: config.limits.clone(),
            quiet,
            sayable: |path| path,
            shows: None,
        }
    }
}

/// The layer around an endpoint.
pub struct Stack<E> {
    inner: E,
    settings: StackSettings,
    metrics: RequestMetrics,
    places: Arc<Semaphore>,
    /// Cancelled when the server goes away.
    going_away: CancellationToken,
}

/// What is remembered of a request after the endpoint has taken it.
struct Asked {
    method: Method,
    uri: Uri,
    /// Kept where somebody shows problems.
    accept: Option<HeaderValue>,
    quiet: bool,
    started: Instant,
}

impl<E: Endpoint> Stack<E> {
    /// Puts the stack around `inner`; event streams end when `going_away` is cancelled.
    #[must_use]
    pub fn new(
        inner: E,
        settings: StackSettings,
        metrics: RequestMetrics,
        going_away: CancellationToken,
    ) -> Self {
        let places = Arc::new(Semaphore::new(settings.concurrency_max));
        Self {
            inner,
            settings,
            metrics,
            places,
            going_away,
        }
    }

    /// Admits the request and lets the endpoint answer it.
    async fn answer(
        &self,
        mut request: Request,
        asked: &Asked,
        handled: &Handled,
    ) -> Result<Response, Problem> {
        limits::check_head(&request, &self.settings.limits)
            .inspect_err(|_| self.metrics.refuse(Refusal::HeadTooLarge))?;
        let _place = self.place(asked)?;
        bodies::watch_upload(&mut request, self.settings.stream_idle);
        if asked.method == Method::HEAD {
            // Answered as GET; the server leaves out the body and keeps its length.
            request.set_method(Method::GET);
        }
        let mut call = pin!(AssertUnwindSafe(self.inner.call(request)).catch_unwind());
        let answered = match tokio::time::timeout(self.settings.request_timeout, &mut call).await {
            Ok(answered) => answered,
            Err(_) if handled.operation().is_some_and(|operation| operation.streams) => call.await,
            Err(_) => {
                self.metrics.refuse(Refusal::Timeout);
                let detail = format!(
                    "no answer within {} ms",
                    self.settings.request_timeout.as_millis()
                );
                return Err(Problem::new(504, detail));
            }
        };
        match answered {
            Ok(Ok(response)) => Ok(self.watched(response.into_response(), handled)),
            // Whoever made a response out of an error knew what to say.
            Ok(Err(error)) if error.is_from_response() => Ok(error.into_response()),
            Ok(Err(error)) => Err(crochet_openapi_poem::problem_of(&error)),
            Err(_) => {
                self.metrics.refuse(Refusal::Panic);
                Err(Problem::internal())
            }
        }
    }

    /// What is answered in place of the endpoint's reply.
    fn refuse(&self, problem: Problem, asked: &Asked, request_id: &str) -> Response {
        let problem = reply::named(problem, request_id, self.sayable(asked));
        let shown = self.settings.shows.as_ref().zip(asked.accept.as_ref());
        shown
            .and_then(|(shows, accept)| shows.show(&problem, accept.to_str().ok()?))
            .unwrap_or_else(|| reply::problem_response(&problem))
    }

    fn sayable<'a>(&self, asked: &'a Asked) -> &'a str {
        (self.settings.sayable)(asked.uri.path())
    }

    fn place(&self, asked: &Asked) -> Result<Option<SemaphorePermit<'_>>, Problem> {
        if asked.quiet {
            return Ok(None);
        }
        self.places.try_acquire().map(Some).map_err(|_| {
            self.metrics.refuse(Refusal::Busy);
            Problem::unavailable("the server works on as many requests as it may", BUSY_RETRY_S)
        })
    }

    fn watched(&self, mut response: Response, handled: &Handled) -> Response {
        if handled.operation().is_some_and(|operation| operation.streams) && response.is_success() {
            bodies::watch_reply(&mut response, self.settings.stream_idle, &self.going_away);
        }
        response
    }

    fn account(&self, asked: &Asked, handled: &Handled, status: u16) {
        let took = asked.started.elapsed();
        self.metrics.observe(handled.operation(), status, took);
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let caller = handled.subject().map_or("-", |subject| subject);
        match handled.operation().map(|operation| operation.operation_id) {
            _ if status >= 500 => {
                let operation = handled
                    .operation()
                    .map_or(self.sayable(asked), |operation| operation.operation_id);
                tracing::warn!(target: ACCESS_TARGET, operation, status, ms, caller);
            }
            _ if asked.quiet => {
                tracing::debug!(target: ACCESS_TARGET, operation = self.sayable(asked), status, ms, caller);
            }
            Some(operation) => {
                tracing::info!(target: ACCESS_TARGET, operation, status, ms, caller);
            }
            None => {
                let (operation, method) = (self.sayable(asked), asked.method.as_str());
                tracing::info!(target: ACCESS_TARGET, operation, method, status, ms);
            }
        }
    }
}

impl<E: Endpoint> Endpoint for Stack<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let asked = Asked {
            method: request.method().clone(),
            quiet: (self.settings.quiet)(request.uri().path()),
            accept: self
                .settings
                .shows
                .as_ref()
                .and_then(|_| request.headers().get(ACCEPT).cloned()),
            uri: request.uri().clone(),
            started: Instant::now(),
        };
        let scope =
            RequestScope::from_headers(request.header(REQUEST_ID_HEADER), request.header("traceparent"));
        let handled = Handled::default();
        request.extensions_mut().insert(scope.context.clone());
        request.extensions_mut().insert(handled.clone());
        let _in_flight = self.metrics.enter();
        let request_id = &scope.context.request_id;
        async {
            let mut response = match self.answer(request, &asked, &handled).await {
                Ok(response) => response,
                Err(problem) => self.refuse(problem, &asked, request_id),
            };
            reply::finish(response.headers_mut(), request_id);
            self.account(&asked, &handled, response.status().as_u16());
            Ok(response)
        }
        .instrument(request_span(&scope))
        .await
    }
}
