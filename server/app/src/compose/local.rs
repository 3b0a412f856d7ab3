//! The services of this process, each on its ports.

use std::sync::Arc;
use std::time::Duration;

use crochet_domain::ports::Clock;
use crochet_platform::config::{Config, Part};
use crochet_store::Store;
use tokio_util::sync::CancellationToken;

use super::reach::Reach;
use super::remote::{Remote, RemoteError};
use super::{Mounted, identity};
use crate::services::{
    ContextsService, IngestorService, LongPolls, OrthosParts, OrthosService, RemediationsService, WorkService,
};

/// The database of this process and the time that it goes by.
#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A wait for work ends while the server has a quarter of its time left to answer.
fn polls(config: &Config, going_away: &CancellationToken) -> LongPolls {
    LongPolls {
        wait_max: Duration::from_millis(config.http.request_timeout_ms) * 3 / 4,
        going_away: going_away.clone(),
    }
}

/// Makes the services that the configuration asks for, but for the platform.
pub(crate) fn services(
    config: &Config,
    ports: &Ports,
    remote: &Remote,
    going_away: &CancellationToken,
) -> Result<Mounted, RemoteError> {
    let store = &ports.store;
    let mut mounted = Mounted::default();
    if config.runs(Part::Contexts) {
        mounted.contexts = Some(Arc::new(ContextsService::new(store.contexts())));
    }
    if config.runs(Part::Ingestor) {
        mounted.ingestor = Some(Arc::new(IngestorService::new(store.contexts(), store.ingest())));
    }
    if config.runs(Part::Remediations) {
        mounted.remediations = Some(Arc::new(RemediationsService::new(
            store.contexts(),
            store.remediations(),
        )));
    }
    if config.runs(Part::Work) {
        let queue = store.queue(config.queue.items_max);
        let work = WorkService::new(queue, ports.clock.clone()).with_polls(polls(config, going_away));
        mounted.work = Some(Arc::new(work));
    }
    if config.runs(Part::Orthos) {
        mounted.orthos = Some(Arc::new(OrthosService::new(OrthosParts {
            identity: identity(Part::Orthos),
            contexts_api: Reach {
                mounted: &mounted,
                remote,
            }
            .contexts()?,
            contexts: store.contexts(),
            orthos: store.orthos(),
            remediations: store.remediations(),
            surveys: store.surveys(),
            inspection: store.inspection(),
        })));
    }
    Ok(mounted)
}
