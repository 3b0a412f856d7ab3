//! One spec served twice: by the echo in process, and by the same echo behind generated routes and HTTP, with the
//! adapter in front.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_codegen::ir::{Security, Spec};
use crochet_openapi::{
    Authenticator, Caller, CallerKind, Credentials, Problem, RELAY_SCOPE, RequestContext, Scopes,
};
use crochet_openapi_poem::Host;
use poem::{EndpointExt, Route};
use poem_openapi::OpenApiService;

use super::{Script, Stage};
use crate::generated::{adapter, echo};
use crate::golden;
use crate::net::{Connection, Credential, Endpoints, Retries};
use crate::testing::Server;

pub(super) struct Served {
    spec: Spec,
    stage: Stage,
    with_key: Connection,
    with_token: Connection,
    _server: Server,
}

/// Takes any key for a service that holds every scope of the spec.
struct Anyone(Scopes);

#[async_trait]
impl Authenticator for Anyone {
    async fn authenticate(
        &self,
        _credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        Ok(Some(Caller::new(
            "service:test",
            CallerKind::Service,
            self.0.clone(),
            request.clone(),
        )))
    }
}

/// Writes the three places in which each spec has a name of its own.
macro_rules! specs {
    ($($module:literal: $routes:path, $http:path, $echo:path, $ask:path);* $(;)?) => {
        fn routes(spec: &Spec, stage: &Stage) -> Route {
            match spec.module.as_str() {
                $($module => {
                    let routes = $routes(Arc::new($echo(stage.clone())));
                    Route::new().nest(spec.base_path(), OpenApiService::new(routes, $module, "1"))
                })*
                other => unreachable!("no routes for {other}"),
            }
        }

        impl Served {
            pub(super) async fn ask_in_process(&self, operation: &str, caller: &Caller, script: &Arc<Script>) -> String {
                self.stage.play(script);
                match self.spec.module.as_str() {
                    $($module => $ask(operation, &$echo(self.stage.clone()), caller, script).await,)*
                    other => unreachable!("no echo of {other}"),
                }
            }

            /// With a token where the operation takes no key.
            pub(super) async fn ask_over_http(&self, operation: &str, caller: &Caller, script: &Arc<Script>) -> String {
                self.stage.play(script);
                match self.spec.module.as_str() {
                    $($module => $ask(operation, &$http(self.connection(operation)), caller, script).await,)*
                    other => unreachable!("no adapter of {other}"),
                }
            }
        }
    };
}

specs! {
    "contexts": crochet_routes::contexts::ContextsRoutes::new, adapter::contexts::HttpContexts::new,
        echo::contexts::Echo, echo::contexts::ask;
    "ingestor": crochet_routes::ingestor::IngestorRoutes::new, adapter::ingestor::HttpIngestor::new,
        echo::ingestor::Echo, echo::ingestor::ask;
    "orthos": crochet_routes::orthos::OrthosRoutes::new, adapter::orthos::HttpOrthos::new,
        echo::orthos::Echo, echo::orthos::ask;
    "platform": crochet_routes::platform::PlatformRoutes::new, adapter::platform::HttpPlatform::new,
        echo::platform::Echo, echo::platform::ask;
    "remediations": crochet_routes::remediations::RemediationsRoutes::new,
        adapter::remediations::HttpRemediations::new, echo::remediations::Echo, echo::remediations::ask;
    "work": crochet_routes::work::WorkRoutes::new, adapter::work::HttpWork::new, echo::work::Echo, echo::work::ask;
    "tea_house": golden::routes::TeaHouseRoutes::new, golden::adapter::tea_house::HttpTeaHouse::new,
        golden::echo::tea_house::Echo, golden::echo::tea_house::ask;
}

pub(super) async fn serve(spec: &Spec) -> Served {
    let stage = Stage::default();
    let named = spec
        .operations
        .iter()
        .filter_map(|operation| operation.security.as_ref());
    let scopes = named.flat_map(Security::scopes).chain([RELAY_SCOPE]).collect();
    let host = Arc::new(Host::new(Arc::new(Anyone(scopes))));
    let server = Server::serve(routes(spec, &stage).data(host)).await;
    let connection = |credential: Credential| {
        let builder = Connection::to(Endpoints::at(&server.url).expect("an address")).authorize(credential);
        builder.retries(Retries::none()).build().expect("a connection")
    };
    Served {
        spec: spec.clone(),
        stage,
        with_key: connection(Credential::api_key("any").expect("a key")),
        with_token: connection(Credential::bearer("any").expect("a token")),
        _server: server,
    }
}

impl Served {
    fn connection(&self, operation: &str) -> &Connection {
        let operation = self
            .spec
            .operations
            .iter()
            .find(|known| known.name() == operation);
        let security = operation.and_then(|operation| operation.security.as_ref());
        let takes_key = security.is_none_or(|security| security.uses().any(|used| used.scheme == "apiKey"));
        if takes_key {
            &self.with_key
        } else {
            &self.with_token
        }
    }
}
