//! One spec served twice: by the echo in process, and by the same echo behind generated routes and HTTP, with the
//! adapter in front.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api as api;
use crochet_openapi::{
    Authenticator, Caller, CallerKind, Credentials, Problem, RELAY_SCOPE, RequestContext, Scopes,
};
use crochet_openapi_poem::Host;
use poem::{EndpointExt, Route};
use poem_openapi::OpenApiService;

use super::{Script, Stage};
use crate::generated::{adapter, echo};
use crate::net::{Connection, Credential, Endpoints, Retries};
use crate::testing::Server;

pub(super) struct Served {
    module: String,
    stage: Stage,
    connection: Connection,
    _server: Server,
}

/// Takes any key for a service that holds every scope.
struct Anyone;

#[async_trait]
impl Authenticator for Anyone {
    async fn authenticate(
        &self,
        _credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        let named = crochet_routes::OPERATIONS
            .iter()
            .flat_map(|operation| operation.security.scopes);
        let scopes = named.copied().chain([RELAY_SCOPE]).collect::<Scopes>();
        Ok(Some(Caller::new(
            "service:test",
            CallerKind::Service,
            scopes,
            request.clone(),
        )))
    }
}

/// Writes the three places in which each spec has a name of its own.
macro_rules! specs {
    ($($module:ident: $routes:ident, $http:ident);* $(;)?) => {
        fn routes(module: &str, stage: &Stage) -> Route {
            match module {
                $(stringify!($module) => {
                    let routes = crochet_routes::$module::$routes::new(Arc::new(echo::$module::Echo(stage.clone())));
                    let base = api::SPECS.iter().find(|spec| spec.name == module).expect("the spec").base_path;
                    Route::new().nest(base, OpenApiService::new(routes, module, "1"))
                })*
                other => unreachable!("no routes for {other}"),
            }
        }

        impl Served {
            pub(super) async fn ask_in_process(&self, operation: &str, caller: &Caller, script: &Arc<Script>) -> String {
                self.stage.play(script);
                match self.module.as_str() {
                    $(stringify!($module) => {
                        echo::$module::ask(operation, &echo::$module::Echo(self.stage.clone()), caller, script).await
                    })*
                    other => unreachable!("no echo of {other}"),
                }
            }

            pub(super) async fn ask_over_http(&self, operation: &str, caller: &Caller, script: &Arc<Script>) -> String {
                self.stage.play(script);
                match self.module.as_str() {
                    $(stringify!($module) => {
                        let http = adapter::$module::$http::new(&self.connection);
                        echo::$module::ask(operation, &http, caller, script).await
                    })*
                    other => unreachable!("no adapter of {other}"),
                }
            }
        }
    };
}

specs! {
    contexts: ContextsRoutes, HttpContexts;
    ingestor: IngestorRoutes, HttpIngestor;
    orthos: OrthosRoutes, HttpOrthos;
    platform: PlatformRoutes, HttpPlatform;
    remediations: RemediationsRoutes, HttpRemediations;
    work: WorkRoutes, HttpWork;
}

pub(super) async fn serve(module: &str) -> Served {
    let stage = Stage::default();
    let host = Arc::new(Host::new(Arc::new(Anyone)));
    let server = Server::serve(routes(module, &stage).data(host)).await;
    let endpoints = Endpoints::at(&server.url).expect("an address");
    let connection = Connection::to(endpoints)
        .authorize(Credential::api_key("any").expect("a key"))
        .retries(Retries::none())
        .build()
        .expect("a connection");
    Served {
        module: module.to_owned(),
        stage,
        connection,
        _server: server,
    }
}
