//! A server on this machine for tests: answers what it is told and remembers what it was asked.

use std::sync::{Arc, Mutex};

use poem::endpoint::make;
use poem::http::HeaderMap;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{IntoEndpoint, Request, Response};
use tokio::task::JoinHandle;

/// What is remembered of a request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
}

/// Runs until dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers with what the function gives for the count of requests so far, from 1, and the request.
    pub(crate) async fn start<F>(answer: F) -> Self
    where
        F: Fn(usize, &Request) -> Response + Send + Sync + 'static,
    {
        let count = Mutex::new(0);
        Self::start_async(move |request| {
            let mut count = count.lock().unwrap();
            *count += 1;
            std::future::ready(answer(*count, &request))
        })
        .await
    }

    /// Answers with what the function gives in time.
    pub(crate) async fn start_async<F, A>(answer: F) -> Self
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Response> + Send + 'static,
    {
        Self::serve(make(move |request| {
            let answer = answer(request);
            async move { Ok::<_, poem::Error>(answer.await) }
        }))
        .await
    }

    /// Serves any endpoint.
    pub(crate) async fn serve<E>(endpoint: E) -> Self
    where
        E: IntoEndpoint<Endpoint: 'static>,
    {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
        let address = acceptor.local_addr()[0].as_socket_addr().copied().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let endpoint = poem::EndpointExt::before(endpoint.into_endpoint(), move |request: Request| {
            let one = Seen {
                path: request.uri().to_string(),
                headers: request.headers().clone(),
            };
            log.lock().unwrap().push(one);
            async move { Ok(request) }
        });
        let task = tokio::spawn(async move {
            poem::Server::new_with_acceptor(acceptor)
                .run(endpoint)
                .await
                .unwrap();
        });
        Self {
            url: format!("http://{address}"),
            seen,
            task,
        }
    }

    /// Every request so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
