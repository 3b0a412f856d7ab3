//! Configuration, read once: flag over environment over file over default.
//!
//! figment merges the four sources and remembers where each value came from, so a mistake is reported with its
//! source and `explain` can show every value with its origin. Keys that nobody knows are refused, not ignored: a
//! misspelt limit that silently stays at its default is worse than a start that fails.
//! It must never know what a setting is used for, and nothing else in the house reads the process environment.

mod explain;
mod lists;
mod networks;
mod problems;
mod ranges;
mod settings;
mod sources;
#[cfg(test)]
mod tests;
mod typed;

use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};

pub use explain::Setting;
pub use networks::{Network, Networks};
pub use problems::{ConfigError, ConfigProblem};
pub use settings::{
    AuditSettings, AuthSettings, Config, HttpSettings, LimitSettings, LogFormat, LogSettings,
    MetricsSettings, OauthSettings, Part, Parts, PeopleSettings, PipelineSettings, QueueSettings,
    RemoteSettings, WorkerSettings,
};
use sources::Pairs;

/// The prefix of every environment variable that Crochet reads.
pub const ENV_PREFIX: &str = "CROCHET_";
/// The file looked for in the current folder when none is named.
pub const FILE_NAME: &str = "crochet.toml";

/// Where settings come from; the caller gathers them, so a test needs no process environment.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Dotted keys and values from the command line, such as `("listen", "127.0.0.1:0")`.
    pub flags: Vec<(String, String)>,
    /// Environment variables; those without [`ENV_PREFIX`] are ignored.
    pub env: Vec<(String, String)>,
    /// The file that was asked for: it must exist.
    pub file: Option<PathBuf>,
    /// Where [`FILE_NAME`] is looked for when no file was asked for.
    pub folder: Option<PathBuf>,
}

impl Sources {
    /// The sources of a real process: its environment and its current folder.
    #[must_use]
    pub fn of_process(flags: Vec<(String, String)>, file: Option<PathBuf>) -> Self {
        let env: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with(ENV_PREFIX))
            .collect();
        let named = env
            .iter()
            .find(|(name, _)| name == sources::FILE_VARIABLE)
            .map(|(_, path)| PathBuf::from(path));
        Self {
            flags,
            env,
            file: file.or(named),
            folder: std::env::current_dir().ok(),
        }
    }

    fn path(&self) -> Option<PathBuf> {
        let found = || {
            self.folder
                .as_ref()
                .map(|folder| folder.join(FILE_NAME))
                .filter(|path| path.is_file())
        };
        self.file.clone().or_else(found)
    }
}

/// A checked configuration together with the knowledge of where each value came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The typed settings.
    pub config: Config,
    figment: Figment,
}

impl Loaded {
    /// Every setting with its value (secrets masked) and its source, in the order of the keys.
    #[must_use]
    pub fn explain(&self) -> Vec<Setting> {
        explain::explain(&self.figment)
    }
}

/// Reads, merges and checks the configuration.
///
/// # Errors
/// Names every unknown key with the nearest known one; where all are known, every value of a wrong type and every value
/// out of its range, each with the source it came from.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let defaults = Figment::from(Serialized::defaults(Config::default()));
    let known = sources::keys(&defaults);
    let mut unknown = Vec::new();
    let mut figment = defaults.clone();
    if let Some(path) = sources.path() {
        if !path.is_file() {
            return Err(ConfigError::of(ConfigProblem::FileMissing { path }));
        }
        let file = Figment::from(Toml::file_exact(&path));
        unknown.extend(problems::unknown_keys(
            &file,
            &known,
            &path.display().to_string(),
        )?);
        figment = figment.merge(file);
    }
    let (env, strangers) = Pairs::environment(&sources.env, &known);
    unknown.extend(strangers);
    let (flags, strangers) = Pairs::flags(&sources.flags, &known);
    unknown.extend(strangers);
    if !unknown.is_empty() {
        return Err(ConfigError { problems: unknown });
    }
    let figment = figment.merge(env).merge(flags);
    let (config, mut problems) = typed::read(&figment, &defaults)?;
    problems.extend(ranges::check(&config, &figment));
    if !problems.is_empty() {
        return Err(ConfigError { problems });
    }
    Ok(Loaded { config, figment })
}
