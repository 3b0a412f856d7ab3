//! The end-to-end suites: Crochet from outside, as its users meet it.
//!
//! Each module is one suite. They start the real executable on folders and ports of their own, wait by
//! polling with a deadline, and leave nothing behind. What one crate can prove alone is proved in that crate.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "all of it is test code, which fails by panicking and says on the terminal what it leaves out"
)]

mod authorisation;
mod browser;
mod chain;
mod cli;
mod crochet;
mod durability;
mod house;
mod leases;
mod left_out;
mod lists;
mod people;
mod poison;
mod processes;
mod searching;
mod secrets;
mod server;
mod shared;
mod stack;
mod streams;
mod together;
mod tokens;
mod tour;
mod vectors;
mod wait;
mod workshop;
