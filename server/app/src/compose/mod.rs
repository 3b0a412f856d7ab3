//! Builds a process from its configuration: the services that it runs, the way to those that it does not, and the tasks
//! that keep them going.
//!
//! This is the only place that knows which adapter stands behind which port. Services that call each other get one
//! another guarded, so a call in the process is authorised as it would be over HTTP; which of them are here and which
//! are elsewhere is decided once, here, and nobody else can tell. It must never hold a rule of the business.

mod access;
mod accounts;
mod audit;
mod background;
mod build;
mod checks;
mod credentials;
mod idempotency;
mod introspection;
mod local;
mod mount;
mod own_client;
mod programs;
mod reach;
mod remote;
mod sampler;
mod seen;
mod site;
mod tasks;

use std::sync::Arc;

use crochet_api::contexts::ContextsApi;
use crochet_api::ingestor::IngestorApi;
use crochet_api::orthos::OrthosApi;
use crochet_api::platform::PlatformApi;
use crochet_api::remediations::RemediationsApi;
use crochet_api::work::WorkApi;
use crochet_auth::roles;
use crochet_openapi::Identity;
use crochet_platform::config::{Config, Part};

pub(crate) use background::Background;
pub use build::ComposeError;
pub(crate) use build::{Composed, compose};
pub(crate) use credentials::ADMIN_FILE;
pub(crate) use mount::is_quiet;
#[cfg(test)]
pub(crate) use tasks::Tasks;

/// The services that this process runs itself, as they are mounted: routes check who calls them.
#[derive(Clone, Default)]
pub(crate) struct Mounted {
    pub(crate) contexts: Option<Arc<dyn ContextsApi>>,
    pub(crate) ingestor: Option<Arc<dyn IngestorApi>>,
    pub(crate) orthos: Option<Arc<dyn OrthosApi>>,
    pub(crate) remediations: Option<Arc<dyn RemediationsApi>>,
    pub(crate) work: Option<Arc<dyn WorkApi>>,
    pub(crate) platform: Option<Arc<dyn PlatformApi>>,
}

/// The name and authority under which a part calls others.
pub(crate) fn identity(part: Part) -> Identity {
    Identity::service(part.as_str(), roles::SERVICE.scope_set())
}

/// Whether this process holds a database: every part keeps something in one but the workers.
pub(crate) fn has_store(config: &Config) -> bool {
    Part::ALL
        .into_iter()
        .any(|part| part != Part::Worker && config.runs(part))
}
