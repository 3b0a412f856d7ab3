//! Workers: they lease work items, search, report, and ack.
//!
//! A worker knows the services by their traits alone, so it runs beside them in one process or in a process of its
//! own. All decisions are those of `crochet_domain::pipeline`; here are leases, pages, retries and threads. A worker
//! holds nothing that is not elsewhere: it may die at any moment. It must never write to a store.

mod delivery;
mod fault;
mod keep;
mod outage;
mod search;
mod surveys;
mod turns;
mod views;
mod wire;
mod work;

use std::sync::Arc;
use std::time::Duration;

use crochet_api::contexts::ContextsApi;
use crochet_api::orthos::OrthosApi;
use crochet_api::remediations::RemediationsApi;
use crochet_api::work::WorkApi;
use crochet_domain::pipeline::Budget;
use crochet_openapi::{Caller, Identity, RequestContext};
use crochet_platform::supervise::{Backoff, supervise};
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use surveys::Surveys;
use turns::Turns;
use views::Views;

/// The services that a worker calls, and as whom.
#[derive(Clone)]
pub struct WorkerParts {
    /// Where items come from.
    pub work: Arc<dyn WorkApi>,
    /// Where sentences come from.
    pub contexts: Arc<dyn ContextsApi>,
    /// Who knows what waits.
    pub remediations: Arc<dyn RemediationsApi>,
    /// Who takes reports.
    pub orthos: Arc<dyn OrthosApi>,
    /// The worker's own authority.
    pub identity: Identity,
}

/// How workers work.
#[derive(Debug, Clone, Copy)]
pub struct WorkerOptions {
    /// How many items are worked on at once; 0 for none.
    pub workers: usize,
    /// How many items one worker leases at once; of surveys only one.
    pub lease_items_max: i32,
    /// How long a lease lasts unless it is extended: so long an item rests when a worker dies.
    pub lease: Duration,
    /// How long to wait for items when there are none.
    pub wait: Duration,
    /// How many contexts are kept in memory.
    pub contexts_max: usize,
    /// How much one item may find.
    pub budget: Budget,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            workers: 2,
            lease_items_max: 32,
            lease: Duration::from_secs(10),
            wait: Duration::from_secs(20),
            contexts_max: 8,
            budget: Budget::default(),
        }
    }
}

/// What the workers of one process share.
struct Worker {
    parts: WorkerParts,
    options: WorkerOptions,
    views: Views,
    surveys: Surveys,
    shutdown: CancellationToken,
}

impl Worker {
    /// Works in its own name, for nobody in particular.
    fn caller(&self) -> Caller {
        self.parts.identity.alone(RequestContext::new())
    }
}

/// Runs the workers until shutdown; what they hold then is given back.
pub async fn run(parts: WorkerParts, options: WorkerOptions, shutdown: CancellationToken) {
    let worker = Arc::new(Worker {
        views: Views::new(options.contexts_max),
        surveys: Surveys::default(),
        parts,
        options,
        shutdown: shutdown.clone(),
    });
    let run = |number: usize| {
        let (worker, shutdown) = (Arc::clone(&worker), shutdown.clone());
        async move {
            let name = format!("worker {number}");
            let make = |_| Arc::clone(&worker).work(Turns::of(number, options.workers));
            supervise(&name, Backoff::default(), shutdown, make).await;
        }
    };
    join_all((0..options.workers).map(run)).await;
}

#[cfg(test)]
mod tests;
