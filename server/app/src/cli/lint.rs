//! `crochet lint`: everything that is wrong with OpenAPI documents, at once, each with its line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use crochet_codegen::{Profile, Verdict, lint_paths};

use super::console::{Console, Format};
use super::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  crochet lint petstore.yaml                          can code be generated from it?
  crochet lint --profile crochet openapi/specs        the stricter rules of our own documents
  crochet lint --json api/*.yaml | jq .verdict

Exit codes: 0 accepted (perhaps with warnings), 1 not.";

/// Say what is wrong with OpenAPI documents, and where
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct LintArguments {
    /// Documents, YAML or JSON; a folder stands for those directly in it
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// By which rules to judge: foreign (sound and supported is enough) or crochet (as strict as our own documents)
    #[arg(long, value_enum, hide_possible_values = true, default_value_t = Rules::Foreign)]
    profile: Rules,
    /// Print JSON, one object
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rules {
    /// Sound and supported is enough
    Foreign,
    /// One strict way to write each thing, as our own documents have it
    Crochet,
}

pub(super) fn run(arguments: &LintArguments) -> Result<Exit, Failure> {
    let profile = match arguments.profile {
        Rules::Foreign => Profile::Foreign,
        Rules::Crochet => Profile::Crochet,
    };
    let report = lint_paths(&arguments.paths, profile);
    let mut console = Console::new(Format::of(arguments.json));
    let text = if arguments.json {
        report.json() + "\n"
    } else {
        report.human()
    };
    console.raw(text.as_bytes())?;
    Ok(if report.verdict() == Verdict::Accepted {
        Exit::Done
    } else {
        Exit::Failed
    })
}
