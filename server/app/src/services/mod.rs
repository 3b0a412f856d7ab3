//! The services: each implements the traits of its spec on the ports of the domain.
//!
//! A handler takes a request apart, asks, and wraps the answer; rules live in the domain and SQL in the store. A service
//! that needs another one takes its trait, and cannot tell whether that one is in this process. Nothing here may know
//! HTTP or SQL.

pub(crate) mod contexts;
mod ingestor;
pub(crate) mod leash;
mod names;
mod orthos;
mod platform;
pub(crate) mod problems;
mod remediations;
mod spelling;
#[cfg(test)]
pub(crate) mod testing;
mod views;
mod watch;
pub(crate) mod wire;
mod work;

pub use contexts::ContextsService;
pub use ingestor::IngestorService;
pub use orthos::{OrthosParts, OrthosService};
pub use platform::{
    AccessAt, AuditService, Check, Checks, KeyService, LocalOwners, PeopleParts, PeopleService,
    PlatformParts, PlatformService, Readiness, RoleParts, RoleService, StoredKeys, StoredMatrices,
    StoredTickets,
};
pub use remediations::RemediationsService;
pub use work::{LongPolls, WorkService};

pub(crate) use platform::{to_another, to_record};
pub(crate) use problems::problem;
pub(crate) use wire::said;
