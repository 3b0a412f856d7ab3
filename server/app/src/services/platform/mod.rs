//! The platform service: who calls, keys, health, the build and the log level.
//!
//! Every process mounts it, so that each has probes and can say what it is; only the process that has the store has the
//! keys themselves, the others pass operations on keys to it. It must never know which database or queue there is.

mod access;
mod checks;
mod health;
mod keys;
mod level;
mod passing;
mod stored;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use crochet_api::platform::{Build, PlatformApi};
use crochet_openapi::{Identity, OperationInfo};
use crochet_platform::telemetry::LogControl;

pub use checks::{Check, Checks, Readiness};
pub use keys::KeyService;
pub use stored::StoredKeys;

/// Who has the keys.
pub enum KeysAt {
    /// This process.
    Here(Arc<KeyService>),
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
    /// Who does what is asked about keys.
    pub keys: KeysAt,
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
