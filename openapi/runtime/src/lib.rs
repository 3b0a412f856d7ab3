//! What generated types, traits and guards need at run time.
//!
//! Everything here is neutral: a service, a client and a set of routes share these types, so none of
//! them may be tied to the way another one talks. It must never know a web framework, a database or a
//! spec of ours.

mod authenticate;
mod authorise;
mod body;
mod caller;
pub mod etag;
mod events;
mod handled;
mod idempotency;
mod maybe;
mod newtype;
mod operation;
mod parameter;
mod problem;
mod request;
mod validate;

pub use authenticate::{Authenticator, Credentials};
pub use authorise::{Denial, admit, authorise};
pub use body::ByteStream;
pub use caller::{Caller, CallerKind, Identity, RELAY_SCOPE, Scopes};
pub use events::{Event, EventStream};
pub use handled::Handled;
pub use idempotency::{Claim, Idempotency, IdempotencyKey, StoredReply};
pub use maybe::Maybe;
pub use operation::{OperationInfo, Requirement, Scheme, SchemeKind, Security};
pub use parameter::Parameter;
pub use problem::{Problem, ProblemDetails};
pub use request::{REQUEST_ID_HEADER, RequestContext};
pub use validate::{At, Invalid, Location, Pattern, Validate, Violation, Violations};

/// What the generated code and [`string_newtype!`] name; not for hand-written code.
#[doc(hidden)]
pub mod generated {
    pub use async_trait::async_trait;
    pub use bytes;
    pub use chrono;
    pub use serde;
    pub use serde_json;
    pub use uuid;
}
