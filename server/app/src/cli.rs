//! The command line: what a person types, what they see, how it ends.
//!
//! Each command is one file: its arguments (clap), what it does, what it prints. Commands reach the
//! services through the generated traits and clients like anyone else and never touch a table; `survey`,
//! `lint` and `generate` need no service at all. Standard output carries only what was asked for.

pub mod console;
pub mod draw;
pub mod events;
pub mod failure;

mod add;
mod admin;
mod arguments;
mod bounds;
mod check;
mod completions;
mod config;
mod data;
mod demo;
mod desk;
mod digest;
mod generate;
mod host;
mod interrupt;
mod keys;
mod lint;
mod login;
mod logout;
mod loopback;
mod name;
mod patience;
mod progress;
mod quote;
mod reached;
mod refusal;
mod report;
mod run;
mod serve;
mod signin;
mod source;
mod surroundings;
mod survey;
mod text;
mod whoami;
mod work;

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
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Survey(arguments) => survey::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Signin(arguments) => signin::run(&arguments),
        Command::Login(arguments) => login::run(&arguments),
        Command::Logout(arguments) => logout::run(&arguments),
        Command::Whoami(arguments) => whoami::run(&arguments),
        Command::Add(arguments) => add::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Work(arguments) => work::run(&arguments),
        Command::Admin(arguments) => admin::run(&arguments),
        Command::Digest(arguments) => digest::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Config(arguments) => config::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}

/// Runs the asynchronous part of a command to its end.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no threads can be had: {error}")))?;
    let outcome = runtime.block_on(work);
    // Whatever is still at work in the background has no say in when the command ends.
    runtime.shutdown_background();
    outcome
}
