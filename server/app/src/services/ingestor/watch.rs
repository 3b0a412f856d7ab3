//! An ingest as a stream of events, which resumes after the last one that was seen.
//!
//! Everything that is counted only grows, so the sum of the counts numbers the events, with what is given up behind it:
//! that changes whenever there is something to tell, and needs no memory. It must never end before the ingest has.

use std::sync::Arc;
use std::time::Duration;

use crochet_api::ingestor::Ingest as ShownIngest;
use crochet_domain::ports::{Ingest, WaveRecord, WaveState};
use crochet_openapi::{Event, EventStream, Problem};
use futures_util::stream;

use super::view;
use crate::services::problems::problem;

/// How long to wait for a change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// No two events follow one another faster, but for the last: a busy pipeline reports hundreds of times a second.
const PACE: Duration = Duration::from_millis(100);

/// What comes next in a stream.
enum Step {
    /// This, if it was not seen yet.
    Tell(WaveRecord),
    /// Whatever differs from this.
    Await(WaveRecord),
    /// Nothing.
    End,
}

/// The events of a wave, from the one after `seen` on.
pub(super) fn events(
    ingest: Arc<dyn Ingest>,
    wave: WaveRecord,
    context: String,
    seen: Option<String>,
) -> EventStream<ShownIngest> {
    let first = if seen.is_some_and(|seen| seen == number(&wave)) {
        after(wave)
    } else {
        Step::Tell(wave)
    };
    EventStream::new(stream::unfold(first, move |step| {
        let (ingest, context) = (ingest.clone(), context.clone());
        async move {
            match next(&*ingest, step).await {
                Ok(Some(wave)) => Some((event(&wave, &context), after(wave))),
                Ok(None) => None,
                Err(problem) => Some((Err(problem), Step::End)),
            }
        }
    }))
}

async fn next(ingest: &dyn Ingest, step: Step) -> Result<Option<WaveRecord>, Problem> {
    let mut seen = match step {
        Step::Tell(wave) => return Ok(Some(wave)),
        Step::End => return Ok(None),
        Step::Await(seen) => seen,
    };
    loop {
        let now = ingest.wave_after(&seen, PACE, WAIT).await.map_err(problem)?;
        if number(&now) != number(&seen) {
            return Ok(Some(now));
        }
        seen = now;
    }
}

fn after(wave: WaveRecord) -> Step {
    match wave.state {
        WaveState::Running => Step::Await(wave),
        WaveState::Settled | WaveState::Cancelled => Step::End,
    }
}

fn event(wave: &WaveRecord, context: &str) -> Result<Event<ShownIngest>, Problem> {
    let shown = view::ingest(wave.clone(), context, false)?;
    Ok(Event::new(shown).with_id(number(wave)))
}

fn number(wave: &WaveRecord) -> String {
    let done = wave.items_total - wave.items_open.min(wave.items_total);
    let ended = u64::from(wave.state != WaveState::Running);
    let sum = wave.items_total + done + wave.orthos_added + wave.remediations_added + ended;
    let stuck = wave.stuck.as_ref().map_or(0, |stuck| stuck.items);
    format!("{sum}.{stuck}")
}
