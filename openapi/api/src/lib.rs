//! Types and traits of Crochet's services, generated from `openapi/specs`: one module for each spec.
//!
//! A service implements the traits, a client calls them, and neither can tell whether the other is in the
//! same process. By hand are only the lists of documents and scopes, and how an ortho is drawn. It must never
//! know a framework, a transport or a service.

mod grid;

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// A spec as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecSource {
    /// Its module here, and its name in `/openapi/<name>.yaml`.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The path below which its operations stand; empty for a spec without operations.
    pub base_path: &'static str,
    /// Its text, byte for byte.
    pub yaml: &'static str,
}

/// Every spec, in alphabetical order.
pub static SPECS: &[SpecSource] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// Every scope that the specs declare and what it is for, in alphabetical order.
pub static SCOPES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/scopes.rs"));

#[cfg(test)]
mod tests;
