//! What can be wrong with a configuration, told so that the person can mend it: the key, the source, a suggestion.
//!
//! It must never print a secret value.

use std::fmt;
use std::path::PathBuf;

use figment::Figment;
use figment::Profile;
use figment::error::Kind;

use super::explain::SECRET_KEYS;
use super::sources;

/// Everything that is wrong, at once.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    /// At least one problem.
    pub problems: Vec<ConfigProblem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// The file that was asked for is not there.
    #[error("the configuration file {} does not exist", path.display())]
    FileMissing {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read as TOML.
    #[error("the configuration file {file} is not TOML: {detail}")]
    FileMalformed {
        /// The file.
        file: String,
        /// Where, and what was expected.
        detail: String,
    },
    /// A key that no setting has.
    #[error("unknown setting `{key}` ({source_name}){}", hint(suggestion.as_deref()))]
    UnknownKey {
        /// The key, or the environment variable.
        key: String,
        /// Where it stands.
        source_name: String,
        /// The nearest known key.
        suggestion: Option<String>,
    },
    /// A value that its setting cannot hold.
    #[error("setting `{key}` ({source_name}): {detail}")]
    Value {
        /// The dotted key.
        key: String,
        /// Where it stands.
        source_name: String,
        /// What was expected.
        detail: String,
    },
}

fn hint(suggestion: Option<&str>) -> String {
    suggestion
        .map(|known| format!("; did you mean `{known}`?"))
        .unwrap_or_default()
}

impl ConfigError {
    pub(super) fn of(problem: ConfigProblem) -> Self {
        Self {
            problems: vec![problem],
        }
    }

    pub(super) fn from_figment(error: &figment::Error) -> Self {
        let problems = error.clone().into_iter().map(|error| {
            let key = error.path.join(".");
            let source_name = source_of(error.metadata.as_ref(), &key);
            match &error.kind {
                Kind::UnknownField(field, known) => ConfigProblem::UnknownKey {
                    key: if key.is_empty() {
                        field.clone()
                    } else {
                        format!("{key}.{field}")
                    },
                    source_name,
                    suggestion: nearest(field, known),
                },
                // What was written in place of a secret may be one.
                _ if SECRET_KEYS.contains(&key.as_str()) => ConfigProblem::Value {
                    key,
                    source_name,
                    detail: "it takes a text; quotes make one of digits".to_owned(),
                },
                kind => ConfigProblem::Value {
                    key,
                    source_name,
                    detail: fault(kind),
                },
            }
        });
        Self {
            problems: problems.collect(),
        }
    }
}

/// What a value should be, without the names that types have in Rust.
fn fault(kind: &Kind) -> String {
    let Kind::InvalidType(actual, expected) = kind else {
        return kind.to_string();
    };
    let wanted = match expected.as_str() {
        "usize" | "u64" => "a whole number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        other => other.to_owned(),
    };
    format!("it takes {wanted}, not {actual}")
}

/// What the parser says without the picture that it draws between the place and the reason.
fn one_line(said: &str) -> String {
    let mut lines = said.lines().map(str::trim);
    let place = lines.next().unwrap_or_default();
    let place = place.strip_prefix("TOML parse error at ").unwrap_or(place);
    let reasons: Vec<&str> = lines.skip_while(|line| !line.starts_with("| ")).skip(1).collect();
    if reasons.is_empty() {
        place.to_owned()
    } else {
        format!("{place}: {}", reasons.join("; "))
    }
}

/// The name of a source for people: the file, the variable, `command line`, `default`.
pub(super) fn source_of(metadata: Option<&figment::Metadata>, key: &str) -> String {
    let Some(metadata) = metadata else {
        return "default".to_owned();
    };
    if let Some(path) = metadata.source.as_ref().and_then(|source| source.file_path()) {
        return path.display().to_string();
    }
    match metadata.name.as_ref() {
        "environment" => sources::variable(key),
        "command line" => "command line".to_owned(),
        _ => "default".to_owned(),
    }
}

/// The keys of a file that no setting has.
pub(super) fn unknown_keys(
    file: &Figment,
    known: &[String],
    source_name: &str,
) -> Result<Vec<ConfigProblem>, ConfigError> {
    let map = match figment::Provider::data(file) {
        Ok(map) => map,
        Err(error) => {
            return Err(ConfigError::of(ConfigProblem::FileMalformed {
                file: source_name.to_owned(),
                detail: one_line(&error.kind.to_string()),
            }));
        }
    };
    let mut keys = Vec::new();
    if let Some(dict) = map.get(&Profile::Default) {
        sources::flatten("", dict, &mut keys);
    }
    let tables: Vec<&str> = known
        .iter()
        .filter_map(|key| key.rsplit_once('.'))
        .map(|(table, _)| table)
        .collect();
    let is_known = |key: &String| known.contains(key) || tables.contains(&key.as_str());
    let strangers = keys.into_iter().filter(|key| !is_known(key));
    Ok(strangers
        .map(|key| {
            let suggestion = nearest(&key, known);
            ConfigProblem::UnknownKey {
                key,
                source_name: source_name.to_owned(),
                suggestion,
            }
        })
        .collect())
}

/// The known name most like the given one, if any is like it at all.
pub(super) fn nearest<S: AsRef<str>>(name: &str, known: &[S]) -> Option<String> {
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate.as_ref()), candidate.as_ref()))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate.to_owned())
}
