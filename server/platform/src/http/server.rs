//! Listens, serves connections, and goes away without losing a request.
//!
//! poem's own server has no timeout for the head of a request, no bound on connections, and spins when the process is out
//! of file descriptors; this one adds those around hyper and leaves everything else to poem. Draining follows what was
//! measured to lose nothing: stop accepting, tell open connections `Connection: close`, serve on until they are done
//! or a limit is reached. It must never know what is served.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::held::Held;
use super::host;
use crate::config::HttpSettings;
use crate::metrics::RequestMetrics;

/// How long accepting pauses when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The least that the parser may buffer; our own limits on the head are checked later and are smaller.
const BUFFER_BYTES_MAX: usize = 256 * 1024;
/// Replies up to this size are with the operating system when the endpoint is done.
const SENT_AT_ONCE_BYTES: u64 = 64 * 1024;

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody else has the port.
    #[error("port {} on {} is taken; stop the other server, or choose a port with --listen {}:0", address.port(), address.ip(), address.ip())]
    Taken {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// Anything else.
    #[error("cannot listen on {address}: {source}")]
    Other {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
}

/// A bound port that nobody is served on yet.
#[derive(Debug)]
pub struct Listener {
    inner: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds the address; with port 0 the system chooses one.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn bind(address: SocketAddr) -> Result<Self, BindError> {
        let inner = TcpListener::bind(address)
            .await
            .map_err(|source| match source.kind() {
                io::ErrorKind::AddrInUse => BindError::Taken { address },
                _ => BindError::Other { address, source },
            })?;
        let address = inner
            .local_addr()
            .map_err(|source| BindError::Other { address, source })?;
        Ok(Self { inner, address })
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Times and numbers of a server.
#[derive(Debug, Clone)]
pub struct Serving {
    /// How long a connection may take to send a head, and may idle between two.
    pub header_timeout: Duration,
    /// How long requests in flight are waited for.
    pub drain: Duration,
    /// How long open connections are served on before idle ones are closed.
    pub drain_notice: Duration,
    /// Connections open at once.
    pub connections_max: usize,
    /// Counts connections.
    pub metrics: RequestMetrics,
}

impl Serving {
    /// The settings of a configuration.
    #[must_use]
    pub fn of(settings: &HttpSettings, metrics: RequestMetrics) -> Self {
        Self {
            header_timeout: Duration::from_millis(settings.header_timeout_ms),
            drain: Duration::from_millis(settings.drain_ms),
            drain_notice: Duration::from_millis(settings.drain_notice_ms),
            connections_max: settings.connections_max,
            metrics,
        }
    }
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// Every request was answered.
    Drained,
    /// The limit was reached with connections still open.
    CutOff {
        /// How many.
        connections: usize,
    },
}

/// The body of a reply as poem gives it to hyper.
type Reply = BoxBody<bytes::Bytes, io::Error>;

/// What every connection shares.
struct Shared<E> {
    endpoint: E,
    builder: Builder<TokioExecutor>,
    serving: Serving,
    draining: AtomicBool,
    local: SocketAddr,
}

impl Listener {
    /// Serves until `shutdown`, then drains.
    pub async fn serve<E>(self, endpoint: E, serving: Serving, shutdown: CancellationToken) -> Served
    where
        E: Endpoint<Output = poem::Response> + 'static,
    {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .header_read_timeout(None)
            // Most replies are small: one buffer costs less than telling the kernel of several.
            .writev(false)
            .max_buf_size(BUFFER_BYTES_MAX);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(serving.header_timeout);
        let places = Arc::new(Semaphore::new(serving.connections_max));
        let shared = Arc::new(Shared {
            endpoint,
            builder,
            serving,
            draining: AtomicBool::new(false),
            local: self.address,
        });
        let graceful = GracefulShutdown::new();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                (stream, remote, place) = accept(&self.inner, &places) => {
                    spawn(&shared, &graceful, stream, remote, place);
                }
            }
        }
        // What the kernel has accepted already would be reset with the listener, so it is still taken in.
        while let Some((stream, remote, place)) = accept(&self.inner, &places).now_or_never() {
            spawn(&shared, &graceful, stream, remote, place);
        }
        drop(self.inner);
        drain(&shared, graceful).await
    }
}

/// The next connection that there is a place for.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = places
        .clone()
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => return (stream, remote, place),
            // One caller's connection is gone; the next one's is not.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn spawn<E>(
    shared: &Arc<Shared<E>>,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    remote: SocketAddr,
    place: OwnedSemaphorePermit,
) where
    E: Endpoint<Output = poem::Response> + 'static,
{
    let shared = shared.clone();
    let watcher = graceful.watcher();
    tokio::spawn(async move {
        let _counted = shared.serving.metrics.connect();
        let _place = place;
        // Replies are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let patience = shared.serving.header_timeout;
        if tokio::time::timeout(patience, stream.peek(&mut [0]))
            .await
            .is_err()
        {
            return;
        }
        let activity = Arc::new(Activity::default());
        let service = service_fn(|request| answer(shared.clone(), activity.begin(), request, remote));
        let connection = watcher.watch(shared.builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            biased;
            ended = connection => if let Err(error) = ended {
                tracing::debug!("a connection ended early: {error}");
            },
            () = activity.silence(patience) => tracing::debug!("a connection was silent for too long"),
        }
    });
}

