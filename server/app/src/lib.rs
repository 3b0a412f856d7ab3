//! The composition root: services, pages, worker and command line.

pub mod cli;
pub mod compose;
mod pages;
mod pipeline;
mod proxy;
mod queues;
pub mod serve;
pub mod services;
pub mod worker;
