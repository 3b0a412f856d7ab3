//! Puts the routes of every mounted service, the documents, the metrics and the pages under one address.
//!
//! Each spec keeps its own base path, so a proxy can send it elsewhere by prefix.

use std::sync::Arc;

use crochet_api::SPECS;
use crochet_openapi_poem::{Api, Host};
use crochet_platform::docs::{Docs, Document};
use crochet_platform::metrics::MetricsEndpoint;
use crochet_routes::{contexts, ingestor, orthos, platform, remediations, work};
use poem::http::StatusCode;
use poem::http::header::LOCATION;
use poem::{Response, Route};

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
) -> Api {
    let docs = Docs::new(SPECS.iter().map(document).collect());
    let pages = match site {
        Some(site) => pages::mount(Route::new(), site),
        None => Route::new().at("/", poem::endpoint::make_sync(|_| to_docs())),
    };
    let pages = pages
        .at("/docs", docs.clone())
        .at("/docs/*path", docs.clone())
        .at("/openapi", docs.clone())
        .at("/openapi/*path", docs)
        .at("/metrics", metrics);
    let mut api = Api::new(host, pages);
    if let Some(service) = services.contexts {
        api = api.mount(contexts::ContextsRoutes::new(service));
    }
    if let Some(service) = services.ingestor {
        api = api.mount(ingestor::IngestorRoutes::new(service));
    }
    if let Some(service) = services.orthos {
        api = api.mount(orthos::OrthosRoutes::new(service));
    }
    if let Some(service) = services.remediations {
        api = api.mount(remediations::RemediationsRoutes::new(service));
    }
    if let Some(service) = services.work {
        api = api.mount(work::WorkRoutes::new(service));
    }
    if let Some(service) = services.platform {
        api = api.mount(platform::PlatformRoutes::new(service));
    }
    api
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
