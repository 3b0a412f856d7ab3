//! The executable that the suites start: the same command line as `crochet`, built beside them.
//!
//! Cargo tells a test where the executables of its own package are, and only those; hence this one.

use std::process::ExitCode;

fn main() -> ExitCode {
    crochet::cli::main()
}
