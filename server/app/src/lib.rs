//! The composition root: services, worker and command line.

pub mod cli;
pub mod compose;
mod pipeline;
pub mod serve;
pub mod services;
pub mod worker;
