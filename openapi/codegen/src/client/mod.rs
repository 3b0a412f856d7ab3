//! Writes the Rust client of a set of documents.
//!
//! Plan -> client profile (a document that progenitor accepts, whatever ours says) -> progenitor -> transport, and
//! from the same plan the adapter (the traits of the server, over HTTP) and the calls (a builder for each
//! operation). Types are never generated twice: every type of the transport is replaced by the one that servers
//! use. Only this module names progenitor; it never reads a document, `crate::plan` has decided everything.

mod adapter;
mod arguments;
mod body;
mod calls;
mod echo;
mod names;
mod outcome;
mod profile;
mod reply;
mod transport;
mod values;

use std::fmt;

use self::names::{ApiNames, Paths};
use crate::emit::{Generated, GeneratedFile};
use crate::ir::Specs;
use crate::plan::Plan;

/// The source of a client: modules of a crate that has the hand-written part beside them.
#[derive(Debug, Default)]
pub struct ClientSource {
    /// Progenitor's clients, one for each document.
    pub transport: Generated,
    /// The adapters, one for each document.
    pub adapter: Generated,
    /// The builders of all operations, one module for each document.
    pub calls: Generated,
    /// What stands for the scalars of each document.
    pub values: Generated,
    /// For tests: a service and a caller for each document that do as they are told.
    pub echo: Generated,
}

/// Why there is no client.
#[derive(Debug)]
pub struct ClientError {
    /// The module of the document.
    pub module: String,
    /// What progenitor said.
    pub reason: String,
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no client for `{}`: {}", self.module, self.reason)
    }
}

impl std::error::Error for ClientError {}

/// Where generated code finds the rest.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// The path to the modules of the types: `crochet_api`.
    pub api: &'a str,
    /// The path to the modules `transport` and `adapter`: `crate::generated`.
    pub generated: &'a str,
}

/// Writes the client of every document that has operations.
///
/// # Errors
/// When progenitor refuses a document in spite of the profile, which is a fault of the profile.
pub fn generate(specs: &Specs, layout: Layout<'_>) -> Result<ClientSource, ClientError> {
    let plan = &Plan::new(specs);
    let paths = Paths::of(layout);
    let mut source = ClientSource::default();
    for spec in &specs.documents {
        let file = |code: String| GeneratedFile {
            module: spec.module.clone(),
            code,
        };
        let names = ApiNames::new(spec, names::alias());
        source
            .values
            .files
            .push(file(values::code(plan, spec, &names, &paths)));
        if spec.operations.is_empty() {
            continue;
        }
        let profile = profile::profile(plan, spec, &ApiNames::new(spec, paths.api.clone()));
        let transport = transport::code(profile).map_err(|reason| ClientError {
            module: spec.module.clone(),
            reason,
        })?;
        source.transport.files.push(file(transport));
        source
            .adapter
            .files
            .push(file(adapter::code(plan, spec, &names, &paths)));
        source
            .calls
            .files
            .push(file(calls::code(plan, spec, &names, &paths)));
        source
            .echo
            .files
            .push(file(echo::code(plan, spec, &names, &paths)));
    }
    Ok(source)
}

#[cfg(test)]
mod tests;
