//! The relay: rows of the ledger that nobody has handed over go to the work service.
//!
//! It may die between push and note: then the rows are pushed again under the same keys and dropped as duplicates. A full
//! queue makes it wait, and that is all the back-pressure there is: the ledger holds whatever has to wait. It must never
//! stand still for the sake of one row.

use crochet_domain::ports::LedgerItem;
use tokio_util::sync::CancellationToken;

use super::hand_over::{Handed, hand_over};
use super::{PipelineError, PipelineParts, pause};

/// Rows that are read at once.
const BATCH: u32 = 200;

/// Hands rows over as they are written, until shutdown. A commit wakes it at once.
pub(crate) async fn relay(parts: PipelineParts, shutdown: CancellationToken) -> Result<(), PipelineError> {
    let mut batch = BATCH;
    while !shutdown.is_cancelled() {
        let items: Vec<LedgerItem> = parts.ledger.unpushed(batch).await?;
        if items.is_empty() {
            tokio::select! {
                () = parts.ledger.written(parts.relay_every) => {}
                () = shutdown.cancelled() => {}
            }
            continue;
        }
        match hand_over(&parts, &items).await? {
            Handed::All => batch = (batch * 2).min(BATCH),
            Handed::Full(wait) => {
                // What is left of the queue may hold fewer.
                batch = (batch / 2).max(1);
                pause(&*parts.clock, wait, &shutdown).await;
            }
        }
    }
    Ok(())
}
