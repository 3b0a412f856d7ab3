//! `crochet digest`: two contexts hold the same orthos and remediations if and only if their digests are equal.

use clap::Args;
use crochet_client::Crochet;
use crochet_client::types::common::ContextId;

use super::console::Console;
use super::data::DataFlags;
use super::desk::about;
use super::failure::{Exit, Failure};
use super::host::Host;
use super::interrupt::interruptible;
use super::name::named;

const EXAMPLES: &str = "\
Examples:
  crochet digest river
  crochet digest river --json | jq -r .digest";

/// Print one hash over the orthos of a context and one over its remediations
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct DigestArguments {
    /// The context
    #[arg(value_parser = named)]
    context: ContextId,
    #[command(flatten)]
    at: DataFlags,
}

pub(super) fn run(arguments: &DigestArguments) -> Result<Exit, Failure> {
    let work = async |host: &Host, console: &mut Console| {
        interruptible(digest(host.api(), &arguments.context, console)).await
    };
    arguments.at.work_there(work)
}

async fn digest(api: &Crochet, context: &ContextId, console: &mut Console) -> Result<Exit, Failure> {
    let digest = api
        .read_digest(context)
        .await
        .map_err(|error| about(context, error))?;
    if console.is_json() {
        console.json(&digest)?;
    } else {
        console.say(format_args!(
            "orthos       {}  {}",
            digest.orthos, digest.ortho_count
        ))?;
        console.say(format_args!(
            "remediations {}  {}",
            digest.remediations, digest.remediation_count
        ))?;
    }
    if digest.settled_version < digest.version {
        console.remark(format_args!(
            "settled at v{}, the context is at v{}",
            digest.settled_version, digest.version
        ));
    }
    Ok(Exit::Done)
}
