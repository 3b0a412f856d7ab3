//! Settings that hold several values: a list, or names separated by commas, as one writes them in a variable.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    List(Vec<String>),
}

/// Reads the values, each by its own rules.
pub(super) fn list_or_commas<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let names = match Written::deserialize(deserializer)? {
        Written::Text(text) => text.split(',').map(|name| name.trim().to_owned()).collect(),
        Written::List(names) => names,
    };
    let named = names.iter().filter(|name| !name.is_empty());
    named
        .map(|name| name.parse().map_err(serde::de::Error::custom))
        .collect()
}
