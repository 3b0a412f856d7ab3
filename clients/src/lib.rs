//! The Rust client, generated from the specs.
//!
//! `net` sends and asks again, `wire` and `events` read answers; `generated` holds, for each spec, progenitor's
//! client, the adapter that implements the same trait as the server over HTTP, and a builder for each operation.
//! By hand are only [`Crochet`] itself and what makes a text, a progress or a grid pleasant. This crate must never
//! know how a server is made.

mod error;
mod events;
mod net;
#[cfg(test)]
mod testing;
mod wire;

pub use error::Error;
pub use net::{
    Anonymous, Authorize, AuthorizeError, Connection, ConnectionBuilder, Credential, EndpointError,
    Endpoints, Patience, Retries,
};
