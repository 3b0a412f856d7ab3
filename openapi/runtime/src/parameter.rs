//! How the text of a path, query or header parameter becomes a value.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{At, Violations};

/// A value that can stand in a path, a query or a header.
pub trait Parameter: Sized {
    /// Reads and checks `text`, which stands at `at`. What is wrong is added to `found`; `None` means that
    /// there is no value at all.
    fn read(text: &str, at: &At<'_>, found: &mut Violations) -> Option<Self>;
}

impl Parameter for String {
    fn read(text: &str, _: &At<'_>, _: &mut Violations) -> Option<Self> {
        Some(text.to_owned())
    }
}

macro_rules! read_by_parsing {
    ($($type:ty: $expected:literal),* $(,)?) => { $(
        impl Parameter for $type {
            fn read(text: &str, at: &At<'_>, found: &mut Violations) -> Option<Self> {
                let value = text.parse().ok();
                if value.is_none() {
                    found.add(at, "type", concat!("must be ", $expected));
                }
                value
            }
        }
    )* };
}

read_by_parsing!(
    bool: "true or false",
    i32: "an integer of 32 bits",
    i64: "an integer of 64 bits",
    Uuid: "a UUID",
    DateTime<Utc>: "a date and time of RFC 3339",
    NaiveDate: "a date of RFC 3339",
);

macro_rules! read_finite {
    ($($type:ty),*) => { $(
        impl Parameter for $type {
            fn read(text: &str, at: &At<'_>, found: &mut Violations) -> Option<Self> {
                // Rust also reads `inf` and `NaN`, which JSON has no words for.
                let value = text.parse().ok().filter(|number: &Self| number.is_finite());
                if value.is_none() {
                    found.add(at, "type", "must be a number");
                }
                value
            }
        }
    )* };
}

read_finite!(f32, f64);

#[cfg(test)]
mod tests {
    use super::Parameter;
    use crate::{At, Location, Violations};

    fn read<T: Parameter>(text: &str) -> Result<T, String> {
        let mut found = Violations::default();
        let root = At::root(Location::Query);
        let value = T::read(text, &root.field("limit"), &mut found);
        value.ok_or_else(|| format!("{} {}", found.as_slice()[0].pointer, found.as_slice()[0].detail))
    }

    #[test]
    fn text_becomes_a_value_or_a_violation() {
        assert_eq!(read::<i32>("-7"), Ok(-7));
        assert_eq!(
            read::<i32>("7.5"),
            Err("/limit must be an integer of 32 bits".into())
        );
        assert_eq!(read::<bool>("true"), Ok(true));
        assert!(read::<bool>("1").is_err());
        assert_eq!(read::<f64>("2.5"), Ok(2.5));
        assert!(read::<f64>("NaN").is_err());
    }
}
