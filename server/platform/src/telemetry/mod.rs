//! Logs: one line per event, short for people on a terminal, JSON elsewhere, and always with the ids of the request.
//!
//! The ids live on a span that the HTTP stack opens around each request; every line written inside it carries them, in
//! whichever crate it is written. Trace ids follow W3C Trace Context, so that an exporter can be added later without
//! another id (docs/decisions/telemetry.md). It must never know what the services do.

pub mod events;
mod ids;
mod level;
mod lines;
#[cfg(test)]
mod tests;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogFormat, LogSettings};

pub use ids::{context_of, request_span};
pub use level::{LogControl, LogLevelError, LogLevels};
pub use lines::{LineOut, Lines, Style};

/// The target of the one line that is written per request.
pub const ACCESS_TARGET: &str = "crochet::access";
/// The target of the span around a request.
pub const REQUEST_TARGET: &str = "crochet::request";

/// Telemetry could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The configured level cannot be read.
    #[error(transparent)]
    Level(#[from] LogLevelError),
}

/// Starts logging to standard error for this process; a second call only makes a control that changes nothing, so that
/// tests may start several servers in one process.
///
/// # Errors
/// When the configured level cannot be read.
pub fn init(settings: &LogSettings) -> Result<LogControl, TelemetryError> {
    let out = |line: &str| {
        // A closed standard error must not take the server down, and there is nowhere left to say it.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    };
    let (control, filter) = LogControl::new(&settings.level)?;
    let lines = Lines::new(style(settings), Arc::new(out));
    if tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()
        .is_ok()
    {
        log_panics();
    }
    Ok(control)
}

/// How lines look on standard error: as the settings say, or for people on a terminal and for programs elsewhere. Colour
/// follows the terminal and `NO_COLOR`.
#[must_use]
pub fn style(settings: &LogSettings) -> Style {
    let stderr = std::io::stderr();
    let is_for_people = match settings.format {
        LogFormat::Pretty => true,
        LogFormat::Json => false,
        LogFormat::Auto => stderr.is_terminal(),
    };
    if !is_for_people {
        return Style::Json;
    }
    Style::Pretty {
        colour: AutoStream::choice(&stderr) != ColorChoice::Never,
    }
}

/// Sends panics through the log, so that they carry the ids of the request and stay one line.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(target: "crochet::panic", place, "panicked: {message}");
    }));
}
