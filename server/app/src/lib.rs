//! The composition root: services, worker and command line.

pub mod cli;
pub mod services;
