//! The generated service: its routes alone, and with everything around them that a running server has.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_openapi::{Authenticator, Caller, CallerKind, Credentials, Problem, RequestContext, Scopes};
use crochet_openapi_poem::{Api, Host, problems};
use crochet_platform::config::Config;
use crochet_platform::http::{Listener, Serving, Stack, StackSettings};
use crochet_platform::metrics::Metrics;
use poem::Route;
use tokio_util::sync::CancellationToken;

use crate::api::bench::{BenchOperations, Count, CountItemsBody, Small};
use crate::client::KEY;
use crate::peers::run_poem;
use crate::routes::bench::BenchRoutes;

struct Service;

#[async_trait]
impl BenchOperations for Service {
    async fn read_small(&self, _: &Caller) -> Result<Small, Problem> {
        Ok(Small {
            status: "ok".into(),
            id: 42,
            name: "crochet".into(),
            ok: true,
        })
    }

    async fn count_items(&self, _: &Caller, body: CountItemsBody) -> Result<Count, Problem> {
        let (n, sum) = body
            .0
            .iter()
            .fold((0, 0), |(n, sum), item| (n + 1, sum + item.id));
        Ok(Count { n, sum })
    }
}

/// One key, whose name and scopes are shared by all of its callers, as the real one caches them.
struct OneKey {
    subject: Arc<str>,
    scopes: Scopes,
}

#[async_trait]
impl Authenticator for OneKey {
    async fn authenticate(
        &self,
        credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        let known = credentials.api_key == Some(KEY);
        Ok(known.then(|| {
            Caller::new(
                self.subject.clone(),
                CallerKind::Key,
                self.scopes.clone(),
                request.clone(),
            )
        }))
    }
}

fn api() -> Api {
    let scopes = Scopes::from_iter(["bench:read", "bench:write"]);
    let host = Host::new(Arc::new(OneKey {
        subject: "key:bench".into(),
        scopes,
    }));
    Api::new(host, Route::new()).mount(BenchRoutes::new(Arc::new(Service)))
}

pub(crate) async fn routes_alone() {
    run_poem(problems(api())).await;
}

pub(crate) async fn full() {
    let config = Config::default();
    let metrics = Metrics::default();
    let settings = StackSettings::of(&config, |_| false);
    let shutdown = CancellationToken::new();
    let stack = Stack::new(api(), settings, metrics.requests.clone(), shutdown.clone());
    let any = "127.0.0.1:0".parse().expect("an address");
    let listener = Listener::bind(any).await.expect("a free port");
    println!("{}", listener.address().port());
    listener
        .serve(stack, Serving::of(&config.http, metrics.requests), shutdown)
        .await;
}
