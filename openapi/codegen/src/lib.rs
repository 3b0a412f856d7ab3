//! Turns OpenAPI documents into types, traits, routes, guards and clients.
//!
//! The chain is load (text to values that know their place) -> normalise (any OpenAPI document to one
//! intermediate representation, every loss reported) -> lint -> emit. This crate runs in build scripts and behind
//! `crochet lint` and `crochet generate`; it must never know a web framework or any other crate of Crochet.

#[cfg(feature = "client")]
pub mod client;
mod diagnostic;
pub mod emit;
pub mod ir;
mod lint;
mod load;
mod normalise;
pub mod plan;
mod read;
mod report;

#[cfg(test)]
mod tests;

pub use diagnostic::{Diagnostic, Severity};
pub use lint::Profile;
pub use read::{check, lint_paths, read, read_text, specs_for_build};
pub use report::{Report, Verdict};
