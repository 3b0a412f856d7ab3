//! What generated poem routes need around them: who calls, what they sent, how the answer is written.
//!
//! A generated route is a function from a [`Call`] to a response. Everything before it (authentication,
//! authorisation, media types, idempotency) and after it (problems, headers) is here, once, driven by the
//! table of operations. This crate is the only one of the chain that names poem; it must never know a spec.

#[cfg(test)]
extern crate self as crochet_openapi_poem;

mod api;
mod authenticate;
mod body;
mod call;
mod events;
mod given;
mod host;
mod idempotent;
mod methods;
mod negotiate;
mod operation;
pub mod origin;
mod path;
mod presented;
mod problems;
mod reply;
mod routes;
mod single;
#[cfg(test)]
mod tests;

pub use api::Api;
pub use call::{Call, Read, Refused};
pub use given::{Given, by_type};
pub use host::Host;
pub use problems::{problem_of, problem_response, problems};
pub use reply::Reply;
pub use routes::{GeneratedRoutes, Operations, RouteTable, Routes};
