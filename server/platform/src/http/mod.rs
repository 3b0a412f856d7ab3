//! The HTTP stack and the server around every service.
//!
//! One wrapper does what each request needs (ids, limits, time, panics, log line, metrics), as a single layer, because
//! a chain of small middlewares costs a boxed future each and the whole has to stay within a tenth of bare poem
//! (docs/decisions/http-stack.md). It must never know an operation: what it has to know of one, the generated route tells
//! it through `Handled`.

mod bodies;
mod client;
mod head;
mod held;
mod host;
mod reply;
mod server;
mod stack;
#[cfg(test)]
mod tests;

pub use head::came_by_tls;
pub use reply::problem_response;
pub use server::{BindError, Listener, Served, Serving};
pub use stack::{ShowProblem, Stack, StackSettings};
