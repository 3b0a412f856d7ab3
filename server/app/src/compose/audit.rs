//! Where this process writes down what is done: into the log of its own store, or into the one of the platform's process.
//!
//! What must be written before it is done waits for its place in the log. What is only noted goes through a queue with a
//! bound: a flood of refusals costs entries, never a request; and callers whom nobody knows have a share of their own.

mod strangers;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as ShortLock, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use crochet_api::platform::PlatformApi;
use crochet_domain::ports::AuditTrail;
use crochet_openapi::{Audit, AuditEntry, AuditLog, CallerKind, Identity, Problem};
use crochet_routes::contexts::AuditedContexts;
use crochet_routes::ingestor::AuditedIngestor;
use crochet_routes::orthos::AuditedOrthos;
use crochet_routes::platform::AuditedPlatform;
use crochet_routes::remediations::AuditedRemediations;
use crochet_routes::work::AuditedWork;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use self::strangers::{NOTED_MAX, Strangers, Verdict};
use super::Mounted;
use crate::services::{problem, to_another, to_record};

/// How many notes may wait for their place.
const NOTES_MAX: usize = 1_000;
/// How many are written at once.
const BATCH_MAX: usize = 100;

/// Where entries are kept.
#[async_trait]
trait Keeper: Send + Sync {
    async fn keep(&self, entries: Vec<AuditEntry>) -> Result<(), Problem>;
}

/// In the store of this process.
struct Here(Arc<dyn AuditTrail>);

#[async_trait]
impl Keeper for Here {
    async fn keep(&self, entries: Vec<AuditEntry>) -> Result<(), Problem> {
        let records: Vec<_> = entries.into_iter().map(to_record).collect();
        self.0.keep(&records).await.map_err(problem)
    }
}

/// In the process that runs the platform.
struct Elsewhere {
    platform: Arc<dyn PlatformApi>,
    identity: Identity,
}

#[async_trait]
impl Keeper for Elsewhere {
    async fn keep(&self, entries: Vec<AuditEntry>) -> Result<(), Problem> {
        for entry in entries {
            let caller = self.identity.alone(entry.caller.request.clone());
            let said = to_another(to_record(entry))?;
            self.platform.record_audit_entry(&caller, said).await?;
        }
        Ok(())
    }
}

/// The log of this process, and the notes that are on their way into it.
#[derive(Clone)]
pub(crate) struct Recorder {
    keeper: Arc<dyn Keeper>,
    notes: mpsc::Sender<AuditEntry>,
    waiting: Arc<Mutex<mpsc::Receiver<AuditEntry>>>,
    lost: Arc<AtomicU64>,
    strangers: Arc<ShortLock<Strangers>>,
}

impl Recorder {
    /// Writes into the log of this process.
    pub(super) fn here(trail: Arc<dyn AuditTrail>) -> Self {
        Self::to(Arc::new(Here(trail)))
    }

    /// Has `platform` write.
    pub(super) fn elsewhere(platform: Arc<dyn PlatformApi>, identity: Identity) -> Self {
        Self::to(Arc::new(Elsewhere { platform, identity }))
    }

    fn to(keeper: Arc<dyn Keeper>) -> Self {
        let (notes, waiting) = mpsc::channel(NOTES_MAX);
        Self {
            keeper,
            notes,
            waiting: Arc::new(Mutex::new(waiting)),
            lost: Arc::default(),
            strangers: Arc::default(),
        }
    }

    /// The log, for those who write to it.
    pub(super) fn audit(&self) -> Audit {
        Audit::to(Arc::new(self.clone()))
    }

    /// Whether one more entry of a caller whom nobody knows is noted.
    fn has_room_for_a_stranger(&self) -> bool {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        let verdict = strangers.judge(Instant::now());
        drop(strangers);
        if let Verdict::FirstLeftOut(before) = verdict {
            tracing::warn!(
                before,
                "unknown callers were refused more than {NOTED_MAX} times within a minute: the rest of it is not noted"
            );
        }
        verdict == Verdict::Noted
    }

    /// Writes what was noted, until shutdown; then what is left of it.
    ///
    /// # Errors
    /// When it cannot be written; what was taken from the queue is lost then, and said to be.
    pub(super) async fn run(self, shutdown: CancellationToken) -> Result<(), Problem> {
        let mut waiting = self.waiting.lock().await;
        let mut batch = Vec::with_capacity(BATCH_MAX);
        loop {
            tokio::select! {
                biased;
                _ = waiting.recv_many(&mut batch, BATCH_MAX) => {}
                () = shutdown.cancelled() => return Ok(()),
            }
            let lost = self.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                tracing::warn!(lost, "more was refused at once than could be noted");
            }
            self.keeper.keep(std::mem::take(&mut batch)).await?;
        }
    }
}

#[async_trait]
impl AuditLog for Recorder {
    async fn keep(&self, entry: AuditEntry) -> Result<(), Problem> {
        self.keeper.keep(vec![entry]).await.map_err(|problem| {
            tracing::error!("the audit log cannot be written: {problem}");
            Problem::unavailable(
                "what is done here must be recorded, and that is not possible now",
                5,
            )
        })
    }

    fn note(&self, entry: AuditEntry) {
        if entry.caller.kind == CallerKind::Anonymous && !self.has_room_for_a_stranger() {
            return;
        }
        if self.notes.try_send(entry).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Mounted {
    /// The same services, where what is to be recorded is.
    pub(super) fn recorded(self, audit: &Audit) -> Self {
        macro_rules! recorded {
            ($service:expr, $audited:ident) => {
                $service.map(|service| Arc::new($audited::new(service, audit.clone())) as _)
            };
        }
        Self {
            contexts: recorded!(self.contexts, AuditedContexts),
            ingestor: recorded!(self.ingestor, AuditedIngestor),
            orthos: recorded!(self.orthos, AuditedOrthos),
            remediations: recorded!(self.remediations, AuditedRemediations),
            work: recorded!(self.work, AuditedWork),
            platform: recorded!(self.platform, AuditedPlatform),
        }
    }
}

#[cfg(test)]
mod tests;
