//! The rules of the house, kept as tests: who may import whom, and how a file looks.
//!
//! Lints that clippy and rustc know are theirs (Cargo.toml, clippy.toml); here stands only what no tool checks.

mod arrows;
mod problems;
mod sources;
