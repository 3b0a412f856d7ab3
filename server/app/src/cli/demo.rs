//! `crochet demo`: the whole of Crochet in one command, on temporary data.
//!
//! It serves, takes the sample texts in, shows what came out and what to try next, and goes on serving until ctrl-C.
//! Every command it prints works as it stands.

use std::time::Instant;

use clap::Args;
use crochet_client::types::common::{ContextId, Title};

use super::bounds::BoundsFlags;
use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::desk::{Desk, Wanted};
use super::failure::{Exit, Failure};
use super::host::Host;
use super::interrupt::interruptible;
use super::text::{Sample, Text};
use super::{progress, report};

const EXAMPLES: &str = "\
Examples:
  crochet demo
  crochet demo --keep            leave the data folder when it ends
  crochet demo --set listen=127.0.0.1:0";

/// See it work: serve on temporary data, take the sample texts in, show their orthos
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct DemoArguments {
    /// Keep the data folder when the demo ends
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    config: ConfigFlags,
}

pub(super) fn run(arguments: &DemoArguments) -> Result<Exit, Failure> {
    let mut console = Console::new(Format::Text);
    console.head(format_args!(
        "crochet {}  demo on temporary data (--keep keeps it)",
        env!("CARGO_PKG_VERSION")
    ))?;
    super::block_on(async {
        let host = Host::demo(&arguments.config, arguments.keep).await?;
        let outcome = interruptible(show(&host, arguments.keep, &mut console)).await;
        host.close().await;
        match outcome {
            // To end a demo with ctrl-C is the way to end it.
            Err(failure) if failure.exit == Exit::Interrupted => Ok(Exit::Done),
            outcome => outcome,
        }
    })
}

async fn show(host: &Host, keep: bool, console: &mut Console) -> Result<Exit, Failure> {
    let started = Instant::now();
    let wanted = Wanted {
        id: ContextId::try_from("demo").map_err(Failure::new)?,
        title: Title::try_from("A walk by the river").map_err(Failure::new)?,
        bounds: BoundsFlags::default(),
    };
    let desk = Desk::open(host.api(), &wanted).await?;
    let texts = [Sample::Part1, Sample::Part2].map(Text::from);
    progress::ingest(&desk, &texts, console).await?;
    console.say("")?;
    report::shapes(console, &desk.totals(started.elapsed().as_secs_f64()).await?)?;
    report::best(console, desk.best(1).await?)?;
    console.say("Across and down, every line stands in the text.\n")?;
    for line in host.directions().await? {
        console.say(line)?;
    }
    console.say(format_args!(
        "Next     {}",
        host.command("add demo --sample part-3")
    ))?;
    console.say(if keep {
        "Ctrl-C   ends the demo and leaves its data"
    } else {
        "Ctrl-C   ends the demo and takes its data away"
    })?;
    std::future::pending().await
}
