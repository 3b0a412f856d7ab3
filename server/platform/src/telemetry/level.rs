//! The log level, changed while the process runs, and changed back by itself.
//!
//! A level raised to look into a problem is forgotten there more often than not, so every change has an end. It must
//! never know who may change it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use tracing_subscriber::Registry;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::reload::{self, Handle};

use super::REQUEST_TARGET;

/// A level that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{levels}` is no log level: write `info`, or levels per target such as `info,crochet_store=debug`")]
pub struct LogLevelError {
    /// What was given.
    pub levels: String,
}

/// The levels in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLevels {
    /// A level, or levels per target separated by commas.
    pub levels: String,
    /// When they give way to the configured ones; never for the configured ones themselves.
    pub reverts_at: Option<DateTime<Utc>>,
}

/// Reads and changes the log level of this process.
#[derive(Debug, Clone)]
pub struct LogControl {
    handle: Handle<Targets, Registry>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    configured: String,
    current: LogLevels,
    /// Counts changes, so that the end of an earlier change does not undo a later one.
    changes: u64,
}

impl LogControl {
    /// A control and the layer that it governs.
    ///
    /// # Errors
    /// When the levels cannot be read.
    pub fn new(levels: &str) -> Result<(Self, reload::Layer<Targets, Registry>), LogLevelError> {
        let (layer, handle) = reload::Layer::new(parse(levels)?);
        let configured = levels.to_owned();
        let current = LogLevels {
            levels: configured.clone(),
            reverts_at: None,
        };
        let state = Arc::new(Mutex::new(State {
            configured,
            current,
            changes: 0,
        }));
        Ok((Self { handle, state }, layer))
    }

    /// The levels in force now.
    #[must_use]
    pub fn current(&self) -> LogLevels {
        self.lock().current.clone()
    }

    /// The levels that come back by themselves.
    #[must_use]
    pub fn configured(&self) -> String {
        self.lock().configured.clone()
    }

    /// Changes the levels for a time; afterwards the configured ones are in force again.
    ///
    /// # Errors
    /// When the levels cannot be read; then nothing changes.
    pub fn set_for(&self, levels: &str, time: Duration) -> Result<LogLevels, LogLevelError> {
        let filter = parse(levels)?;
        let (change, current) = {
            let mut state = self.lock();
            state.changes += 1;
            state.current = LogLevels {
                levels: levels.to_owned(),
                reverts_at: Some((Utc::now() + time).trunc_subsecs(3)),
            };
            (state.changes, state.current.clone())
        };
        self.put(filter);
        let control = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            control.revert(Some(change));
        });
        Ok(current)
    }

    /// Puts the configured levels back now.
    pub fn reset(&self) -> LogLevels {
        self.revert(None);
        self.current()
    }

    fn revert(&self, change: Option<u64>) {
        let configured = {
            let mut state = self.lock();
            if change.is_some_and(|change| change != state.changes) {
                return;
            }
            state.changes += 1;
            state.current = LogLevels {
                levels: state.configured.clone(),
                reverts_at: None,
            };
            state.configured.clone()
        };
        self.put(parse(&configured).expect("the configured levels were read once already"));
    }

    fn put(&self, filter: Targets) {
        // Fails only when the subscriber is gone, and then nothing is logged at any level.
        let _ = self.handle.reload(filter);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(levels: &str) -> Result<Targets, LogLevelError> {
    let wrong = || LogLevelError {
        levels: levels.to_owned(),
    };
    if levels.trim().is_empty() {
        return Err(wrong());
    }
    // A bare word that is no level would be read as a target: `inof` must not silence everything.
    for part in levels.split(',').filter(|part| !part.contains('=')) {
        part.trim().parse::<LevelFilter>().map_err(|_| wrong())?;
    }
    let targets: Targets = levels.parse().map_err(|_| wrong())?;
    Ok(targets.with_target(REQUEST_TARGET, LevelFilter::ERROR))
}
