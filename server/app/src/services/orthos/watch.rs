//! A survey as a stream of events, which resumes after the last one that was seen.
//!
//! Events are numbered by the parts that are done, one more when the survey has ended, and by what is given up: that needs
//! no memory. It must never end before the survey has.

use std::sync::Arc;
use std::time::Duration;

use crochet_api::orthos::Survey as Shown;
use crochet_domain::ports::{SurveyRecord, SurveyState, Surveys};
use crochet_openapi::{Event, EventStream, Problem};
use futures_util::stream;

use super::surveys;
use crate::services::problems::problem;

/// How long to wait for a change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// No two events follow one another faster, but for the last.
const PACE: Duration = Duration::from_millis(100);

/// What comes next in a stream.
enum Step {
    /// This, if it was not seen yet.
    Tell(SurveyRecord),
    /// Whatever differs from this.
    Await(SurveyRecord),
    /// Nothing.
    End,
}

/// The events of a survey, from the one after `seen` on.
pub(super) fn events(
    surveys: Arc<dyn Surveys>,
    record: SurveyRecord,
    context: String,
    seen: Option<String>,
) -> EventStream<Shown> {
    let first = if seen.is_some_and(|seen| seen == number(&record)) {
        after(record)
    } else {
        Step::Tell(record)
    };
    EventStream::new(stream::unfold(first, move |step| {
        let (surveys, context) = (surveys.clone(), context.clone());
        async move {
            match next(&*surveys, step, &context).await {
                Ok(Some((event, record))) => Some((Ok(event), after(record))),
                Ok(None) => None,
                Err(problem) => Some((Err(problem), Step::End)),
            }
        }
    }))
}

async fn next(
    port: &dyn Surveys,
    step: Step,
    context: &str,
) -> Result<Option<(Event<Shown>, SurveyRecord)>, Problem> {
    let record = match step {
        Step::End => return Ok(None),
        Step::Tell(record) => record,
        Step::Await(seen) => changed(port, seen).await?,
    };
    let mut counts = port.counts(&[record.id]).await.map_err(problem)?;
    let counts = counts.remove(&record.id).unwrap_or_default();
    let event = Event::new(surveys::shown(&record, &counts, context)?).with_id(number(&record));
    Ok(Some((event, record)))
}

async fn changed(port: &dyn Surveys, mut seen: SurveyRecord) -> Result<SurveyRecord, Problem> {
    loop {
        let now = port.survey_after(&seen, PACE, WAIT).await.map_err(problem)?;
        if number(&now) != number(&seen) {
            return Ok(now);
        }
        seen = now;
    }
}

fn after(record: SurveyRecord) -> Step {
    match record.state {
        SurveyState::Running => Step::Await(record),
        SurveyState::Done | SurveyState::Cancelled => Step::End,
    }
}

fn number(record: &SurveyRecord) -> String {
    let ended = u64::from(record.state != SurveyState::Running);
    let done = record.parts_total - record.parts_open.min(record.parts_total);
    let stuck = record.stuck.as_ref().map_or(0, |stuck| stuck.items);
    format!("{}.{stuck}", done + ended)
}
