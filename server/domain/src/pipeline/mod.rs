//! The steps of the distributed pipeline, as pure functions: what a work item asks for, what it finds, what follows.
//!
//! A worker leases items, brings its view of their context to their version, steps, reports in one transaction, and
//! while the store answers that the context has moved on meanwhile, refreshes and reports what the newer sentences
//! allow. Everything is decided by the item and the sentences, so doing it again changes nothing. It must
//! never know queues, stores or time.

mod budget;
mod payload;
mod report;
mod step;

pub use budget::Budget;
pub use payload::{GridPayload, PayloadError, WorkPayload};
pub use report::{Report, ReportedOrtho};
pub use step::{Begun, Found, StepError, begin};

#[cfg(test)]
mod tests;
