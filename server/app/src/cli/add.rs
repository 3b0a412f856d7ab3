//! `crochet add`: one more text for a context that is there.

use clap::Args;
use crochet_client::types::common::ContextId;

use super::console::Console;
use super::data::DataFlags;
use super::desk::Desk;
use super::events::Event;
use super::failure::{Exit, Failure};
use super::host::Host;
use super::interrupt::interruptible;
use super::name::named;
use super::source::Source;
use super::text::{Sample, Text};
use super::{progress, report};

const EXAMPLES: &str = "\
Examples:
  crochet add river part-3.txt
  crochet add river - < part-4.txt
  crochet add river --sample part-3";

/// Add texts to a context
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct AddArguments {
    /// The context
    #[arg(value_parser = named)]
    context: ContextId,
    /// Texts, UTF-8; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "sample")]
    files: Vec<Source>,
    /// A text that comes with Crochet
    #[arg(long, value_enum)]
    sample: Option<Sample>,
    #[command(flatten)]
    at: DataFlags,
}

pub(super) fn run(arguments: &AddArguments) -> Result<Exit, Failure> {
    let mut texts: Vec<Text> = arguments.files.iter().map(Text::read).collect::<Result<_, _>>()?;
    texts.extend(arguments.sample.map(Text::from));
    let work = async |host: &Host, console: &mut Console| {
        interruptible(add(host, &arguments.context, &texts, console)).await
    };
    arguments.at.work_there(work)
}

async fn add(
    host: &Host,
    context: &ContextId,
    texts: &[Text],
    console: &mut Console,
) -> Result<Exit, Failure> {
    let desk = Desk::existing(host.api(), context.clone()).await?;
    let started = std::time::Instant::now();
    progress::ingest(&desk, texts, console).await?;
    let totals = desk.totals(started.elapsed().as_secs_f64()).await?;
    console.say("")?;
    report::shapes(console, &totals)?;
    console.event(&Event::Done(totals.clone()))?;
    Ok(if totals.truncated {
        Exit::Truncated
    } else {
        Exit::Done
    })
}
