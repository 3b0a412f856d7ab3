//! Ory Hydra, which gives programs access tokens: signed ones that are checked here, and opaque ones that it is asked
//! about; and its admin API, by which our pages say who signs in and what they allow.
//!
//! Signed tokens are checked against its published keys, fetched when they are needed and never more often than an
//! attacker's tokens could make us wish. While it is away, keys that are known go on counting for a while.

mod admin;
mod jwt;
mod keys;
mod opaque;
mod requests;

use std::time::Duration;

use async_trait::async_trait;
use crochet_openapi::Problem;

use crate::ory::OryAddressError;
use crate::tokens::{TokenChecker, VerifiedToken};

pub use admin::{HydraAdmin, HydraError};
pub use jwt::JwtTokens;
pub use opaque::OpaqueTokens;
pub use requests::{
    Client, ConsentGiven, ConsentRequest, GrantedConsent, LoginAccepted, LoginRequest, Registration,
};

/// How long a caller is asked to wait when Hydra is away.
const RETRY_AFTER_S: u32 = 1;

/// Whom to believe, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// The issuer, as its tokens write it.
    pub issuer: String,
    /// What we are called in them.
    pub audience: String,
}

/// The tokens of a Hydra, of either kind.
pub struct HydraTokens {
    signed: JwtTokens,
    opaque: OpaqueTokens,
}

impl HydraTokens {
    /// The tokens of the Hydra with these two APIs; what is said about an opaque one is remembered for `memory`.
    ///
    /// # Errors
    /// When one of them is no address.
    pub fn at(
        public: &str,
        admin: &str,
        trusted: &Trusted,
        memory: Duration,
    ) -> Result<Self, OryAddressError> {
        Ok(Self {
            signed: JwtTokens::at(public, trusted)?,
            opaque: OpaqueTokens::at(admin, trusted.clone(), memory)?,
        })
    }
}

#[async_trait]
impl TokenChecker for HydraTokens {
    async fn check(&self, token: &str) -> Result<Option<VerifiedToken>, Problem> {
        if jwt::is_signed(token) {
            self.signed.check(token).await
        } else {
            self.opaque.check(token).await
        }
    }
}

fn away() -> Problem {
    Problem::unavailable("tokens cannot be checked now", RETRY_AFTER_S)
}
