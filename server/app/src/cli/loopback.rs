//! The port of this machine to which a browser comes back after signing in (RFC 8252). It takes one answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use poem::listener::{Acceptor as _, Listener as _, TcpAcceptor, TcpListener};
use poem::{Endpoint, Request, Response, Route, Server, get};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;

const PATH: &str = "/callback";
const SAID: &str = "<!doctype html><meta charset=utf-8><title>Crochet</title>\
    <p>You may close this window and go back to the terminal, which says how it went.";

/// So long a browser may take to read its answer.
const GOODBYE_MAX: Duration = Duration::from_secs(1);

/// A listening port.
pub(super) struct Loopback {
    acceptor: TcpAcceptor,
    port: u16,
}

impl Loopback {
    /// Listens on a port that the system chooses.
    pub(super) async fn open() -> Result<Self, Failure> {
        let failed = |error| Failure::new(format!("no port of this machine can be had: {error}"));
        let acceptor = TcpListener::bind("127.0.0.1:0")
            .into_acceptor()
            .await
            .map_err(failed)?;
        let addresses = acceptor.local_addr();
        let port = addresses
            .iter()
            .find_map(|address| address.as_socket_addr().map(SocketAddr::port));
        let port = port.ok_or_else(|| Failure::new("no port of this machine can be had"))?;
        Ok(Self { acceptor, port })
    }

    /// Where the browser is to come back to.
    pub(super) fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// The query that it brings.
    pub(super) async fn came_back(self) -> Result<String, Failure> {
        let (bring, brought) = oneshot::channel();
        let back = Back(Arc::new(Mutex::new(Some(bring))));
        let came = CancellationToken::new();
        // The browser has its answer before the port is closed.
        let serving = Server::new_with_acceptor(self.acceptor).run_with_graceful_shutdown(
            Route::new().at(PATH, get(back)),
            came.clone().cancelled_owned(),
            Some(GOODBYE_MAX),
        );
        let waiting = async {
            let query = brought.await;
            came.cancel();
            query
        };
        let (served, query) = tokio::join!(serving, waiting);
        served.map_err(|error| Failure::new(format!("the browser cannot come back: {error}")))?;
        query.map_err(|_| Failure::new("nobody came back from the browser"))
    }
}

/// Takes the first answer.
struct Back(Arc<Mutex<Option<oneshot::Sender<String>>>>);

impl Endpoint for Back {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(first) = first {
            // The command may have given up meanwhile.
            let _ = first.send(query);
        }
        Ok(Response::builder()
            .header(CONTENT_TYPE, "text/html; charset=utf-8")
            .header(CONTENT_SECURITY_POLICY, "default-src 'none'")
            .header(CACHE_CONTROL, "no-store")
            .body(SAID))
    }
}
