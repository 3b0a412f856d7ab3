//! A field that may be left out, may be null, and tells the two apart.
//!
//! A merge patch needs it: absent means "keep", null means "remove".

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{At, Validate, Violations};

/// The value of a property that is neither required nor forbidden to be null.
///
/// Generated fields skip it while it is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Maybe<T> {
    /// The property is not there.
    #[default]
    Absent,
    /// The property is there and null.
    Null,
    /// The property is there with a value.
    Value(T),
}

impl<T> Maybe<T> {
    /// Whether the property is not there.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The same with a reference to the value.
    pub const fn as_ref(&self) -> Maybe<&T> {
        match self {
            Self::Absent => Maybe::Absent,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(value),
        }
    }

    /// What a patch makes of `current`: absent keeps it, null removes it, a value replaces it.
    pub fn patch(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Absent => current,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Maybe<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for Maybe<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Absent | Self::Null => serializer.serialize_none(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: Validate> Validate for Maybe<T> {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        if let Self::Value(value) = self {
            value.validate(at, found);
        }
    }
}

/// Reads an optional field that may be left out and may not be null (`deserialize_with`).
///
/// # Errors
/// Whatever is wrong with the value.
pub fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::Maybe;

    #[derive(Debug, Serialize, Deserialize)]
    struct Patch {
        #[serde(default, skip_serializing_if = "Maybe::is_absent")]
        note: Maybe<String>,
    }

    #[test]
    fn absent_null_and_value_are_told_apart_both_ways() {
        for (text, expected) in [
            ("{}", Maybe::Absent),
            (r#"{"note":null}"#, Maybe::Null),
            (r#"{"note":"tea"}"#, Maybe::Value("tea".to_owned())),
        ] {
            let patch: Patch = serde_json::from_str(text).unwrap();
            assert_eq!(patch.note, expected);
            assert_eq!(serde_json::to_string(&patch).unwrap(), text);
        }
    }

    #[derive(Debug, Deserialize)]
    struct Strict {
        #[serde(default, deserialize_with = "super::not_null")]
        note: Option<String>,
    }

    #[test]
    fn an_optional_field_may_be_left_out_and_not_null() {
        assert_eq!(serde_json::from_str::<Strict>("{}").unwrap().note, None);
        assert_eq!(
            serde_json::from_str::<Strict>(r#"{"note":"tea"}"#)
                .unwrap()
                .note
                .as_deref(),
            Some("tea")
        );
        assert!(serde_json::from_str::<Strict>(r#"{"note":null}"#).is_err());
    }

    #[test]
    fn a_patch_keeps_removes_or_replaces() {
        assert_eq!(Maybe::Absent.patch(Some(1)), Some(1));
        assert_eq!(Maybe::Null.patch(Some(1)), None);
        assert_eq!(Maybe::Value(2).patch(Some(1)), Some(2));
    }
}
