//! `crochet config explain`, and the flags by which every command that starts a server is configured.
//!
//! A flag is only another source of a setting: it becomes a dotted key and goes to the platform with the
//! environment and the file. What a setting means and which values it takes is not known here.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use crochet_platform::config::{self, ConfigProblem, Loaded, Sources};

use super::console::{Console, Format};
use super::draw::table;
use super::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  crochet config explain
  CROCHET_WORKER_COUNT=4 crochet config explain
  crochet config explain --set http.drain_ms=0 --json";

/// Where settings come from besides the defaults
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ConfigFlags {
    /// Read settings from this file (crochet.toml in the current folder is read by itself)
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Set a setting by its name, as in worker.count=4; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_and_value, global = true)]
    settings: Vec<(String, String)>,
}

impl ConfigFlags {
    /// Reads the configuration with what the command itself asks for: `usual` stands where nobody set anything,
    /// `forced` stands above all.
    pub(super) fn load(&self, usual: &[(&str, &str)], forced: &[(&str, String)]) -> Result<Loaded, Failure> {
        let loaded = self.read(&[], forced)?;
        let is_unset = |key: &str| {
            loaded
                .explain()
                .iter()
                .any(|setting| setting.key == key && setting.source == "default")
        };
        let unset: Vec<(&str, &str)> = usual.iter().copied().filter(|(key, _)| is_unset(key)).collect();
        if unset.is_empty() {
            Ok(loaded)
        } else {
            self.read(&unset, forced)
        }
    }

    fn read(&self, usual: &[(&str, &str)], forced: &[(&str, String)]) -> Result<Loaded, Failure> {
        let usual = usual
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let is_free = |key: &String| forced.iter().all(|(other, _)| other != key);
        let named = self.settings.iter().filter(|(key, _)| is_free(key)).cloned();
        let forced = forced
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        let flags = usual.chain(named).chain(forced).collect();
        config::load(&Sources::of_process(flags, self.config.clone())).map_err(|error| {
            let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
            let failure = Failure::usage(lines.join("; "));
            let is_lost = |problem: &ConfigProblem| {
                matches!(problem, ConfigProblem::UnknownKey { suggestion: None, .. })
            };
            if error.problems.iter().any(is_lost) {
                failure.try_this("`crochet config explain` lists every setting")
            } else {
                failure
            }
        })
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("it must read KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// Look at the configuration
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct ConfigArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print every setting with its value and where the value came from
    #[command(after_help = EXAMPLES)]
    Explain {
        #[command(flatten)]
        flags: ConfigFlags,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(arguments: &ConfigArguments) -> Result<Exit, Failure> {
    let Action::Explain { flags, json } = &arguments.action;
    let settings = flags.load(&[], &[])?.explain();
    let mut console = Console::new(Format::of(*json));
    if console.is_json() {
        console.json(&settings)?;
        return Ok(Exit::Done);
    }
    let row = |setting: config::Setting| vec![setting.key, setting.value, setting.source, setting.variable];
    let rows: Vec<_> = settings.into_iter().map(row).collect();
    console.say(table::listing(&["setting", "value", "from", "variable"], &rows))?;
    Ok(Exit::Done)
}
