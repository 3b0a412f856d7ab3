//! `crochet digest`: two contexts hold the same orthos and remediations if and only if their digests are equal.

use std::path::PathBuf;

use clap::Args;
use crochet_client::types::common::ContextId;

use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};
use super::host::{Host, Place};

const EXAMPLES: &str = "\
Examples:
  crochet digest river
  crochet digest river --json | jq -r .digest";

/// Print one hash over the orthos of a context and one over its remediations
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct DigestArguments {
    /// The context
    context: ContextId,
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFlags,
}

pub(super) fn run(arguments: &DigestArguments) -> Result<Exit, Failure> {
    let mut console = Console::new(Format::of(arguments.json));
    super::block_on(async {
        let host = Host::open(&arguments.config, &Place::Folder(arguments.data.clone())).await?;
        let digest = host.api().read_digest(&arguments.context).await;
        host.close().await;
        let digest = digest.map_err(|error| Failure::from(error).at(&arguments.context))?;
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
    })
}
