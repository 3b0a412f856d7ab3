//! What keeps the pipeline going beside the requests: the relay hands rows of the ledger to the work service, the sweeper
//! hands them over again when a queue has lost them and notes what it has given up, the reapers remove what nobody needs.
//!
//! The ledger is the truth; the queue may be another process, may lose what it has, and may deliver twice. Nothing here
//! looks at what the work is.

mod envelope;
mod hand_over;
mod reaper;
mod relay;
mod sweeper;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use crochet_api::work::WorkApi;
use crochet_domain::ports::{Clock, Ledger, LedgerError};
use crochet_openapi::{Caller, Identity, Problem, RequestContext};
use tokio_util::sync::CancellationToken;

pub(crate) use reaper::{AuditRetention, Expiries, delete_contexts, expire};
pub(crate) use relay::relay;
pub(crate) use sweeper::sweep;

/// What relay and sweeper work with, and as whom.
#[derive(Clone)]
pub(crate) struct PipelineParts {
    /// Where the rows are.
    pub(crate) ledger: Arc<dyn Ledger>,
    /// Where they go.
    pub(crate) work: Arc<dyn WorkApi>,
    /// Under which name.
    pub(crate) identity: Identity,
    /// What time it is.
    pub(crate) clock: Arc<dyn Clock>,
    /// How often the ledger is looked through for rows that nobody announced.
    pub(crate) relay_every: Duration,
    /// How long a row may be missing from the queue before it is pushed again.
    pub(crate) sweep_after: Duration,
}

impl PipelineParts {
    fn caller(&self) -> Caller {
        self.identity.alone(RequestContext::new())
    }
}

/// Why a task of the pipeline failed. Its supervisor logs it and starts it again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PipelineError {
    /// The ledger did not answer.
    #[error("the ledger failed: {0}")]
    Ledger(#[from] LedgerError),
    /// The work service refused.
    #[error("the work service refused: {0}")]
    Work(Problem),
    /// The work service answered something that cannot be.
    #[error("{0}")]
    Inconsistent(&'static str),
    /// A port failed while something was to be removed.
    #[error("{0}")]
    Reaper(String),
}

/// Waits, unless the process is to stop; whether to go on.
async fn pause(clock: &dyn Clock, span: Duration, shutdown: &CancellationToken) -> bool {
    shutdown.run_until_cancelled(clock.sleep(span)).await.is_some()
}
