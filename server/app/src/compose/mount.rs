//! Puts the routes of every mounted service, the documents, the metrics and the pages under one address.
//!
//! Each spec keeps its own base path, so a proxy can send it elsewhere by prefix.

use std::sync::Arc;

use crochet_api::SPECS;
use crochet_openapi_poem::Host;
use crochet_platform::docs::{Docs, Document};
use crochet_platform::metrics::MetricsEndpoint;
use crochet_routes::{contexts, ingestor, orthos, platform, remediations, work};
use poem::http::StatusCode;
use poem::http::header::LOCATION;
use poem::{Endpoint, EndpointExt as _, Response, Route};
use poem_openapi::OpenApi;

use super::Mounted;
use crate::pages::{self, Site};

/// Probes and scrapes: answered even when the server is busy, and too frequent to log.
pub(crate) fn is_quiet(path: &str) -> bool {
    path.starts_with("/api/platform/v1/health/") || path == "/metrics"
}

/// Everything that this process answers.
pub(crate) fn mount(
    services: Mounted,
    host: Host,
    metrics: MetricsEndpoint,
    site: Option<&Arc<Site>>,
) -> impl Endpoint<Output = Response> + use<> {
    let docs = Docs::new(SPECS.iter().map(document).collect());
    let mut route = Route::new();
    route = match site {
        Some(site) => pages::mount(route, site),
        None => route.at("/", poem::endpoint::make_sync(|_| to_docs())),
    };
    route = route
        .at("/docs", docs.clone())
        .at("/docs/*path", docs.clone())
        .at("/openapi", docs.clone())
        .at("/openapi/*path", docs)
        .at("/metrics", metrics);
    if let Some(service) = services.contexts {
        route = nest(route, "contexts", contexts::ContextsRoutes::new(service));
    }
    if let Some(service) = services.ingestor {
        route = nest(route, "ingestor", ingestor::IngestorRoutes::new(service));
    }
    if let Some(service) = services.orthos {
        route = nest(route, "orthos", orthos::OrthosRoutes::new(service));
    }
    if let Some(service) = services.remediations {
        route = nest(
            route,
            "remediations",
            remediations::RemediationsRoutes::new(service),
        );
    }
    if let Some(service) = services.work {
        route = nest(route, "work", work::WorkRoutes::new(service));
    }
    if let Some(service) = services.platform {
        route = nest(route, "platform", platform::PlatformRoutes::new(service));
    }
    route.data(Arc::new(host)).map_to_response()
}

/// Mounts the routes of a spec below its base path.
fn nest(route: Route, spec: &str, routes: impl OpenApi) -> Route {
    let spec = SPECS
        .iter()
        .find(|known| known.name == spec)
        .expect("routes are generated from the specs");
    crochet_openapi_poem::mount(route, spec.base_path, routes)
}

fn document(spec: &crochet_api::SpecSource) -> Document {
    Document {
        name: spec.name,
        title: spec.title,
        base_path: spec.base_path,
        yaml: spec.yaml,
    }
}

fn to_docs() -> Response {
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(LOCATION, "/docs")
        .finish()
}
