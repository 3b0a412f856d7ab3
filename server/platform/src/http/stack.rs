//! What surrounds every request, in one layer: ids, limits, time, panics, the log line and the metrics.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crochet_openapi::{Handled, Problem};
use futures_util::FutureExt as _;
use poem::http::Method;
use poem::http::header::HeaderValue;
use poem::http::uri::PathAndQuery;
use poem::{Endpoint, IntoResponse, Request, Response};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::bodies::{self, Upload};
use super::head::{self, Lines, Sizes};
use super::reply::Came;
use super::{client, reply};
use crate::config::{Config, LimitSettings, Networks};
use crate::metrics::{Refusal, RequestMetrics};
use crate::telemetry::{ACCESS_TARGET, context_of, request_span};

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
    /// Who is believed when they say for whom they come.
    pub trusted_proxies: Networks,
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
            trusted_proxies: config.http.trusted_proxies.clone(),
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
    handled: Handled,
    method: Method,
    target: Option<PathAndQuery>,
    /// Kept where somebody shows problems.
    accept: Option<HeaderValue>,
    quiet: bool,
    /// Whether it came by TLS, which whoever stands before this server ends.
    by_tls: bool,
    started: Instant,
}

impl Asked {
    fn path(&self) -> &str {
        self.target.as_ref().map_or("/", PathAndQuery::path)
    }
}

/// The place that a request was given, what ends its body, and the endpoint's work on it.
type Begun<'s, F> = Result<(Option<SemaphorePermit<'s>>, Upload, F), Problem>;

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

    /// Admits the request and hands it to the endpoint.
    fn begin(
        &self,
        mut request: Request,
        sizes: Sizes,
        quiet: bool,
    ) -> Begun<'_, impl Future<Output = poem::Result<E::Output>> + use<'_, E>> {
        head::check(request.uri(), sizes, &self.settings.limits)
            .inspect_err(|_| self.metrics.refuse(Refusal::HeadTooLarge))?;
        let place = self.place(quiet)?;
        let upload = bodies::watch_upload(&mut request, sizes, self.settings.stream_idle);
        if request.method() == Method::HEAD {
            // Answered as GET; the server leaves out the body and keeps its length.
            request.set_method(Method::GET);
        }
        Ok((place, upload, self.inner.call(request)))
    }

    /// Waits for the endpoint, but not for ever.
    async fn answer(
        &self,
        call: impl Future<Output = poem::Result<E::Output>>,
        upload: Upload,
        asked: &Asked,
    ) -> Result<Response, Problem> {
        let handled = &asked.handled;
        let mut call = pin!(AssertUnwindSafe(call).catch_unwind());
        let (usual, idle) = (self.settings.request_timeout, self.settings.stream_idle);
        let deadline = asked.started + usual;
        let answered = match tokio::time::timeout_at(deadline, &mut call).await {
            Ok(answered) => answered,
            Err(_) if !handled.operation().is_some_and(|operation| operation.streams) => {
                return Err(self.too_late(usual, &upload));
            }
            Err(_) if upload.ends_itself => call.await,
            // A short body that has not arrived by now may never do so.
            Err(_) => match tokio::time::timeout_at(deadline + idle, call).await {
                Ok(answered) => answered,
                Err(_) => return Err(self.too_late(usual + idle, &upload)),
            },
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

    #[cold]
    fn too_late(&self, patience: Duration, upload: &Upload) -> Problem {
        self.metrics.refuse(Refusal::Timeout);
        let ms = patience.as_millis();
        if upload.is_awaited() {
            return Problem::new(408, format!("the body did not arrive within {ms} ms"));
        }
        Problem::new(504, format!("no answer within {ms} ms"))
    }

    /// What is answered in place of the endpoint's reply.
    #[cold]
    fn refuse(&self, problem: Problem, asked: &Asked) -> Response {
        let problem = reply::named(problem, asked.handled.context().request_id(), self.sayable(asked));
        let shown = self.settings.shows.as_ref().zip(asked.accept.as_ref());
        shown
            .and_then(|(shows, accept)| shows.show(&problem, accept.to_str().ok()?))
            .unwrap_or_else(|| reply::problem_response(&problem))
    }

    fn sayable<'a>(&self, asked: &'a Asked) -> &'a str {
        (self.settings.sayable)(asked.path())
    }

    fn place(&self, quiet: bool) -> Result<Option<SemaphorePermit<'_>>, Problem> {
        if quiet {
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

    fn account(&self, asked: &Asked, status: u16) {
        let handled = &asked.handled;
        let took = asked.started.elapsed();
        self.metrics.observe(handled.operation(), status, took);
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let caller = handled.subject().map_or("-", |subject| subject);
        // Whoever is on this machine needs no address.
        let from = handled.context().address().filter(|from| !from.is_loopback());
        let from = from.map(tracing::field::display);
        match handled.operation().map(|operation| operation.operation_id) {
            _ if status >= 500 => {
                let operation = handled
                    .operation()
                    .map_or(self.sayable(asked), |operation| operation.operation_id);
                tracing::warn!(target: ACCESS_TARGET, operation, status, ms, caller, from);
            }
            _ if asked.quiet => {
                tracing::debug!(target: ACCESS_TARGET, operation = self.sayable(asked), status, ms, caller, from);
            }
            Some(operation) => {
                tracing::info!(target: ACCESS_TARGET, operation, status, ms, caller, from);
            }
            None => {
                let (operation, method) = (self.sayable(asked), asked.method.as_str());
                tracing::info!(target: ACCESS_TARGET, operation, method, status, ms, from);
            }
        }
    }
}

impl<E: Endpoint> Endpoint for Stack<E> {
    type Output = Response;

    // The endpoint takes the request before the future is made: a future that carries a request is moved with it.
    fn call(&self, mut request: Request) -> impl Future<Output = poem::Result<Response>> + Send {
        let lines = Lines::read(request.headers());
        let peer = request.remote_addr().as_socket_addr().map(SocketAddr::ip);
        let from = peer.map(|peer| client::address(peer, request.headers(), &self.settings.trusted_proxies));
        let context = context_of(lines.request_id, lines.traceparent).from_address(from);
        let span = request_span(&context);
        let asked = Asked {
            handled: Handled::new(context),
            method: request.method().clone(),
            target: request.uri().path_and_query().cloned(),
            accept: (self.settings.shows.as_ref()).and_then(|_| lines.accept.cloned()),
            quiet: (self.settings.quiet)(request.uri().path()),
            by_tls: lines.by_tls,
            started: Instant::now(),
        };
        let sizes = lines.sizes;
        request.extensions_mut().insert(asked.handled.clone());
        let in_flight = self.metrics.enter();
        let begun = span.in_scope(|| self.begin(request, sizes, asked.quiet));
        let answered = async move {
            let _in_flight = in_flight;
            let outcome = match begun {
                Ok((_place, upload, call)) => self.answer(call, upload, &asked).await,
                Err(problem) => Err(problem),
            };
            let mut response = outcome.unwrap_or_else(|problem| self.refuse(problem, &asked));
            let came = Came {
                to_read: [Method::GET, Method::HEAD].contains(&asked.method),
                by_tls: asked.by_tls,
                by_operation: asked.handled.operation().is_some(),
            };
            reply::finish(response.headers_mut(), asked.handled.context().request_id(), came);
            self.account(&asked, response.status().as_u16());
            Ok(response)
        };
        answered.instrument(span)
    }
}
