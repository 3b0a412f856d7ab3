//! Work that takes a while, shown while it goes on: a text being searched, a context being surveyed.
//!
//! Incremental work brings forth more work, so it shows what is left and never a percentage. A survey knows its
//! parts, so it has a bar.

use std::time::Instant;

use crochet_client::types::ingestor::{Ingest, SearchMode};
use crochet_client::types::orthos::{NewSurvey, Survey};

use super::console::Console;
use super::desk::Desk;
use super::draw::grouped;
use super::events::Event;
use super::failure::Failure;
use super::text::Text;

/// Adds a text to a context and waits until its orthos are found, then prints its line.
pub(super) async fn ingest(desk: &Desk<'_>, text: &Text, console: &mut Console) -> Result<Ingest, Failure> {
    let started = Instant::now();
    let ingest = desk.add(text, SearchMode::All).await?;
    console.event(&Event::Context {
        context: desk.id().to_string(),
        version: ingest.version.into(),
    })?;
    let spinner = console.spinner();
    let ingest = desk
        .follow(ingest, |step| {
            let (orthos, left) = (
                grouped(step.orthos.unsigned_abs()),
                grouped(step.work_left.unsigned_abs()),
            );
            spinner.set_message(format!("{}  {orthos} orthos  {left} work items left", step.title));
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
    console.say(line(&ingest, started.elapsed().as_secs_f64()))?;
    Ok(ingest)
}

fn line(ingest: &Ingest, seconds: f64) -> String {
    let words = grouped(ingest.words.unsigned_abs());
    let title = ingest.title.as_str();
    if ingest.duplicate {
        return format!("{title:<30} {words:>8} words    was there already");
    }
    let orthos = format!("+{}", grouped(ingest.orthos.unsigned_abs()));
    format!("{title:<30} {words:>8} words {orthos:>10} orthos {seconds:>6.1} s")
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
