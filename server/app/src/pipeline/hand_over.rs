//! Rows of the ledger on their way to the work service, in requests that it takes.
//!
//! Requests are cut by bytes, because a request has a limit and a row hardly any. A request that is refused for what is
//! in it is cut in halves; a row that is refused alone, or that cannot be read, counts as pushed and as given up, so that the others
//! go on, whoever waits for it sees why, and the sweeper comes back to it. It must never note what was not taken.

use std::time::Duration;

use crochet_api::work::{NewWorkItem, PushWork, PushWorkParams};
use crochet_domain::ports::{Failure, ItemId, LedgerItem};

use super::envelope::envelope;
use super::{PipelineError, PipelineParts};
use crate::queues::PipelineQueue;

/// Bytes of one request, well below the limit of the spec; a row that is longer goes alone.
const BYTES: usize = 4 << 20;
/// How long to wait for a full queue that does not say.
const FULL: Duration = Duration::from_secs(1);
/// The longest reason that is kept, in characters.
const REASON_MAX: usize = 1_000;

/// What became of rows that were handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handed {
    /// All are with the queue, or set aside.
    All,
    /// The queue is full for so long; some may be with it.
    Full(Duration),
}

/// What became of one request.
enum Pushed {
    Taken,
    Full(Duration),
    /// There is something in it that the service does not take.
    Refused(String),
}

/// A row and its item.
type Row<'a> = (&'a LedgerItem, NewWorkItem);

/// Pushes rows, each to its queue, and notes it. A full queue keeps nothing from another.
pub(super) async fn hand_over(parts: &PipelineParts, items: &[LedgerItem]) -> Result<Handed, PipelineError> {
    let mut handed = Handed::All;
    for queue in PipelineQueue::ALL {
        let its = items.iter().filter(|item| PipelineQueue::of(item.kind) == queue);
        if let Handed::Full(wait) = hand_over_to(parts, queue, its).await? {
            handed = Handed::Full(wait);
        }
    }
    Ok(handed)
}

async fn hand_over_to(
    parts: &PipelineParts,
    queue: PipelineQueue,
    items: impl Iterator<Item = &LedgerItem>,
) -> Result<Handed, PipelineError> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for item in items {
        match envelope(item) {
            Ok(envelope) => rows.push((item, envelope)),
            Err(unreadable) => set_aside(parts, item, &unreadable).await?,
        }
    }
    // The last is the next.
    let mut requests: Vec<&[Row<'_>]> = cut(&rows);
    requests.reverse();
    while let Some(request) = requests.pop() {
        match push(parts, queue, request).await? {
            Pushed::Taken => note(parts, request).await?,
            Pushed::Full(wait) => return Ok(Handed::Full(wait)),
            Pushed::Refused(reason) => match request {
                [(item, _)] => set_aside(parts, item, &reason).await?,
                several => {
                    let (first, second) = several.split_at(several.len() / 2);
                    requests.extend([second, first]);
                }
            },
        }
    }
    Ok(Handed::All)
}

/// Runs of rows that stay within the bytes of one request.
fn cut<'r, 'i>(rows: &'r [Row<'i>]) -> Vec<&'r [Row<'i>]> {
    let mut bytes = 0;
    let mut starts = vec![0];
    for (index, (item, _)) in rows.iter().enumerate() {
        bytes += item.payload.len();
        if bytes > BYTES && index > starts[starts.len() - 1] {
            starts.push(index);
            bytes = item.payload.len();
        }
    }
    let ends = starts.iter().skip(1).copied().chain([rows.len()]);
    let runs = starts.iter().zip(ends).map(|(&start, end)| &rows[start..end]);
    runs.filter(|run| !run.is_empty()).collect()
}

async fn push(
    parts: &PipelineParts,
    queue: PipelineQueue,
    rows: &[Row<'_>],
) -> Result<Pushed, PipelineError> {
    let items = rows.iter().map(|(_, item)| item.clone()).collect();
    let params = PushWorkParams::default();
    let pushed = parts
        .work
        .push_work(&parts.caller(), queue.name(), params, PushWork { items })
        .await;
    match pushed {
        Ok(answer) if answer.items.len() == rows.len() => Ok(Pushed::Taken),
        Ok(_) => Err(PipelineError::Inconsistent(
            "the work service answered for other items",
        )),
        Err(problem) => match problem.status {
            400 | 413 | 422 => Ok(Pushed::Refused(problem.to_string())),
            429 => {
                let asked = |seconds: u32| Duration::from_secs(seconds.into());
                Ok(Pushed::Full(problem.retry_after_s.map_or(FULL, asked)))
            }
            _ => Err(PipelineError::Work(problem)),
        },
    }
}

async fn note(parts: &PipelineParts, rows: &[Row<'_>]) -> Result<(), PipelineError> {
    let ids: Vec<ItemId> = rows.iter().map(|(item, _)| item.id).collect();
    Ok(parts.ledger.mark_pushed(&ids).await?)
}

async fn set_aside(
    parts: &PipelineParts,
    item: &LedgerItem,
    reason: &(impl std::fmt::Display + Sync + ?Sized),
) -> Result<(), PipelineError> {
    tracing::error!(item = %item.id, context = %item.context, "cannot be handed over: {reason}");
    parts.ledger.mark_pushed(&[item.id]).await?;
    let failure = Failure {
        item: item.id,
        reason: format!("it cannot be handed over: {reason}")
            .chars()
            .take(REASON_MAX)
            .collect(),
    };
    Ok(parts.ledger.mark_failed(&[failure]).await?)
}
