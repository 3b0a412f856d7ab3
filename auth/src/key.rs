//! The key itself: `ck_<prefix>_<secret>`.
//!
//! The prefix finds the key in the store and may be shown; the secret is 256 random bits and is shown once. Only a hash
//! of the secret is kept, and hashes are compared in constant time. Nothing here prints a secret by accident.

use std::fmt;

use data_encoding::HEXLOWER;

use crate::secret::SecretHash;

const MARK: &str = "ck";
const PREFIX_BYTES: usize = 5;
const SECRET_BYTES: usize = 32;

/// A text that is no API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an API key is written ck_<10 hex digits>_<64 hex digits>")]
pub struct MalformedKey;

/// An API key in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    text: String,
}

impl ApiKey {
    /// A new key from the random source of the operating system.
    ///
    /// # Panics
    /// When the operating system gives no random bytes: then nothing that we could issue would be a secret.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = [0; PREFIX_BYTES + SECRET_BYTES];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        let (prefix, secret) = bytes.split_at(PREFIX_BYTES);
        Self {
            text: format!("{MARK}_{}_{}", HEXLOWER.encode(prefix), HEXLOWER.encode(secret)),
        }
    }

    /// Reads a key that somebody presents.
    ///
    /// # Errors
    /// When the text cannot be a key.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        let mut parts = text.splitn(3, '_');
        let hex = |part: Option<&str>, bytes: usize| {
            part.is_some_and(|part| {
                part.len() == 2 * bytes && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            })
        };
        let well_formed =
            parts.next() == Some(MARK) && hex(parts.next(), PREFIX_BYTES) && hex(parts.next(), SECRET_BYTES);
        if well_formed {
            Ok(Self {
                text: text.to_owned(),
            })
        } else {
            Err(MalformedKey)
        }
    }

    /// The public part.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.text[MARK.len() + 1..][..2 * PREFIX_BYTES]
    }

    /// The whole key, to hand to its owner or to send.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What to store.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let secret = &self.text[MARK.len() + 1 + 2 * PREFIX_BYTES + 1..];
        SecretHash::of(secret)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({MARK}_{}_***)", self.prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_read_back_with_the_same_prefix_and_hash() {
        let key = ApiKey::generate();
        let read = ApiKey::parse(key.reveal()).unwrap();
        assert_eq!((read.prefix(), read.hash()), (key.prefix(), key.hash()));
        assert_eq!(key.reveal().len(), 2 + 1 + 10 + 1 + 64);
    }

    #[test]
    fn two_keys_differ_in_prefix_and_hash() {
        let (one, two) = (ApiKey::generate(), ApiKey::generate());
        assert_ne!(one.prefix(), two.prefix());
        assert_ne!(one.hash(), two.hash());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let key = ApiKey::generate();
        let good = key.reveal();
        let upper = good.to_uppercase();
        let longer = format!("{good}0");
        for bad in [
            "",
            "ck",
            "ck__",
            "ck_é_",
            &good[1..],
            &good[..good.len() - 1],
            &upper,
            &longer,
        ] {
            assert_eq!(ApiKey::parse(bad), Err(MalformedKey), "{bad}");
        }
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let key = ApiKey::generate();
        let secret = &key.reveal()[14..];
        assert!(!format!("{key:?} {:?}", key.hash()).contains(secret));
    }
}
