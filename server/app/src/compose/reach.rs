//! The services as callers in this process reach them: guarded when they are here, over HTTP when they are not.

use std::sync::Arc;

use crochet_api::contexts::ContextsApi;
use crochet_api::ingestor::IngestorApi;
use crochet_api::orthos::OrthosApi;
use crochet_api::platform::PlatformApi;
use crochet_api::remediations::RemediationsApi;
use crochet_api::work::WorkApi;
use crochet_routes::contexts::GuardedContexts;
use crochet_routes::ingestor::GuardedIngestor;
use crochet_routes::orthos::GuardedOrthos;
use crochet_routes::platform::GuardedPlatform;
use crochet_routes::remediations::GuardedRemediations;
use crochet_routes::work::GuardedWork;

use super::Mounted;
use super::remote::{Remote, RemoteError};

/// Decides once, for each service, which way leads to it.
pub(crate) struct Reach<'a> {
    pub(crate) mounted: &'a Mounted,
    pub(crate) remote: &'a Remote,
}

impl Reach<'_> {
    pub(crate) fn contexts(&self) -> Result<Arc<dyn ContextsApi>, RemoteError> {
        match &self.mounted.contexts {
            Some(service) => Ok(Arc::new(GuardedContexts::new(service.clone()))),
            None => self.remote.contexts(),
        }
    }

    pub(crate) fn ingestor(&self) -> Result<Arc<dyn IngestorApi>, RemoteError> {
        match &self.mounted.ingestor {
            Some(service) => Ok(Arc::new(GuardedIngestor::new(service.clone()))),
            None => self.remote.ingestor(),
        }
    }

    pub(crate) fn orthos(&self) -> Result<Arc<dyn OrthosApi>, RemoteError> {
        match &self.mounted.orthos {
            Some(service) => Ok(Arc::new(GuardedOrthos::new(service.clone()))),
            None => self.remote.orthos(),
        }
    }

    pub(crate) fn platform(&self) -> Result<Arc<dyn PlatformApi>, RemoteError> {
        match &self.mounted.platform {
            Some(service) => Ok(Arc::new(GuardedPlatform::new(service.clone()))),
            None => self.remote.platform(),
        }
    }

    pub(crate) fn remediations(&self) -> Result<Arc<dyn RemediationsApi>, RemoteError> {
        match &self.mounted.remediations {
            Some(service) => Ok(Arc::new(GuardedRemediations::new(service.clone()))),
            None => self.remote.remediations(),
        }
    }

    pub(crate) fn work(&self) -> Result<Arc<dyn WorkApi>, RemoteError> {
        match &self.mounted.work {
            Some(service) => Ok(Arc::new(GuardedWork::new(service.clone()))),
            None => self.remote.work(),
        }
    }
}
