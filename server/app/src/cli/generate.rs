//! `crochet generate`: the code that documents become, for people to read.
//!
//! It is the code that the build scripts write, from the same functions, so what it prints is what is compiled.

use std::path::PathBuf;

use clap::Args;
use crochet_codegen::{Profile, emit, read};

use super::console::{Console, Format};
use super::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  crochet generate --expand openapi/specs/contexts.yaml | less
  crochet generate --expand petstore.yaml > petstore.rs";

/// Print the code that OpenAPI documents become
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct GenerateArguments {
    /// Documents, YAML or JSON; a folder stands for those directly in it
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print types, traits, routes, guards and the security table, formatted
    #[arg(long, required = true)]
    expand: bool,
}

pub(super) fn run(arguments: &GenerateArguments) -> Result<Exit, Failure> {
    let (specs, report) = read(&arguments.paths, Profile::Foreign);
    let mut console = Console::new(Format::Text);
    if report.errors().next().is_some() {
        console.remark(report.human().trim_end());
        return Err(
            Failure::new("no code can be made from these documents").try_this("mend what is listed above")
        );
    }
    console.raw(emit::expand(&specs).as_bytes())?;
    Ok(Exit::Done)
}
