//! Every setting with its value and where the value came from, for `crochet config explain`.

use figment::value::Value;
use figment::{Figment, Profile, Provider as _};

use super::problems::source_of;
use super::sources;

/// Keys whose values are never shown.
pub(super) const SECRET_KEYS: [&str; 2] = ["oauth.client_secret", "remote.key"];

/// One setting as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Setting {
    /// The dotted key.
    pub key: String,
    /// The environment variable that sets it.
    pub variable: String,
    /// The value as TOML would write it; empty when unset; `***` for a secret that is set, also one within an address.
    pub value: String,
    /// `default`, `command line`, the variable, or the file.
    pub source: String,
}

pub(super) fn explain(figment: &Figment) -> Vec<Setting> {
    let mut keys = Vec::new();
    if let Ok(map) = figment.data()
        && let Some(dict) = map.get(&Profile::Default)
    {
        sources::flatten("", dict, &mut keys);
    }
    keys.into_iter().map(|key| setting(figment, key)).collect()
}

fn setting(figment: &Figment, key: String) -> Setting {
    let value = figment.find_value(&key).ok();
    let shown = match &value {
        None | Some(Value::Empty(..)) => String::new(),
        Some(_) if SECRET_KEYS.contains(&key.as_str()) => "***".to_owned(),
        Some(value) => without_password(written(value)),
    };
    let source = source_of(figment.find_metadata(&key), &key);
    Setting {
        variable: sources::variable(&key),
        key,
        value: shown,
        source,
    }
}

/// An address without the name and the password that may stand before its host.
fn without_password(text: String) -> String {
    let parts = text.split_once("://").and_then(|(scheme, rest)| {
        let (_, from_host) = rest.rsplit_once('@')?;
        Some(format!("{scheme}://***@{from_host}"))
    });
    parts.unwrap_or(text)
}

fn written(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Char(_, char) => char.to_string(),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|whole| whole.to_string())
            .or_else(|| number.to_u128().map(|whole| whole.to_string()))
            .or_else(|| number.to_f64().map(|fraction| fraction.to_string()))
            .unwrap_or_default(),
        Value::Array(_, items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Dict(..) | Value::Empty(..) => String::new(),
    }
}
