//! Poem routes, guards and the table of operations, generated from `openapi/specs`: one module for each spec.
//!
//! `<Spec>Routes` serves an `Arc<dyn <Spec>Api>` over HTTP; `Guarded<Spec>` hands it to callers in the same
//! process with the same authorisation. It must never know what a service does.

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

use crochet_openapi::OperationInfo;

/// Every operation of every spec, in the order of the specs.
pub static OPERATIONS: &[&OperationInfo] = include!(concat!(env!("OUT_DIR"), "/operations.rs"));

/// Services of which nothing is implemented.
#[cfg(feature = "stub")]
pub mod stub {
    include!(concat!(env!("OUT_DIR"), "/stubs/modules.rs"));
}

#[cfg(test)]
mod tests;
