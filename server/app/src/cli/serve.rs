//! `crochet serve`: the services, the workers and their documentation, until a signal ends them.

use std::path::PathBuf;

use clap::Args;
use crochet_platform::http::Served;
use crochet_platform::telemetry::{self, Style};

use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};
use super::host;
use super::refusal::refused;
use super::signin::Link;
use super::surroundings::tunnel;
use crate::serve::{self, Running};

const EXAMPLES: &str = "\
Examples:
  crochet serve
  crochet serve --data ./data --listen 127.0.0.1:9000 --workers 2
  crochet serve --only work --data ./queue --set remote.url=http://127.0.0.1:7878
  crochet serve --only worker --set remote.url=http://127.0.0.1:7878";

/// What happens, but not every step of a migration.
const USUAL_LOG: &str = "info,sea_orm_migration=warn";

/// Serve: the services, the workers, and /docs to try them
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArguments {
    /// The data folder [default: what `crochet config explain` says]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The address to listen on; port 0 is any free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Run only these parts: contexts, ingestor, orthos, remediations, work, platform, worker
    #[arg(long, value_name = "PARTS")]
    only: Option<String>,
    /// How many workers to run
    #[arg(long, value_name = "N")]
    workers: Option<usize>,
    #[command(flatten)]
    config: ConfigFlags,
}

pub(super) fn run(arguments: &ServeArguments) -> Result<Exit, Failure> {
    let mut settings = Vec::new();
    settings.extend(
        arguments
            .data
            .as_ref()
            .map(|data| ("data", data.display().to_string())),
    );
    settings.extend(arguments.listen.clone().map(|address| ("listen", address)));
    settings.extend(arguments.only.clone().map(|parts| ("only", parts)));
    settings.extend(arguments.workers.map(|count| ("worker.count", count.to_string())));
    let config = arguments
        .config
        .load(&[("log.level", USUAL_LOG)], &settings)?
        .config;
    let mut console = Console::new(Format::Text);
    super::block_on(async {
        let is_for_people = telemetry::style(&config.log) != Style::Json;
        let log = telemetry::init(&config.log).map_err(Failure::usage)?;
        let running = serve::start(config, log).await.map_err(|error| refused(&error))?;
        // A program that reads the log finds the same in its first line.
        if is_for_people {
            announce(&running, &mut console).await?;
        }
        match running.wait_for_signal().await {
            Ok(Served::CutOff { connections }) if connections > 0 => {
                console.remark(format_args!("{connections} connections were cut off"));
                Ok(Exit::Done)
            }
            Ok(_) => Ok(Exit::Done),
            Err(error) => Err(Failure::new(format!("signals cannot be waited for: {error}"))),
        }
    })
}

/// On standard error, beside the log: a server has no result to print.
async fn announce(running: &Running, console: &mut Console) -> Result<(), Failure> {
    let url = running.url();
    if let Some(file) = running.admin_key_file() {
        let api = host::client(&url, running.data())?;
        match Link::for_admin(&api, &url).await {
            Ok(link) => console.remark(format_args!("Sign in  {}   {}", link.url, link.good())),
            // It serves all the same, and `crochet signin` tries again.
            Err(failure) => console.complain(&failure),
        }
        console.remark(format_args!("Key      {}", file.display()));
    }
    console.remark(format_args!("Data     {}  SQLite", running.data().display()));
    if let Some(line) = tunnel(running.address()) {
        console.remark(format_args!("Tunnel   {line}"));
    }
    let ms = running.ready_after().as_millis();
    console.remark(format_args!(
        "Ready    in {ms} ms at {url}   docs {url}/docs   metrics {url}/metrics"
    ));
    Ok(())
}
