//! The command line: what a person types, what they see, how it ends.
//!
//! Each command is one file: its arguments (clap), what it does, what it prints. Commands reach the
//! services through the generated traits and clients like anyone else and never touch a table; `survey`,
//! `lint` and `generate` need no service at all. Standard output carries only what was asked for.

pub mod console;
pub mod draw;
pub mod events;
pub mod failure;

mod arguments;
mod bounds;
mod completions;
mod config;
mod generate;
mod lint;
mod report;
mod source;
mod survey;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use console::{Console, Format};
use failure::{Exit, Failure};

/// Reads the command line of this process, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let exit = run(arguments.command).unwrap_or_else(|failure| {
        if failure.exit != Exit::Done {
            Console::new(Format::Text).complain(&failure);
        }
        failure.exit
    });
    exit.into()
}

fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Survey(arguments) => survey::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Config(arguments) => config::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
