//! What generated types, traits and guards need at run time.
//!
//! Everything here is neutral: a service, a client and a set of routes share these types, so none of
//! them may be tied to the way another one talks. It must never know a web framework, a database or a
//! spec of ours.

mod audit;
mod authenticate;
mod authorise;
mod body;
mod caller;
mod described;
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

pub use audit::{Audit, AuditEntry, AuditLog, AuditOutcome, Recording};
pub use authenticate::{Authenticator, Credentials};
pub use authorise::{Denial, admit, authorise};
pub use body::ByteStream;
pub use caller::{Caller, CallerKind, Identity, RELAY_SCOPE, Roles, Scopes};
pub use described::{Described, JsonCase, JsonMember, JsonShape, read_all_faults, sample, smallest};
pub use events::{Event, EventStream};
pub use handled::Handled;
pub use idempotency::{Claim, Idempotency, IdempotencyKey, StoredReply};
pub use maybe::{Maybe, not_null};
pub use operation::{OperationInfo, Requirement, Scheme, SchemeKind, Security};
pub use parameter::Parameter;
pub use problem::{Problem, ProblemDetails};
pub use request::{REQUEST_ID_HEADER, RequestContext};
pub use validate::{At, Invalid, Location, Pattern, Validate, Violation, Violations};
