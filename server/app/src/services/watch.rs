//! Work that goes on by itself, as a stream of events that resumes after the last one that was seen.
//!
//! What is told is numbered by how far the work has come, so the number changes whenever there is something to tell, and
//! a stream needs no memory. It must never end before the work has.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_openapi::{Event, EventStream, Problem};
use futures_util::stream;

/// How long to wait for a change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// No two events follow one another faster, but for the last: a busy pipeline reports hundreds of times a second.
const PACE: Duration = Duration::from_millis(100);

/// Work that can be watched.
#[async_trait]
pub(super) trait Watched: Send + Sync + 'static {
    /// How far it is.
    type Record: Send + Sync + 'static;
    /// What is told of it.
    type Shown: Send + 'static;

    /// A number that every change alters.
    fn number(record: &Self::Record) -> String;

    /// Whether nothing will change any more.
    fn has_ended(record: &Self::Record) -> bool;

    /// How far it is once it differs from `seen` or the wait is over, and no sooner than `pace` but for its end.
    async fn after(
        &self,
        seen: &Self::Record,
        pace: Duration,
        up_to: Duration,
    ) -> Result<Self::Record, Problem>;

    /// The record as it is told.
    async fn shown(&self, record: &Self::Record) -> Result<Self::Shown, Problem>;
}

/// What comes next in a stream.
enum Step<R> {
    /// This, if it was not seen yet.
    Tell(R),
    /// Whatever differs from this.
    Await(R),
    /// Nothing.
    End,
}

/// The events of `work`, which is as far as `record` says, from the one after `seen` on; `None` when that was the last one.
pub(super) fn events<W: Watched>(
    work: W,
    record: W::Record,
    seen: Option<String>,
) -> Option<EventStream<W::Shown>> {
    let work = Arc::new(work);
    let first = if seen.is_none_or(|seen| seen != W::number(&record)) {
        Step::Tell(record)
    } else if W::has_ended(&record) {
        return None;
    } else {
        Step::Await(record)
    };
    Some(EventStream::new(stream::unfold(first, move |step| {
        let work = work.clone();
        async move {
            let record = match step {
                Step::End => return None,
                Step::Tell(record) => Ok(record),
                Step::Await(seen) => changed(&*work, seen).await,
            };
            Some(match tell(&*work, record).await {
                Ok((event, record)) => (Ok(event), following::<W>(record)),
                Err(problem) => (Err(problem), Step::End),
            })
        }
    })))
}

async fn tell<W: Watched>(
    work: &W,
    record: Result<W::Record, Problem>,
) -> Result<(Event<W::Shown>, W::Record), Problem> {
    let record = record?;
    let event = Event::new(work.shown(&record).await?).with_id(W::number(&record));
    Ok((event, record))
}

async fn changed<W: Watched>(work: &W, mut seen: W::Record) -> Result<W::Record, Problem> {
    loop {
        let now = work.after(&seen, PACE, WAIT).await?;
        if W::number(&now) != W::number(&seen) {
            return Ok(now);
        }
        seen = now;
    }
}

fn following<W: Watched>(record: W::Record) -> Step<W::Record> {
    if W::has_ended(&record) {
        Step::End
    } else {
        Step::Await(record)
    }
}
