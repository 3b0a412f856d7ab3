//! `crochet check`: proves the invariants of what is stored, or says what is wrong.

use clap::Args;
use crochet_client::Crochet;
use crochet_client::types::common::ContextId;
use crochet_client::types::orthos::ContextCheck;
use futures_util::TryStreamExt as _;

use super::console::Console;
use super::data::DataFlags;
use super::desk::about;
use super::draw::grouped;
use super::failure::{Exit, Failure};
use super::host::Host;
use super::interrupt::interruptible;
use super::name::named;

const EXAMPLES: &str = "\
Examples:
  crochet check               every context of the usual data folder
  crochet check river --json

Exit codes: 0 all is right, 1 something is not.";

/// Prove that what is stored is right, or say what is wrong
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArguments {
    /// The contexts [default: all of them]
    #[arg(value_name = "CONTEXT", value_parser = named)]
    contexts: Vec<ContextId>,
    #[command(flatten)]
    at: DataFlags,
}

pub(super) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let work = async |host: &Host, console: &mut Console| {
        interruptible(check(host.api(), &arguments.contexts, console)).await
    };
    arguments.at.work_there(work)
}

async fn check(api: &Crochet, named: &[ContextId], console: &mut Console) -> Result<Exit, Failure> {
    let contexts = if named.is_empty() {
        api.list_contexts()
            .stream()
            .map_ok(|context| context.id)
            .try_collect()
            .await?
    } else {
        named.to_vec()
    };
    if contexts.is_empty() {
        console.remark("there are no contexts");
    }
    let mut exit = Exit::Done;
    for context in contexts {
        let found = api
            .check_context(&context)
            .await
            .map_err(|error| about(&context, error))?;
        if !found.faults.is_empty() {
            exit = Exit::Failed;
        }
        show(&context, &found, console)?;
    }
    Ok(exit)
}

fn show(context: &ContextId, found: &ContextCheck, console: &mut Console) -> Result<(), Failure> {
    if console.is_json() {
        return console.json(&serde_json::json!({ "context": context, "check": found }));
    }
    let orthos = grouped(found.orthos.unsigned_abs());
    if found.faults.is_empty() {
        return console.say(format_args!(
            "{context} v{}: {orthos} orthos, all is right",
            found.version
        ));
    }
    console.say(format_args!(
        "{context} v{}: {orthos} orthos, {} faults",
        found.version,
        found.faults.len()
    ))?;
    for fault in &found.faults {
        console.say(format_args!("  {}: {}", fault.invariant, fault.detail))?;
    }
    Ok(())
}
