//! The small types everything else is named by: word numbers, versions, ids of orthos and remediations, prefix pairs.
//!
//! They are newtypes so that a version cannot be passed for a word number. They must never know what they name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A word's number within one context, given in order of first appearance, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WordId(pub u32);

impl WordId {
    /// The number as an index into a vocabulary.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<WordId> for i64 {
    fn from(word: WordId) -> Self {
        Self::from(word.0)
    }
}

/// A context's version: 0 when it is empty, one more with each ingest.
///
/// On the wire and in the store it is an int64; more than `u32::MAX` ingests into one context are refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u32);

impl Version {
    /// The version of a context without a text.
    pub const EMPTY: Self = Self(0);

    /// The version that the next ingest makes.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl From<Version> for i64 {
    fn from(version: Version) -> Self {
        Self::from(version.0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number from outside that cannot be a word number or a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is outside 0 to 4294967295")]
pub struct OutOfRange(pub i64);

impl TryFrom<i64> for Version {
    type Error = OutOfRange;

    fn try_from(value: i64) -> Result<Self, OutOfRange> {
        u32::try_from(value).map(Self).map_err(|_| OutOfRange(value))
    }
}

impl TryFrom<i64> for WordId {
    type Error = OutOfRange;

    fn try_from(value: i64) -> Result<Self, OutOfRange> {
        u32::try_from(value).map(Self).map_err(|_| OutOfRange(value))
    }
}

/// A text that is not an id of 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not 32 lower-case hex digits")]
pub struct NotAnId(pub String);

fn parse_hex(text: &str) -> Result<[u8; 16], NotAnId> {
    let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 32 || !text.bytes().all(lower_hex) {
        return Err(NotAnId(text.to_owned()));
    }
    u128::from_str_radix(text, 16)
        .map(u128::to_be_bytes)
        .map_err(|_| NotAnId(text.to_owned()))
}

macro_rules! hash_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The bytes, as a store keeps them.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", u128::from_be_bytes(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

hash_id! {
    /// The id of an ortho: SHA-256 over its shape and words in canonical axis order, cut to 128 bits.
    OrthoId
}

hash_id! {
    /// The id of a remediation: as [`OrthoId`], over the grid without its far corner.
    RemediationId
}

/// A stable 64-bit hash of two prefixes, in either order: what a remediation is indexed by.
///
/// Two pairs may share one hash, so whoever looks a pair up checks the grid that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pair(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = OrthoId::from_bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
        assert_eq!(id.to_string(), "000102030405060708090a0b0c0d0eff");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_other_digits_is_refused() {
        for text in [
            "",
            "00",
            "000102030405060708090A0B0C0D0EFF",
            "+00102030405060708090a0b0c0d0eff",
        ] {
            assert_eq!(text.parse::<OrthoId>(), Err(NotAnId(text.to_owned())));
        }
    }

    #[test]
    fn a_version_outside_its_range_is_refused() {
        assert_eq!(Version::try_from(-1), Err(OutOfRange(-1)));
        assert_eq!(Version::try_from(7), Ok(Version(7)));
    }
}
