//! What JSON a type is read from, for the moment when reading it failed.
//!
//! serde stops at the first thing that does not fit. Once that has happened, the body is compared with this
//! description, everything that does not fit is named and replaced by something that does, and the mended
//! body is read and validated: one reply names every mistake. Nothing of this runs for a body that fits. See
//! docs/decisions/every-fault-in-one-reply.md.

mod mend;
mod sample;
#[cfg(test)]
mod tests;
mod twice;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

pub use mend::read_all_faults;
pub use sample::{sample, smallest};

use crate::Maybe;

/// A type that can say what JSON it is read from.
pub trait Described {
    /// What JSON the type is read from.
    fn shape() -> JsonShape;
}

/// What JSON a type is read from. Parts are functions, so that a type may contain itself.
#[derive(Debug, Clone, Copy)]
pub enum JsonShape {
    /// Anything.
    Any,
    /// `true` or `false`.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A number.
    Number,
    /// A string.
    Text,
    /// A string that stands for something else.
    Written {
        /// What it stands for, with its article.
        what: &'static str,
        /// Whether a text does.
        fits: fn(&str) -> bool,
        /// A text that does.
        sample: &'static str,
    },
    /// One of these strings.
    Enum(&'static [&'static str]),
    /// An array.
    List(fn() -> Self),
    /// An object whose members are all alike.
    Map(fn() -> Self),
    /// `null` or something else.
    Nullable(fn() -> Self),
    /// An object.
    Object {
        /// Its members.
        members: &'static [JsonMember],
        /// Whether members that are not listed are an error.
        closed: bool,
    },
    /// One of several objects, told apart by a member.
    Union {
        /// The member.
        tag: &'static str,
        /// Its values, and what the object then is.
        cases: &'static [JsonCase],
    },
}

impl JsonShape {
    /// An object that may have other members than these.
    #[must_use]
    pub const fn open(members: &'static [JsonMember]) -> Self {
        Self::Object {
            members,
            closed: false,
        }
    }

    /// An object that may have no other members than these.
    #[must_use]
    pub const fn closed(members: &'static [JsonMember]) -> Self {
        Self::Object {
            members,
            closed: true,
        }
    }
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub struct JsonMember {
    name: &'static str,
    required: bool,
    shape: fn() -> JsonShape,
}

impl JsonMember {
    /// A member that must be there.
    #[must_use]
    pub const fn required<T: Described>(name: &'static str) -> Self {
        Self {
            name,
            required: true,
            shape: T::shape,
        }
    }

    /// A member that may be left out.
    #[must_use]
    pub const fn optional<T: Described>(name: &'static str) -> Self {
        Self {
            name,
            required: false,
            shape: T::shape,
        }
    }
}

/// One of several objects.
#[derive(Debug, Clone, Copy)]
pub struct JsonCase {
    name: &'static str,
    shape: fn() -> JsonShape,
}

impl JsonCase {
    /// The case `T`, whose member is `name`.
    #[must_use]
    pub const fn new<T: Described>(name: &'static str) -> Self {
        Self {
            name,
            shape: T::shape,
        }
    }
}

macro_rules! described {
    ($($type:ty => $shape:expr),* $(,)?) => { $(
        impl Described for $type {
            fn shape() -> JsonShape {
                $shape
            }
        }
    )* };
}

described!(
    Value => JsonShape::Any,
    bool => JsonShape::Bool,
    i32 => JsonShape::Int32,
    i64 => JsonShape::Int64,
    f32 => JsonShape::Number,
    f64 => JsonShape::Number,
    String => JsonShape::Text,
    Uuid => JsonShape::Written {
        what: "a UUID",
        fits: |text| text.parse::<Self>().is_ok(),
        sample: "00000000-0000-0000-0000-000000000000",
    },
    DateTime<Utc> => JsonShape::Written {
        what: "a date and time of RFC 3339",
        fits: |text| DateTime::parse_from_rfc3339(text).is_ok(),
        sample: "1970-01-01T00:00:00Z",
    },
    NaiveDate => JsonShape::Written {
        what: "a date of RFC 3339",
        fits: |text| text.parse::<Self>().is_ok(),
        sample: "1970-01-01",
    },
);

impl<T: Described> Described for Vec<T> {
    fn shape() -> JsonShape {
        JsonShape::List(T::shape)
    }
}

impl<T: Described> Described for BTreeMap<String, T> {
    fn shape() -> JsonShape {
        JsonShape::Map(T::shape)
    }
}

impl<T: Described> Described for Option<T> {
    fn shape() -> JsonShape {
        JsonShape::Nullable(T::shape)
    }
}

impl<T: Described> Described for Maybe<T> {
    fn shape() -> JsonShape {
        JsonShape::Nullable(T::shape)
    }
}

impl<T: Described> Described for Box<T> {
    fn shape() -> JsonShape {
        T::shape()
    }
}
