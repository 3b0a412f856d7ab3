//! The shape of the command line: the commands, in the order in which a newcomer needs them.

use clap::{Parser, Subcommand};

use super::{
    add, admin, check, completions, config, demo, digest, generate, keys, lint, login, logout, run, serve,
    signin, survey, whoami, work,
};

const EXAMPLES: &str = "\
Examples:
  crochet demo                     see it work, on temporary data
  crochet run book.txt             the orthos of your own text
  crochet survey book.txt          count them without storing anything
  crochet serve                    the services, with /docs to try them

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but cut short by a budget, 130 interrupted.";

/// Finds orthos (grids of words in which every line is a phrase of a text) and serves them.
#[derive(Debug, Parser)]
#[command(name = "crochet", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Demo(demo::DemoArguments),
    Run(run::RunArguments),
    Survey(survey::SurveyArguments),
    Serve(serve::ServeArguments),
    Signin(signin::SigninArguments),
    Login(login::LoginArguments),
    Logout(logout::LogoutArguments),
    Whoami(whoami::WhoamiArguments),
    Add(add::AddArguments),
    Keys(keys::KeysArguments),
    Work(work::WorkArguments),
    Admin(admin::AdminArguments),
    Digest(digest::DigestArguments),
    Check(check::CheckArguments),
    Lint(lint::LintArguments),
    Generate(generate::GenerateArguments),
    Config(config::ConfigArguments),
    Completions(completions::CompletionsArguments),
}