/// What a connection is doing, so that one that does nothing can be closed. hyper's own time limit for heads sets a
/// timer for each request; this one looks at a connection once per period, so a silent one lives for one to two.
#[derive(Default)]
struct Activity {
    begun: AtomicU64,
    in_flight: AtomicU64,
}

impl Activity {
    /// Returns when a whole period went by without a request being begun or worked on.
    async fn silence(&self, period: Duration) {
        let mut begun_before = u64::MAX;
        loop {
            let begun = self.begun.load(Ordering::Relaxed);
            if begun == begun_before && self.in_flight.load(Ordering::Relaxed) == 0 {
                return;
            }
            begun_before = begun;
            tokio::time::sleep(period).await;
        }
    }

    fn begin(self: &Arc<Self>) -> InFlight {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(self.clone())
    }
}

/// One request that is being worked on.
struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

fn answer<E>(
    shared: Arc<Shared<E>>,
    in_flight: InFlight,
    request: hyper::Request<Incoming>,
    remote: SocketAddr,
) -> impl Future<Output = Result<hyper::Response<Reply>, Infallible>> + Send
where
    E: Endpoint<Output = poem::Response> + 'static,
{
    let http1 = request.version() < hyper::Version::HTTP_2;
    let named = host::is_named_once(request.version(), request.headers());
    let (local, remote) = (
        LocalAddr(Addr::SocketAddr(shared.local)),
        RemoteAddr(Addr::SocketAddr(remote)),
    );
    let request = Request::from((request, local, remote, Scheme::HTTP));
    async move {
        let response = if named {
            let answered = shared.endpoint.call(request).await;
            answered.unwrap_or_else(poem::Error::into_response)
        } else {
            host::refusal()
        };
        Ok(finished(response.into(), &shared, http1, in_flight))
    }
}

/// A reply as hyper sends it.
fn finished<E>(
    mut response: hyper::Response<Reply>,
    shared: &Shared<E>,
    http1: bool,
    in_flight: InFlight,
) -> hyper::Response<Reply> {
    if http1 && shared.draining.load(Ordering::Relaxed) {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let long = response
        .body()
        .size_hint()
        .exact()
        .is_none_or(|bytes| bytes > SENT_AT_ONCE_BYTES);
    if long {
        // It counts as in flight until it is sent.
        response.map(|body| Held::new(body, in_flight).boxed())
    } else {
        response
    }
}

async fn drain<E>(shared: &Shared<E>, graceful: GracefulShutdown) -> Served {
    shared.draining.store(true, Ordering::Relaxed);
    let deadline = tokio::time::Instant::now() + shared.serving.drain_notice + shared.serving.drain;
    if graceful.count() > 0 {
        tracing::info!(connections = graceful.count(), "draining");
        tokio::time::sleep(shared.serving.drain_notice).await;
    }
    let open = shared.serving.metrics.clone();
    if tokio::time::timeout_at(deadline, graceful.shutdown())
        .await
        .is_ok()
    {
        return Served::Drained;
    }
    Served::CutOff {
        connections: open.connections(),
    }
}
