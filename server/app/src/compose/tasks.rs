//! The tasks that this process runs beside its requests: relay, sweeper, reapers, workers, notes for the audit log.
//!
//! Whoever has the ledger hands it on, whoever has a database forgets what has expired in it, and workers run wherever
//! the configuration says.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use crochet_domain::pipeline::Budget;
use crochet_domain::ports::Clock;
use crochet_platform::config::{Config, Part};
use crochet_store::SystemClock;

use super::audit::Recorder;
use super::local::Ports;
use super::reach::Reach;
use super::remote::RemoteError;
use super::{Background, identity};
use crate::pipeline::{AuditRetention, Expiries, PipelineParts, delete_contexts, expire, relay, sweep};
use crate::worker::{self, WorkerOptions, WorkerParts};

/// Everything that is to run, not yet started.
pub(crate) struct Tasks {
    clock: Arc<dyn Clock>,
    pipeline: Option<PipelineParts>,
    ports: Option<Ports>,
    expiries: Option<Expiries>,
    deletes_contexts: bool,
    workers: Option<(WorkerParts, WorkerOptions)>,
    recorder: Recorder,
}

impl Tasks {
    /// What the configuration asks for.
    pub(crate) fn new(
        config: &Config,
        ports: Option<&Ports>,
        reach: &Reach<'_>,
        recorder: Recorder,
    ) -> Result<Self, RemoteError> {
        let has_ledger = config.runs(Part::Ingestor) || config.runs(Part::Orthos);
        let pipeline = match ports.filter(|_| has_ledger) {
            Some(ports) => Some(pipeline(config, ports, reach)?),
            None => None,
        };
        let workers = config.runs(Part::Worker) && config.worker.count > 0;
        Ok(Self {
            clock: ports.map_or_else(
                || Arc::new(SystemClock) as Arc<dyn Clock>,
                |ports| ports.clock.clone(),
            ),
            pipeline,
            ports: ports.cloned(),
            expiries: ports.map(|ports| expiries(config, ports)),
            deletes_contexts: config.runs(Part::Contexts),
            workers: if workers {
                Some((worker_parts(reach)?, worker_options(config)))
            } else {
                None
            },
            recorder,
        })
    }

    /// Starts everything.
    pub(crate) fn start(self, background: &Background) {
        let (clock, recorder) = (self.clock, self.recorder);
        background.spawn("audit log", move |shutdown| recorder.clone().run(shutdown));
        if let Some(parts) = self.pipeline {
            let swept = parts.clone();
            background.spawn("relay", move |shutdown| relay(parts.clone(), shutdown));
            background.spawn("sweeper", move |shutdown| sweep(swept.clone(), shutdown));
        }
        if let Some(ports) = self.ports.filter(|_| self.deletes_contexts) {
            let contexts = ports.store.contexts();
            background.spawn("reaper of contexts", move |shutdown| {
                delete_contexts(contexts.clone(), shutdown)
            });
        }
        if let Some(expiries) = self.expiries {
            background.spawn("reaper", move |shutdown| {
                expire(expiries.clone(), clock.clone(), shutdown)
            });
        }
        if let Some((parts, options)) = self.workers {
            background.spawn("workers", move |shutdown| {
                let running = worker::run(parts.clone(), options, shutdown);
                async move {
                    running.await;
                    Ok::<(), Infallible>(())
                }
            });
        }
    }
}

fn pipeline(config: &Config, ports: &Ports, reach: &Reach<'_>) -> Result<PipelineParts, RemoteError> {
    Ok(PipelineParts {
        ledger: ports.store.ledger(),
        work: reach.work()?,
        identity: identity(Part::Ingestor),
        clock: ports.clock.clone(),
        relay_every: Duration::from_millis(config.pipeline.relay_ms),
        sweep_after: Duration::from_millis(config.pipeline.sweep_ms),
    })
}

fn expiries(config: &Config, ports: &Ports) -> Expiries {
    Expiries {
        ledger: ports.store.ledger(),
        queue: config
            .runs(Part::Work)
            .then(|| ports.store.queue(config.queue.items_max)),
        idempotency: ports.store.idempotency(),
        sign_ins: ports.store.sign_ins(),
        audit: config.runs(Part::Platform).then(|| audit(config, ports)),
    }
}

fn audit(config: &Config, ports: &Ports) -> AuditRetention {
    AuditRetention {
        trail: ports.store.audit_trail(),
        days: config.audit.keep_days,
        entries_max: config.audit.entries_max,
    }
}

fn worker_parts(reach: &Reach<'_>) -> Result<WorkerParts, RemoteError> {
    Ok(WorkerParts {
        work: reach.work()?,
        contexts: reach.contexts()?,
        remediations: reach.remediations()?,
        orthos: reach.orthos()?,
        identity: identity(Part::Worker),
    })
}

fn worker_options(config: &Config) -> WorkerOptions {
    WorkerOptions {
        workers: config.worker.count,
        lease: Duration::from_millis(config.worker.lease_ms),
        budget: Budget {
            found_max: config.worker.found_max,
            ..Budget::default()
        },
        ..WorkerOptions::default()
    }
}
