//! The server over real sockets: hosts, heads, and going away without losing a request.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use poem::{Endpoint, Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::super::{BindError, Listener, Served, Serving};
use super::{settings, stack};
use crate::metrics::Metrics;

fn serving() -> Serving {
    Serving {
        header_timeout: Duration::from_secs(5),
        drain: Duration::from_secs(5),
        drain_notice: Duration::ZERO,
        connections_max: 100,
        metrics: Metrics::default().requests,
    }
}

async fn listener() -> Listener {
    Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .unwrap()
}

/// A server that runs until it is told to end, or its test ends.
struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<Served>,
}

impl Running {
    async fn start(endpoint: impl Endpoint<Output = Response> + 'static, serving: Serving) -> Self {
        let listener = listener().await;
        let (address, shutdown) = (listener.address(), CancellationToken::new());
        let server = tokio::spawn(listener.serve(endpoint, serving, shutdown.clone()));
        Self {
            address,
            shutdown,
            server,
        }
    }

    /// One that has teas.
    async fn teas(serving: Serving) -> Self {
        Self::start(stack(&Metrics::default(), settings()), serving).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// How it ends when it is told to.
    async fn end(self) -> Served {
        self.shutdown.cancel();
        self.server.await.unwrap()
    }
}

async fn send(stream: &mut TcpStream, head: &str) {
    stream
        .write_all(format!("{head}\r\nhost: test\r\n\r\n").as_bytes())
        .await
        .unwrap();
}

async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    let read = stream.read_to_string(&mut text);
    tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("the connection ends")
        .unwrap();
    text
}

#[tokio::test]
async fn a_taken_port_is_said_in_one_line_with_what_to_do() {
    let first = listener().await;
    let error = Listener::bind(first.address()).await.unwrap_err();
    assert!(matches!(error, BindError::Taken { .. }));
    assert!(
        error
            .to_string()
            .contains("choose a port with --listen 127.0.0.1:0"),
        "{error}"
    );
}

#[tokio::test]
async fn head_is_answered_with_the_length_and_without_the_body() {
    let server = Running::teas(serving()).await;
    for (path, length) in [("/teas", 5), ("/long", 100_000)] {
        let mut stream = server.connect().await;
        send(&mut stream, &format!("HEAD {path} HTTP/1.1\r\nconnection: close")).await;
        let text = rest(stream).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        assert!(text.contains(&format!("content-length: {length}\r\n")), "{text}");
        assert!(text.ends_with("\r\n\r\n"), "{text}");
    }
    assert_eq!(server.end().await, Served::Drained);
}

#[tokio::test]
async fn a_request_without_a_host_gets_a_problem_and_the_endpoint_never_sees_it() {
    let server = Running::teas(serving()).await;
    for head in ["host: a\r\nhost: b\r\n", "host: a b\r\n", ""] {
        let mut stream = server.connect().await;
        let request = format!("GET /teas HTTP/1.1\r\n{head}connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let text = rest(stream).await;
        assert!(text.starts_with("HTTP/1.1 400"), "{text}");
        assert!(
            text.contains("application/problem+json") && text.contains("x-request-id"),
            "{text}"
        );
    }
    assert_eq!(server.end().await, Served::Drained);
}

/// Answers once it is let go.
struct Gate {
    entered: Arc<Notify>,
    open: Arc<Notify>,
}

impl Endpoint for Gate {
    type Output = Response;

    async fn call(&self, _: Request) -> poem::Result<Response> {
        self.entered.notify_one();
        self.open.notified().await;
        Ok("done".into())
    }
}

/// A server that answers once it is let go.
struct Gated {
    server: Running,
    entered: Arc<Notify>,
    open: Arc<Notify>,
}

impl Gated {
    async fn start(serving: Serving) -> Self {
        let (entered, open) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let gate = Gate {
            entered: entered.clone(),
            open: open.clone(),
        };
        Self {
            server: Running::start(gate, serving).await,
            entered,
            open,
        }
    }

    /// A connection whose request waits at the gate.
    async fn waiting(&self, head: &str) -> TcpStream {
        let mut stream = self.server.connect().await;
        send(&mut stream, head).await;
        self.entered.notified().await;
        stream
    }
}

#[tokio::test]
async fn draining_answers_what_is_in_flight_and_closes_idle_connections() {
    let gated = Gated::start(serving()).await;
    let Gated { server, open, .. } = &gated;
    let idle = server.connect().await;
    let busy = gated.waiting("GET / HTTP/1.1").await;
    server.shutdown.cancel();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    open.notify_one();
    let text = rest(busy).await;
    assert!(
        text.starts_with("HTTP/1.1 200") && text.contains("connection: close"),
        "{text}"
    );
    drop(idle);
    assert_eq!(gated.server.end().await, Served::Drained);
}

#[tokio::test]
async fn draining_ends_at_its_limit() {
    let gated = Gated::start(Serving {
        drain: Duration::from_millis(20),
        ..serving()
    })
    .await;
    let _busy = gated.waiting("GET / HTTP/1.1").await;
    assert_eq!(gated.server.end().await, Served::CutOff { connections: 1 });
}

#[tokio::test]
async fn a_connection_that_never_finishes_its_head_is_closed() {
    let server = Running::teas(Serving {
        header_timeout: Duration::from_millis(50),
        ..serving()
    })
    .await;
    let silent = server.connect().await;
    let mut halting = server.connect().await;
    halting.write_all(b"GET / HTTP/1.1\r\nhost: te").await.unwrap();
    assert_eq!(rest(silent).await, "");
    let text = rest(halting).await;
    assert!(!text.contains(" 200 "), "{text}");
}

#[tokio::test]
async fn a_head_without_an_end_is_refused_before_its_time_is_over() {
    let server = Running::teas(Serving {
        header_timeout: Duration::from_secs(600),
        ..serving()
    })
    .await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /teas HTTP/1.1\r\nhost: test\r\nx-large: ")
        .await
        .unwrap();
    let piece = vec![b'x'; 64 * 1024];
    let refused = async {
        // The other side may close before it has taken all.
        for _ in 0..16 {
            if stream.write_all(&piece).await.is_err() {
                break;
            }
        }
        let mut told = Vec::new();
        let _ = stream.read_to_end(&mut told).await;
        told
    };
    let told = tokio::time::timeout(Duration::from_secs(10), refused)
        .await
        .expect("the connection ends");
    assert!(!String::from_utf8_lossy(&told).contains(" 200 "));
}

#[tokio::test]
async fn no_more_connections_are_served_at_once_than_may_be() {
    let gated = Gated::start(Serving {
        connections_max: 1,
        ..serving()
    })
    .await;
    let Gated {
        server,
        entered,
        open,
    } = &gated;
    let first = gated.waiting("GET / HTTP/1.1\r\nconnection: close").await;
    let mut second = server.connect().await;
    send(&mut second, "GET / HTTP/1.1\r\nconnection: close").await;
    let too_early = tokio::time::timeout(Duration::from_millis(200), entered.notified()).await;
    assert!(too_early.is_err(), "the second was let in beside the first");
    open.notify_one();
    assert!(rest(first).await.starts_with("HTTP/1.1 200"));
    entered.notified().await;
    open.notify_one();
    assert!(rest(second).await.starts_with("HTTP/1.1 200"));
}
