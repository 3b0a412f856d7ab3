//! Signed access tokens (RFC 9068 in spirit), checked without asking anybody: signature, algorithm, issuer, audience, and
//! time.
//!
//! One algorithm counts, whatever a token says of itself. A token must name us as its audience, which also keeps out the
//! identity tokens that the same issuer signs for its clients.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_openapi::Problem;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use moka::future::Cache;
use serde::Deserialize;

use super::keys::Keys;
use super::{Trusted, away};
use crate::memory::fingerprint;
use crate::ory::{Ory, OryAddressError};
use crate::tokens::{Holder, TOKEN_BYTES_MAX, TokenChecker, VerifiedToken};

/// What we take, whatever a token says.
const ALGORITHM: Algorithm = Algorithm::RS256;
/// So much the clocks of two machines may differ.
const LEEWAY_S: u32 = 5;
/// A busy token is verified once in so long; checking a signature is what costs.
const MEMORY: Duration = Duration::from_secs(1);
/// How many verified tokens are remembered.
const TOKENS_MAX: u64 = 10_000;

/// Checks signed tokens of a Hydra.
pub struct JwtTokens {
    keys: Keys,
    validation: Validation,
    verified: Cache<[u8; 32], VerifiedToken>,
}

/// What we read in a token; what is validated besides is read by the library.
#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
    client_id: String,
    exp: i64,
    #[serde(default)]
    scp: Vec<String>,
}

impl JwtTokens {
    /// Checks tokens with the keys of the Hydra whose public API is at `url`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn at(url: &str, trusted: &Trusted) -> Result<Self, OryAddressError> {
        Ok(Self {
            keys: Keys::of(Ory::at(url)?),
            validation: validation(trusted),
            verified: Cache::builder()
                .max_capacity(TOKENS_MAX)
                .time_to_live(MEMORY)
                .build(),
        })
    }

    async fn verify(&self, token: &str) -> Result<Option<VerifiedToken>, Problem> {
        let header = decode_header(token).ok().filter(|header| header.alg == ALGORITHM);
        let Some(name) = header.and_then(|header| header.kid) else {
            return Ok(None);
        };
        let key = self.keys.find(&name).await.map_err(|_| away())?;
        Ok(key.and_then(|key| read(token, &key, &self.validation)))
    }
}

/// Every claim that is checked is demanded too: one that is absent would pass.
fn validation(trusted: &Trusted) -> Validation {
    let mut validation = Validation::new(ALGORITHM);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.set_issuer(&[&trusted.issuer]);
    validation.set_audience(&[&trusted.audience]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_S.into();
    validation
}

/// Whether a text has the form of a signed token; an opaque one has not.
pub(super) fn is_signed(token: &str) -> bool {
    token.split('.').count() == 3
}

#[async_trait]
impl TokenChecker for JwtTokens {
    async fn check(&self, token: &str) -> Result<Option<VerifiedToken>, Problem> {
        if token.len() > TOKEN_BYTES_MAX || !is_signed(token) {
            return Ok(None);
        }
        let known = fingerprint(token);
        let verified = match self.verified.get(&known).await {
            Some(verified) => verified,
            None => match self.verify(token).await? {
                Some(verified) => {
                    self.verified.insert(known, verified.clone()).await;
                    verified
                }
                None => return Ok(None),
            },
        };
        Ok(Some(verified).filter(|token| token.expires_at > Utc::now()))
    }
}

/// What a token says, if this key signed it and it is valid now.
fn read(token: &str, key: &DecodingKey, validation: &Validation) -> Option<VerifiedToken> {
    let claims: Claims = decode(token, key, validation).ok()?.claims;
    let ends = claims.exp.checked_add(LEEWAY_S.into())?;
    Some(VerifiedToken {
        holder: Holder::of(&claims.sub, &claims.client_id)?,
        scopes: claims.scp.into_iter().collect(),
        expires_at: DateTime::from_timestamp(ends, 0)?,
    })
}

#[cfg(test)]
mod tests;
