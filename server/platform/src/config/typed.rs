//! Settings as typed values, with everything that does not fit its setting told at once.
//!
//! figment stops at the first value that it cannot read. Each such value is told and its default put in its place, until
//! what is left can be read. It must never let a configuration pass that was mended.

use figment::Figment;
use figment::value::Value;

use super::problems::{ConfigError, ConfigProblem};
use super::settings::Config;

/// The settings, and a problem for each value that its setting cannot hold; in place of it stands the default.
///
/// # Errors
/// When something that cannot be read has no default; with all that was found until then.
pub(super) fn read(
    figment: &Figment,
    defaults: &Figment,
) -> Result<(Config, Vec<ConfigProblem>), ConfigError> {
    let mut mended = figment.clone();
    let mut problems = Vec::new();
    loop {
        let error = match mended.extract() {
            Ok(config) => return Ok((config, problems)),
            Err(error) => error,
        };
        problems.extend(ConfigError::from_figment(&error).problems);
        let Some((key, value)) =
            default_of(&error.path, defaults).filter(|(key, _)| differs(&mended, defaults, key))
        else {
            return Err(ConfigError { problems });
        };
        mended = mended.merge((key, value));
    }
}

/// The setting that a value belongs to, and its default: the value may be one of a list. A table has none, since what
/// stands in it would stay.
fn default_of(path: &[String], defaults: &Figment) -> Option<(String, Value)> {
    let lengths = (1..=path.len()).rev();
    let mut settings = lengths.filter_map(|length| {
        let key = path[..length].join(".");
        let value = defaults.find_value(&key).ok()?;
        Some((key, value))
    });
    settings.next().filter(|(_, value)| value.as_dict().is_none())
}

/// Whether a default was not put in place yet, so that every turn mends something.
fn differs(mended: &Figment, defaults: &Figment, key: &str) -> bool {
    mended.find_value(key).ok() != defaults.find_value(key).ok()
}
