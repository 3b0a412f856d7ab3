//! The service framework: configuration, telemetry, metrics, the HTTP stack, documentation pages, supervision.
//!
//! One code for every Crochet service, so that they start, log, count, refuse, drain and explain themselves alike.
//! It must never know a service, a generated type or the database: composition (`server/app`) brings those together.

pub mod config;
pub mod docs;
pub mod http;
pub mod local;
pub mod metrics;
pub mod supervise;
pub mod telemetry;
#[cfg(test)]
mod testing;
