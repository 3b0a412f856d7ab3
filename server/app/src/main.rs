//! The `crochet` executable: hands the command line to [`crochet::cli`] and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    crochet::cli::main()
}
