//! How a request reaches a service: where it is, who asks, how long one waits, when one asks again.
//! Everything here is about HTTP in general. It must never know an operation, a schema or a spec: what it
//! needs to know of an operation stands in [`Call`], which the generated code fills in.

mod answer;
mod connection;
mod credential;
mod endpoints;
mod idle;
mod policy;
mod retry;
mod session;
mod upload;

pub use connection::{Connection, ConnectionBuilder};
pub use credential::{Anonymous, Authorize, AuthorizeError, Credential};
pub use endpoints::{EndpointError, Endpoints};
pub(crate) use idle::guard as guard_idle;
pub use policy::{Patience, Retries};
pub use session::{Call, Flow, Forward, Session};
