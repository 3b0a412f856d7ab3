//! What a command shows: results on standard output, progress and remarks on standard error.
//!
//! Two formats exist, text for people and one JSON value a line for programs; a command writes both
//! and the console drops the one that was not asked for. Colour follows `NO_COLOR` and the terminal
//! (anstream decides), progress bars appear only on a terminal (indicatif decides). It knows nothing
//! about orthos: drawing is [`super::draw`]'s work.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::events::Event;
use super::failure::Failure;

const HEADING: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const FAULT: Style = AnsiColor::Red.on_default().bold();

/// For whom a command writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a person.
    Text,
    /// One JSON value a line for a program.
    Json,
}

impl Format {
    /// The format that a `--json` flag asks for.
    pub fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

/// The two output streams of one command.
pub struct Console {
    format: Format,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
}

impl Console {
    /// A console on the streams of this process.
    pub fn new(format: Format) -> Self {
        Self::over(
            format,
            anstream::AutoStream::auto(io::stdout()),
            anstream::AutoStream::auto(io::stderr()),
        )
    }

    /// A console on any two streams.
    pub fn over(format: Format, out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self {
            format,
            out: Box::new(out),
            err: Box::new(err),
        }
    }

    /// Whether a program reads us.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// A line, or several, of the result for a person.
    pub fn say(&mut self, text: impl Display) -> Result<(), Failure> {
        if self.is_json() {
            return Ok(());
        }
        writeln!(self.out, "{text}").map_err(|error| lost_output(&error))
    }

    /// A heading of the result for a person.
    pub fn head(&mut self, text: impl Display) -> Result<(), Failure> {
        self.say(format_args!("{HEADING}{text}{HEADING:#}"))
    }

    /// One event for a program.
    pub fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if self.is_json() { self.json(event) } else { Ok(()) }
    }

    /// A whole result for a program, on one line.
    pub fn json(&mut self, result: &impl Serialize) -> Result<(), Failure> {
        let line = serde_json::to_string(result)
            .map_err(|error| Failure::new(format!("unprintable event: {error}")))?;
        // Flushed line by line: a program that follows a long run must not wait for a full buffer.
        writeln!(self.out, "{line}")
            .and_then(|()| self.out.flush())
            .map_err(|error| lost_output(&error))
    }

    /// Exactly these bytes of output, whatever the format.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out
            .write_all(bytes)
            .and_then(|()| self.out.flush())
            .map_err(|error| lost_output(&error))
    }

    /// A remark beside the result, on standard error.
    pub fn remark(&mut self, text: impl Display) {
        // A closed standard error must not stop the work: nobody reads the remark, that is all.
        let _ = writeln!(self.err, "{FAINT}{text}{FAINT:#}");
    }

    /// Why the command failed, on standard error.
    pub fn complain(&mut self, failure: &Failure) {
        let _ = writeln!(self.err, "{FAULT}error:{FAULT:#} {failure}");
    }

    /// A bar for work whose end is known; invisible unless standard error is a terminal.
    pub fn bar(&self, what: &str, unit: &str) -> ProgressBar {
        let style =
            format!("{what} {{bar:20}} {{percent:>3}} %  {{human_pos}}/{{human_len}} {unit}  {{eta}} left");
        self.watched(ProgressBar::new(0), &style)
    }

    /// A line for work whose end nobody knows: it shows what is left and never a percentage.
    pub fn spinner(&self) -> ProgressBar {
        let bar = self.watched(ProgressBar::no_length(), "{spinner} {msg}");
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    fn watched(&self, bar: ProgressBar, template: &str) -> ProgressBar {
        if self.is_json() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.with_style(style)
    }
}

fn lost_output(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::closed_pipe();
    }
    Failure::new(format!("cannot write the result: {error}")).at("standard output")
}
