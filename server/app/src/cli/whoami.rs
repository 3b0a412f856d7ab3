//! `crochet whoami`: who a server takes this user for, and what they may do there.

use std::path::PathBuf;

use clap::Args;
use crochet_client::types::platform::{CallerInfo, Scope};

use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};
use super::reached::Reached;

const EXAMPLES: &str = "\
Examples:
  crochet whoami
  crochet whoami --server https://crochet.example.org --json";

/// Say who you are to a server
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct WhoamiArguments {
    /// Its address [default: CROCHET_URL, else the server on the data folder, else where you are signed in]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The data folder of a server on this machine
    #[arg(long, value_name = "DIR", conflicts_with = "server")]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFlags,
}

pub(super) fn run(arguments: &WhoamiArguments) -> Result<Exit, Failure> {
    let mut console = Console::new(Format::of(arguments.json));
    let data = arguments.data.as_deref();
    let reached = Reached::running(&arguments.config, arguments.server.as_deref(), data)?;
    super::block_on(async {
        let caller = reached.api.read_caller().await?;
        if console.is_json() {
            console.json(&caller)?;
        } else {
            console.say(described(&caller, &reached.url))?;
        }
        Ok(Exit::Done)
    })
}

fn described(caller: &CallerInfo, server: &str) -> String {
    let scopes: Vec<&str> = caller.scopes.iter().map(Scope::as_str).collect();
    let scopes = if scopes.is_empty() {
        "nothing: an administrator gives you a role".to_owned()
    } else {
        scopes.join(" ")
    };
    format!(
        "{} ({}) at {server}\nmay     {scopes}",
        caller.subject, caller.kind
    )
}
