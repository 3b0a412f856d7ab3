//! The reapers: deleted contexts go in batches, and what has expired is forgotten.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use crochet_domain::ports::{AuditKept, AuditTrail, Clock, Contexts, Idempotency, Ledger, Queue, SignIns};
use tokio_util::sync::CancellationToken;

use super::{PipelineError, pause};

/// How long to wait for a context to be deleted before looking again; the wait ends when there is one.
const DELETION_WAIT: Duration = Duration::from_secs(3_600);
/// Rows of one batch: some tens of milliseconds, so that others get their turn.
const DELETE_BATCH: u32 = 2_000;
/// How often to forget.
const EXPIRE_EVERY: Duration = Duration::from_secs(300);
/// How long rows of the ledger that are done are kept, to be looked at.
const LEDGER_KEPT: TimeDelta = TimeDelta::days(1);
/// Rows forgotten in one transaction.
const FORGET_BATCH: u32 = 2_000;

/// Removes the rows of contexts that are being deleted, until shutdown.
pub(crate) async fn delete_contexts(
    contexts: Arc<dyn Contexts>,
    shutdown: CancellationToken,
) -> Result<(), PipelineError> {
    while !shutdown.is_cancelled() {
        let pending = contexts.deleting(DELETION_WAIT);
        let Some(pending) = shutdown.run_until_cancelled(pending).await else {
            return Ok(());
        };
        for key in pending.map_err(failed)? {
            while !shutdown.is_cancelled()
                && !contexts
                    .delete_batch(key, DELETE_BATCH)
                    .await
                    .map_err(failed)?
                    .finished
            {
                tokio::task::yield_now().await;
            }
        }
    }
    Ok(())
}

/// What expires in this process.
#[derive(Clone)]
pub(crate) struct Expiries {
    /// Done rows.
    pub(crate) ledger: Arc<dyn Ledger>,
    /// Dedup keys, if the queue is here.
    pub(crate) queue: Option<Arc<dyn Queue>>,
    /// Kept answers.
    pub(crate) idempotency: Arc<dyn Idempotency>,
    /// Sign-in links and sessions.
    pub(crate) sign_ins: Arc<dyn SignIns>,
    /// The audit log, if it is here.
    pub(crate) audit: Option<AuditRetention>,
}

/// How much of the audit log is kept.
#[derive(Clone)]
pub(crate) struct AuditRetention {
    /// The log.
    pub(crate) trail: Arc<dyn AuditTrail>,
    /// For so many days.
    pub(crate) days: u32,
    /// So many entries at most.
    pub(crate) entries_max: u64,
}

impl AuditRetention {
    async fn forget(&self, clock: &dyn Clock) -> Result<(), PipelineError> {
        let kept = AuditKept {
            since: clock.now() - TimeDelta::days(self.days.into()),
            entries_max: self.entries_max,
        };
        while self.trail.forget(kept, FORGET_BATCH).await.map_err(failed)? > 0 {}
        Ok(())
    }
}

/// Forgets what has expired, until shutdown.
pub(crate) async fn expire(
    expiries: Expiries,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
) -> Result<(), PipelineError> {
    loop {
        let before = clock.now() - LEDGER_KEPT;
        while expiries.ledger.forget(before, FORGET_BATCH).await? > 0 {}
        while expiries.idempotency.expire().await.map_err(failed)? > 0 {}
        expiries.sign_ins.expire().await.map_err(failed)?;
        if let Some(queue) = &expiries.queue {
            while queue.expire().await.map_err(failed)? > 0 {}
        }
        if let Some(audit) = &expiries.audit {
            audit.forget(&*clock).await?;
        }
        if !pause(&*clock, EXPIRE_EVERY, &shutdown).await {
            return Ok(());
        }
    }
}

fn failed(error: impl Display) -> PipelineError {
    PipelineError::Reaper(error.to_string())
}
