//! Flags and environment variables as figment providers.
//!
//! A variable's name is the setting's key in capitals with `_` for every dot; because keys contain `_` themselves the
//! name is looked up among the known keys and never taken apart. It must never know the settings themselves.

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::ENV_PREFIX;
use super::problems::{ConfigProblem, nearest};

/// Names the configuration file; read before everything else, so not a setting itself.
pub(super) const FILE_VARIABLE: &str = "CROCHET_CONFIG";
/// Variables of the client (`Crochet::from_env`) share the prefix and are none of the server's business.
const CLIENT_VARIABLES: [&str; 2] = ["CROCHET_URL", "CROCHET_API_KEY"];
/// Tables whose keys are free: `remote.urls.<part>`.
const OPEN_TABLES: [&str; 1] = ["remote.urls"];

/// Every key of the defaults, dotted, plus the open tables with a trailing dot.
pub(super) fn keys(defaults: &Figment) -> Vec<String> {
    let mut keys = Vec::new();
    if let Ok(map) = defaults.data()
        && let Some(dict) = map.get(&Profile::Default)
    {
        flatten("", dict, &mut keys);
    }
    keys.extend(super::Part::ALL.iter().map(|part| format!("remote.urls.{part}")));
    keys
}

/// Appends the dotted keys of a table; open tables are listed by their entries only.
pub(super) fn flatten(prefix: &str, dict: &Dict, keys: &mut Vec<String>) {
    for (key, value) in dict {
        let key = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::Dict(_, inner) if !inner.is_empty() || OPEN_TABLES.contains(&key.as_str()) => {
                flatten(&key, inner, keys);
            }
            _ => keys.push(key),
        }
    }
}

/// The environment variable of a key: `http.drain_ms` is `CROCHET_HTTP_DRAIN_MS`.
pub(super) fn variable(key: &str) -> String {
    format!("{ENV_PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// Key and value pairs from one source.
pub(super) struct Pairs {
    source: &'static str,
    name: fn(&str) -> String,
    pairs: Vec<(String, String)>,
}

impl Pairs {
    /// The variables whose names are known, and a problem for each of the others.
    pub(super) fn environment(env: &[(String, String)], known: &[String]) -> (Self, Vec<ConfigProblem>) {
        let mut pairs = Vec::new();
        let mut strangers = Vec::new();
        for (name, value) in env {
            if !name.starts_with(ENV_PREFIX)
                || name == FILE_VARIABLE
                || CLIENT_VARIABLES.contains(&name.as_str())
            {
                continue;
            }
            match known.iter().find(|key| variable(key) == *name) {
                Some(key) => pairs.push((key.clone(), value.clone())),
                None => {
                    let names: Vec<String> = known.iter().map(|key| variable(key)).collect();
                    let suggestion = nearest(name, &names);
                    let source = "environment".to_owned();
                    strangers.push(ConfigProblem::UnknownKey {
                        key: name.clone(),
                        source_name: source,
                        suggestion,
                    });
                }
            }
        }
        (
            Self {
                source: "environment",
                name: variable,
                pairs,
            },
            strangers,
        )
    }

    /// The flags whose keys are known, and a problem for each of the others.
    pub(super) fn flags(flags: &[(String, String)], known: &[String]) -> (Self, Vec<ConfigProblem>) {
        let (pairs, unknown): (Vec<_>, Vec<_>) =
            flags.iter().cloned().partition(|(key, _)| known.contains(key));
        let strangers = unknown
            .into_iter()
            .map(|(key, _)| {
                let suggestion = nearest(&key, known);
                ConfigProblem::UnknownKey {
                    key,
                    source_name: "command line".to_owned(),
                    suggestion,
                }
            })
            .collect();
        (
            Self {
                source: "command line",
                name: str::to_owned,
                pairs,
            },
            strangers,
        )
    }
}

impl Provider for Pairs {
    fn metadata(&self) -> Metadata {
        let name = self.name;
        Metadata::named(self.source).interpolater(move |_, keys| name(&keys.join(".")))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut dict = Dict::new();
        for (key, text) in &self.pairs {
            // A value is read as TOML would read it: `8` is a number, `[a, b]` a list, all else text; parsing cannot fail.
            let Ok(value) = text.parse::<Value>();
            insert(&mut dict, key, value);
        }
        Ok(Profile::Default.collect(dict))
    }
}

fn insert(dict: &mut Dict, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            dict.insert(key.to_owned(), value);
        }
        Some((table, rest)) => {
            let inner = dict
                .entry(table.to_owned())
                .or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
