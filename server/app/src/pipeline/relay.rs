//! The relay: rows of the ledger that nobody has handed over go to the work service.
//!
//! It may die between push and note: then the rows are pushed again under the same keys and dropped as duplicates. A full
//! queue makes it wait, and that is all the back-pressure there is: the ledger holds whatever has to wait.

use std::time::Duration;

use crochet_api::work::{PushWork, PushWorkParams, QueueName};
use crochet_domain::ports::{ItemId, LedgerItem};
use tokio_util::sync::CancellationToken;

use super::envelope::envelope;
use super::{PipelineError, PipelineParts, QUEUE, pause};

/// Rows in one push.
const BATCH: u32 = 200;
/// How long to wait for a full queue that does not say.
const FULL: Duration = Duration::from_secs(1);
const TOO_MANY_REQUESTS: u16 = 429;

/// Hands rows over as they are written, until shutdown. A commit wakes it at once.
pub(crate) async fn relay(parts: PipelineParts, shutdown: CancellationToken) -> Result<(), PipelineError> {
    while !shutdown.is_cancelled() {
        let items = parts.ledger.unpushed(BATCH).await?;
        if items.is_empty() {
            tokio::select! {
                () = parts.ledger.written(parts.relay_every) => {}
                () = shutdown.cancelled() => {}
            }
            continue;
        }
        if let Some(wait) = hand_over(&parts, &items).await? {
            pause(&*parts.clock, wait, &shutdown).await;
        }
    }
    Ok(())
}

/// Pushes rows and notes it. When the queue is full, says how long to wait.
pub(super) async fn hand_over(
    parts: &PipelineParts,
    items: &[LedgerItem],
) -> Result<Option<Duration>, PipelineError> {
    let pushed = PushWork { items: items.iter().map(envelope).collect::<Result<_, _>>()? };
    let count = pushed.items.len();
    let queue = QueueName::try_from(QUEUE.to_owned())
        .map_err(|_| PipelineError::Inconsistent("the queue of the pipeline has no valid name"))?;
    let params = PushWorkParams { idempotency_key: None };
    match parts.work.push_work(&parts.caller(), queue, params, pushed).await {
        Ok(answer) if answer.items.len() == count => {}
        Ok(_) => return Err(PipelineError::Inconsistent("the work service answered for other items")),
        Err(problem) if problem.status == TOO_MANY_REQUESTS => {
            let wait = problem.retry_after_s.map_or(FULL, |seconds| Duration::from_secs(seconds.into()));
            return Ok(Some(wait));
        }
        Err(problem) => return Err(PipelineError::Work(problem)),
    }
    let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
    parts.ledger.mark_pushed(&ids).await?;
    Ok(None)
}
