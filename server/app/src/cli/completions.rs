//! `crochet completions`: a completion script for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::arguments::Arguments;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  crochet completions bash > ~/.local/share/bash-completion/completions/crochet
  crochet completions fish > ~/.config/fish/completions/crochet.fish";

/// Print a completion script for a shell
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArguments {
    /// The shell to complete for
    shell: Shell,
}

pub(super) fn run(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "crochet", &mut script);
    Console::new(Format::Text).raw(&script)?;
    Ok(Exit::Done)
}
