//! What is kept of a secret: its hash, compared in constant time.
//!
//! Every secret that we hand out is 256 random bits, which nobody can guess from a plain hash. It must never know what a
//! secret opens.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The SHA-256 of a secret.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of this secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// The hash with these bytes, as it was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::SecretHash;

    #[test]
    fn only_the_same_secret_has_the_same_hash() {
        let hash = SecretHash::of("river");
        assert_eq!(hash, SecretHash::from_bytes(*SecretHash::of("river").as_bytes()));
        assert_ne!(hash, SecretHash::of("River"));
        assert_eq!(format!("{hash:?}"), "SecretHash(***)");
    }
}
