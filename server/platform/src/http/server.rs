//! Listens, serves connections, and goes away without losing a request.
//!
//! poem's own server has no timeout for the head of a request, no bound on connections, and spins when the process is out
//! of file descriptors; this one adds those around hyper and leaves everything else to poem. Draining follows what was
//! measured to lose nothing: stop accepting, tell open connections `Connection: close`, serve on until they are done
//! or a limit is reached. It must never know what is served.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use hyper::body::Incoming;
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

use crate::config::HttpSettings;
use crate::metrics::RequestMetrics;

/// How long accepting pauses when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The least that the parser may buffer; our own limits on the head are checked later and are smaller.
const BUFFER_BYTES_MAX: usize = 256 * 1024;

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

/// What every connection shares.
struct Shared<E> {
    endpoint: E,
    builder: Builder<TokioExecutor>,
    serving: Serving,
    draining: CancellationToken,
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
            .timer(TokioTimer::new())
            .header_read_timeout(serving.header_timeout)
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
            draining: CancellationToken::new(),
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
        let silent = tokio::time::timeout(shared.serving.header_timeout, stream.peek(&mut [0]))
            .await
            .is_err();
        if silent {
            return;
        }
        let service = service_fn(|request: hyper::Request<Incoming>| answer(shared.clone(), request, remote));
        let connection = shared.builder.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!("a connection ended early: {error}");
        }
    });
}

async fn answer<E>(
    shared: Arc<Shared<E>>,
    request: hyper::Request<Incoming>,
    remote: SocketAddr,
) -> Result<hyper::Response<impl hyper::body::Body<Data = bytes::Bytes, Error = io::Error> + use<E>>, io::Error>
where
    E: Endpoint<Output = poem::Response> + 'static,
{
    let http1 = request.version() < hyper::Version::HTTP_2;
    let (local, remote) = (
        LocalAddr(Addr::SocketAddr(shared.local)),
        RemoteAddr(Addr::SocketAddr(remote)),
    );
    let mut response = shared
        .endpoint
        .get_response(Request::from((request, local, remote, Scheme::HTTP)))
        .await;
    if http1 && shared.draining.is_cancelled() {
        response.headers_mut().insert(
            hyper::header::CONNECTION,
            hyper::header::HeaderValue::from_static("close"),
        );
    }
    Ok(response.into())
}

async fn drain<E>(shared: &Shared<E>, graceful: GracefulShutdown) -> Served {
    shared.draining.cancel();
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
