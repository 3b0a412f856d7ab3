//! Validation that names every fault of a value at once and costs nothing until something fails.
//!
//! A path into the value is a chain of [`At`]s on the stack; it becomes a JSON pointer (RFC 6901) only
//! when a check fails, so a valid value is checked without one allocation. Deserialising does not check:
//! it would stop at the first fault. This module must never know where the value came from.

mod at;
mod checks;
mod pattern;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use at::{At, Location};
pub use pattern::Pattern;

/// One rule of the spec that a value breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Which part of the request it is about.
    pub location: Location,
    /// JSON pointer into the body, or `/name` of the parameter.
    pub pointer: String,
    /// The broken rule, for programs: `min_length`, `required`, `type`, ...
    pub code: Cow<'static, str>,
    /// The broken rule, for people.
    pub detail: String,
}

/// A value that can say what is wrong with it.
pub trait Validate {
    /// Adds everything that is wrong with `self`, which stands at `at`, to `found`.
    fn validate(&self, at: &At<'_>, found: &mut Violations);

    /// The value as a part of a body, if nothing is wrong with it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn validated(self) -> Result<Self, Invalid>
    where
        Self: Sized,
    {
        let mut found = Violations::default();
        self.validate(&At::body(), &mut found);
        if found.is_empty() {
            Ok(self)
        } else {
            Err(Invalid(found))
        }
    }
}

/// What has been found wrong so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations {
    listed: Vec<Violation>,
    total: usize,
}

impl Violations {
    /// How many violations are listed; the others are only counted. A body of a mebibyte can hold
    /// hundreds of thousands, and the reply must not be larger than the request.
    pub const LISTED_MAX: usize = 1_000;

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// How many were found, listed or not.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The listed ones.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.listed
    }

    /// The listed ones, taken out.
    #[must_use]
    pub fn into_vec(self) -> Vec<Violation> {
        self.listed
    }

    /// Adds one that a check of its own found.
    #[cold]
    pub fn add(&mut self, at: &At<'_>, code: &'static str, detail: impl Into<String>) {
        self.total += 1;
        if self.listed.len() < Self::LISTED_MAX {
            self.listed.push(Violation {
                location: at.location(),
                pointer: at.to_string(),
                code: Cow::Borrowed(code),
                detail: detail.into(),
            });
        }
    }

    /// Adds what was found elsewhere.
    pub fn append(&mut self, other: Self) {
        let room = Self::LISTED_MAX - self.listed.len();
        self.total += other.total;
        self.listed.extend(other.listed.into_iter().take(room));
    }

    /// Keeps the listed ones that `wanted` wants; the others are no longer counted either.
    pub fn retain(&mut self, wanted: impl FnMut(&Violation) -> bool) {
        let before = self.listed.len();
        self.listed.retain(wanted);
        self.total -= before - self.listed.len();
    }
}

/// A value was not made because it would have broken a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Invalid(pub Violations);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.as_slice().iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            let space = if violation.pointer.is_empty() { "" } else { " " };
            write!(f, "{separator}{}{space}{}", violation.pointer, violation.detail)?;
        }
        Ok(())
    }
}

impl From<Invalid> for crate::Problem {
    fn from(invalid: Invalid) -> Self {
        invalid.0.into()
    }
}

impl<T: Validate + ?Sized> Validate for Box<T> {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        (**self).validate(at, found);
    }
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        if let Some(value) = self {
            value.validate(at, found);
        }
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        for (index, item) in self.iter().enumerate() {
            item.validate(&at.index(index), found);
        }
    }
}

impl<T: Validate> Validate for BTreeMap<String, T> {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        for (key, value) in self {
            value.validate(&at.field(key), found);
        }
    }
}

/// Values whose Rust type already says everything.
macro_rules! always_valid {
    ($($type:ty),* $(,)?) => { $(
        impl Validate for $type {
            fn validate(&self, _: &At<'_>, _: &mut Violations) {}
        }
    )* };
}

always_valid!(
    (),
    bool,
    i32,
    i64,
    f32,
    f64,
    String,
    serde_json::Value,
    uuid::Uuid,
    chrono::DateTime<chrono::Utc>,
    chrono::NaiveDate,
);
