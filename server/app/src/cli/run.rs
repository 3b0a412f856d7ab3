//! `crochet run`: the orthos of one's own texts, from files to grids.
//!
//! The texts go into a context of a data folder through the services, like anybody's. Where an estimate says that
//! there are too many orthos to keep, they are surveyed instead: counted, and only the best shown.

use std::time::Instant;

use clap::Args;
use crochet_client::types::common::{ContextId, Title};
use crochet_client::types::ingestor::SearchMode;
use crochet_client::types::orthos::NewSurvey;

use super::bounds::BoundsFlags;
use super::console::Console;
use super::data::DataFlags;
use super::desk::{Desk, Wanted};
use super::draw::{grouped, rough};
use super::events::{Event, Totals};
use super::failure::{Exit, Failure};
use super::host::{Host, Place};
use super::interrupt::interruptible;
use super::name::{context_name, named};
use super::progress;
use super::report::{self, Best};
use super::source::Source;
use super::text::Text;

const EXAMPLES: &str = "\
Examples:
  crochet run book.txt                        into the usual data folder, as the context `book`
  crochet run part-1.txt part-2.txt --context river
  crochet run book.txt --max-dims 3 --stop-words the,of,and
  pdftotext paper.pdf - | crochet run - --context paper --ephemeral --json

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but cut short, 130 interrupted.";

/// So many of the best orthos are shown.
const BEST_SHOWN: usize = 3;

/// Find the orthos of your own texts
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct RunArguments {
    /// Texts, UTF-8; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<Source>,
    /// The context to put them in, made if there is none [default: the name of the first file]
    #[arg(long, value_name = "NAME", value_parser = named)]
    context: Option<ContextId>,
    #[command(flatten)]
    bounds: BoundsFlags,
    /// Store every ortho, however many there are
    #[arg(long)]
    complete: bool,
    /// Use a temporary data folder, and leave nothing behind
    #[arg(long, conflicts_with_all = ["data", "server"])]
    ephemeral: bool,
    #[command(flatten)]
    at: DataFlags,
}

pub(super) fn run(arguments: &RunArguments) -> Result<Exit, Failure> {
    arguments.bounds.settings()?;
    let texts: Vec<Text> = arguments.files.iter().map(Text::read).collect::<Result<_, _>>()?;
    let first = texts.first().ok_or_else(|| Failure::usage("no text was given"))?;
    let wanted = Wanted {
        id: arguments
            .context
            .clone()
            .map_or_else(|| context_name(&first.title), Ok)?,
        title: Title::try_from(first.title.as_str()).map_err(Failure::new)?,
        bounds: arguments.bounds.clone(),
    };
    let place = if arguments.ephemeral {
        Place::Temporary
    } else {
        arguments.at.place()
    };
    let work = async |host: &Host, console: &mut Console| {
        let exit = in_context(host, &wanted, &texts, arguments.complete, console).await?;
        if let Some(open) = host.how_to_open(&place) {
            console.say(format_args!("Open  {open}"))?;
        }
        Ok(exit)
    };
    let outcome = arguments.at.work(&place, work);
    outcome.map_err(|failure| match failure.exit {
        Exit::Interrupted if !arguments.ephemeral => {
            failure.try_this("what was taken in is kept, the same command goes on with it")
        }
        _ => failure,
    })
}

async fn in_context(
    host: &Host,
    wanted: &Wanted,
    texts: &[Text],
    complete: bool,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let desk = interruptible(Desk::open(host.api(), wanted)).await?;
    let outcome = interruptible(study(&desk, texts, complete, console)).await;
    if outcome.is_err() {
        // The first failure is the one to tell; a context that could not be put away does no harm.
        let _ = desk.tidy().await;
    }
    outcome
}

async fn study(
    desk: &Desk<'_>,
    texts: &[Text],
    complete: bool,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let started = Instant::now();
    let estimate = desk.estimate(texts).await?;
    let (totals, best) = if estimate.survey_advised && !complete {
        let about = grouped(rough(estimate.orthos.unsigned_abs()));
        console.say(format_args!(
            "about {about} orthos expected: survey (--complete, in a context of its own, stores them all)"
        ))?;
        survey(desk, texts, started, console).await?
    } else {
        search(desk, texts, started, console).await?
    };
    console.say("")?;
    report::shapes(console, &totals)?;
    report::best(console, best)?;
    let bounds = desk.context().await?.bounds;
    console.say(format_args!(
        "\n{}",
        report::summary(&totals, bounds.max_dims, bounds.max_extent)
    ))?;
    console.event(&Event::Done(totals.clone()))?;
    Ok(if totals.truncated {
        Exit::Truncated
    } else {
        Exit::Done
    })
}

/// Adds the texts and waits until every ortho is stored.
async fn search(
    desk: &Desk<'_>,
    texts: &[Text],
    started: Instant,
    console: &mut Console,
) -> Result<(Totals, Vec<Best>), Failure> {
    progress::ingest(desk, texts, console).await?;
    Ok((
        desk.totals(started.elapsed().as_secs_f64()).await?,
        desk.best(BEST_SHOWN).await?,
    ))
}

/// Adds the texts without a search, counts, and keeps only the best.
async fn survey(
    desk: &Desk<'_>,
    texts: &[Text],
    started: Instant,
    console: &mut Console,
) -> Result<(Totals, Vec<Best>), Failure> {
    for text in texts {
        let ingest = desk.add(text, SearchMode::Skip).await?;
        console.event(&Event::Context {
            context: desk.id().to_string(),
            version: ingest.version.into(),
        })?;
        let (words, new) = (ingest.words.unsigned_abs(), ingest.new_words.unsigned_abs());
        console.say(progress::row(
            &text.title,
            words,
            &format!(", {} of them new", grouped(new)),
        ))?;
    }
    let survey = progress::survey(desk, NewSurvey::default(), console).await?;
    let stored = desk.totals(started.elapsed().as_secs_f64()).await?;
    let counted = survey
        .shapes
        .iter()
        .map(|count| (count.shape.to_string(), count.orthos.unsigned_abs()));
    let totals = Totals {
        orthos: counted.collect(),
        truncated: survey.truncated,
        ..stored
    };
    Ok((totals, desk.surveyed_best(&survey, BEST_SHOWN).await?))
}
