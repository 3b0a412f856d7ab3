//! The platform service: who calls, roles, keys, health, the build and the log level.
//!
//! Every process mounts it, so that each has probes and can say what it is; only the process that has the store has
//! roles, keys and the audit log, the others pass operations on them to it. It must never know which database or queue there is.

mod access;
mod audit;
mod checks;
mod health;
mod keys;
mod level;
mod links;
mod passing;
mod people;
mod roles;
mod stored;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use crochet_api::platform::{Build, PlatformApi};
use crochet_auth::LocalSessions;
use crochet_auth::matrix::Matrices;
use crochet_openapi::{Identity, OperationInfo};
use crochet_platform::telemetry::LogControl;

pub use audit::AuditService;
pub(crate) use audit::{to_another, to_record};
pub use checks::{Check, Checks, Readiness};
pub use keys::KeyService;
pub use people::{PeopleParts, PeopleService};
pub use roles::{RoleParts, RoleService};
pub use stored::{LocalOwners, StoredKeys, StoredMatrices, StoredTickets};

/// Who has roles, keys and the audit log.
pub enum AccessAt {
    /// This process.
    Here {
        /// Does what is asked about keys.
        keys: Arc<KeyService>,
        /// Does what is asked about roles.
        roles: Arc<RoleService>,
        /// Does what is asked about the audit log.
        audit: Arc<AuditService>,
        /// Does what is asked about people, where accounts are kept.
        people: Option<Arc<PeopleService>>,
    },
    /// Another one.
    Elsewhere {
        /// Its platform service.
        platform: Arc<dyn PlatformApi>,
        /// As whom this process asks it.
        identity: Identity,
    },
}

/// What a platform service is made of.
pub struct PlatformParts {
    /// Who does what is asked about roles, keys and the audit log.
    pub access: AccessAt,
    /// Links that sign people in and the sessions that they open, if they are kept here.
    pub sign_ins: Option<LocalSessions>,
    /// The role matrix in force.
    pub matrices: Arc<Matrices>,
    /// Every operation of every spec.
    pub operations: &'static [&'static OperationInfo],
    /// What this process depends on.
    pub checks: Checks,
    /// The log level of this process.
    pub log: LogControl,
    /// What runs here.
    pub build: Build,
}

/// Implements the platform spec.
pub struct PlatformService {
    parts: PlatformParts,
    started: Instant,
}

impl PlatformService {
    /// The service on these parts.
    pub fn new(parts: PlatformParts) -> Self {
        Self {
            parts,
            started: Instant::now(),
        }
    }
}
