//! Work that takes a while, shown while it goes on: a text being searched, a context being surveyed.
//!
//! Incremental work brings forth more work, so it shows what is left and never a percentage. A survey knows its
//! parts, so it has a bar.

use std::time::Instant;

use crochet_client::types::ingestor::{Ingest, IngestState, SearchMode};
use crochet_client::types::orthos::{NewSurvey, Survey};

use super::console::Console;
use super::desk::Desk;
use super::draw::{counted, grouped};
use super::events::Event;
use super::failure::Failure;
use super::text::Text;

/// So many letters of a title are shown; the columns behind it stand one below the other.
const TITLE_LETTERS: usize = 30;

/// A text that was handed over.
struct Taken {
    ingest: Ingest,
    started: Instant,
    was_there: bool,
}

/// Adds texts to a context and waits until their orthos are found; prints the line of each as it settles.
///
/// All are handed over before any is waited for: what waits together is searched together. If one is refused, those before
/// it are followed to their end all the same.
pub(super) async fn ingest(desk: &Desk<'_>, texts: &[Text], console: &mut Console) -> Result<(), Failure> {
    let mut taken = Vec::with_capacity(texts.len());
    let mut outcome = Ok(());
    for text in texts {
        match hand_over(desk, text, console).await {
            Ok(text) => taken.push(text),
            Err(failure) => {
                outcome = Err(failure);
                break;
            }
        }
    }
    for text in taken {
        follow(desk, text, console).await?;
    }
    outcome
}

async fn hand_over(desk: &Desk<'_>, text: &Text, console: &mut Console) -> Result<Taken, Failure> {
    let started = Instant::now();
    let ingest = desk.add(text, SearchMode::All).await?;
    console.event(&Event::Context {
        context: desk.id().to_string(),
        version: ingest.version.into(),
    })?;
    Ok(Taken {
        was_there: ingest.duplicate && ingest.state == IngestState::Settled,
        ingest,
        started,
    })
}

async fn follow(desk: &Desk<'_>, text: Taken, console: &mut Console) -> Result<(), Failure> {
    let spinner = console.spinner();
    let ingest = desk
        .follow(text.ingest, |step| {
            let orthos = counted(step.orthos.unsigned_abs(), "ortho", "orthos");
            let left = counted(step.work_left.unsigned_abs(), "work item", "work items");
            spinner.set_message(format!("{}  {orthos}  {left} left", step.title));
            console.event(&Event::Progress {
                phase: "ingest",
                done: step.work_done.unsigned_abs(),
                left: step.work_left.unsigned_abs(),
                orthos: Some(step.orthos.unsigned_abs()),
            })
        })
        .await;
    spinner.finish_and_clear();
    let ingest = ingest?;
    let outcome = if text.was_there {
        ", there already".to_owned()
    } else {
        found(&ingest, text.started.elapsed().as_secs_f64())
    };
    console.say(row(&ingest.title, ingest.words.unsigned_abs(), &outcome))
}

fn found(ingest: &Ingest, seconds: f64) -> String {
    let orthos = format!("+{}", grouped(ingest.orthos.unsigned_abs()));
    format!(" {orthos:>10} orthos {seconds:>6.1} s")
}

/// What is said of one text: its title, its size and, after a blank or a comma of its own, what came of it.
pub(super) fn row(title: &str, words: u64, outcome: &str) -> String {
    format!(
        "{:<TITLE_LETTERS$} {:>8} words{outcome}",
        short(title),
        grouped(words)
    )
}

fn short(title: &str) -> String {
    if title.chars().count() <= TITLE_LETTERS {
        return title.to_owned();
    }
    let kept = title.chars().take(TITLE_LETTERS - 1);
    kept.chain(['…']).collect()
}

/// Surveys a context and waits for the end.
pub(super) async fn survey(
    desk: &Desk<'_>,
    wanted: NewSurvey,
    console: &mut Console,
) -> Result<Survey, Failure> {
    let bar = console.bar("survey", "parts");
    let survey = desk
        .survey(wanted, |step| {
            bar.set_length(step.parts.unsigned_abs());
            bar.set_position(step.parts_done.unsigned_abs());
            console.event(&Event::Progress {
                phase: "survey",
                done: step.parts_done.unsigned_abs(),
                left: (step.parts - step.parts_done).unsigned_abs(),
                orthos: Some(step.orthos.unsigned_abs()),
            })
        })
        .await;
    bar.finish_and_clear();
    survey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_rows_stand_below_each_other_however_long_a_title_is() {
        let rows = [row("river", 9, "."), row(&"é".repeat(80), 1_388, ".")];
        let column = |row: &str| row.chars().position(|letter| letter == '.');
        assert_eq!(column(&rows[0]), column(&rows[1]));
        assert!(rows[1].contains("é… "), "{}", rows[1]);
    }
}
