//! Writes one line per event, with the fields of the spans around it.
//!
//! A layer of our own rather than `tracing_subscriber::fmt`, because a line is to open with what happened
//! (`14:22:31 INFO add_corpus 201 38ms caller=admin`) and because a span's fields are formatted once, when it opens,
//! instead of on every line. It must never know where lines go.

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use chrono::{Local, Utc};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::ACCESS_TARGET;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// For people.
    Pretty {
        /// Whether levels are coloured.
        colour: bool,
    },
    /// One JSON object.
    Json,
}

/// Where finished lines go; each ends with a line feed.
pub type LineOut = Arc<dyn Fn(&str) + Send + Sync>;

/// The layer that writes lines.
pub struct Lines {
    style: Style,
    out: LineOut,
}

/// A span's fields, formatted when the span opened.
struct SpanFields(String);

impl Lines {
    /// Lines of the given style, handed to `out`.
    #[must_use]
    pub fn new(style: Style, out: LineOut) -> Self {
        Self { style, out }
    }

    fn head(&self, line: &mut String, level: Level, target: &str) {
        let wrote = match self.style {
            Style::Json => {
                line.push_str(r#"{"at":""#);
                push_now(line);
                write!(line, r#"","level":"{level}","target":"{target}""#)
            }
            Style::Pretty { colour: false } => write!(line, "{} {level}", Local::now().format("%H:%M:%S")),
            Style::Pretty { colour: true } => {
                let code = match level {
                    Level::ERROR => 31,
                    Level::WARN => 33,
                    Level::INFO => 32,
                    _ => 36,
                };
                write!(
                    line,
                    "{} \x1b[{code}m{level}\x1b[0m",
                    Local::now().format("%H:%M:%S")
                )
            }
        };
        wrote.expect("writing into a string cannot fail");
    }
}

/// Appends the time as RFC 3339 in UTC. The date and the second are formatted once per second and thread: it is the most
/// expensive part of a line, and lines come in thousands a second.
fn push_now(line: &mut String) {
    thread_local! {
        static SECOND: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) };
    }
    let now = Utc::now();
    SECOND.with_borrow_mut(|(second, text)| {
        if *second != now.timestamp() {
            *second = now.timestamp();
            *text = now.format("%Y-%m-%dT%H:%M:%S").to_string();
        }
        line.push_str(text);
    });
    // A leap second has more than a million of them; a line may say the last one twice.
    let micros = now.timestamp_subsec_micros().min(999_999);
    write!(line, ".{micros:06}Z").expect("writing into a string cannot fail");
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::new(self.style, false);
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields.rest));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::new(self.style, false);
        values.record(&mut fields);
        if let Some(span) = context.span(id)
            && let Some(known) = span.extensions_mut().get_mut::<SpanFields>()
        {
            known.0.push_str(&fields.rest);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let mut fields = Fields::new(self.style, metadata.target() == ACCESS_TARGET);
        event.record(&mut fields);
        let mut line = String::with_capacity(384);
        self.head(&mut line, *metadata.level(), metadata.target());
        line.push_str(&fields.first);
        line.push_str(&fields.rest);
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(known) = span.extensions().get::<SpanFields>() {
                line.push_str(&known.0);
            }
        }
        line.push_str(if self.style == Style::Json { "}\n" } else { "\n" });
        (self.out)(&line);
    }
}

/// Fields on their way into a line.
struct Fields {
    style: Style,
    access: bool,
    /// What opens the line: the message, or the summary of a request.
    first: String,
    /// ` key=value` or `,"key":value` for each of the others.
    rest: String,
}

impl Fields {
    fn new(style: Style, access: bool) -> Self {
        Self {
            style,
            access,
            first: String::new(),
            rest: String::with_capacity(160),
        }
    }

    fn text(&mut self, field: &Field, value: &str) {
        match (self.style, field.name()) {
            (Style::Json, name) => {
                if needs_no_escape(value) {
                    self.raw(name, format_args!("\"{value}\""));
                } else {
                    let quoted = serde_json::to_string(value).expect("text always serialises");
                    self.raw(name, format_args!("{quoted}"));
                }
            }
            (Style::Pretty { .. }, "message") => push_visible(&mut self.first, value),
            (Style::Pretty { .. }, "operation") if self.access => push_visible(&mut self.first, value),
            (Style::Pretty { .. }, name) if plain(value) => self.raw(name, format_args!("{value}")),
            (Style::Pretty { .. }, name) => self.raw(name, format_args!("{value:?}")),
        }
    }

    fn raw(&mut self, name: &str, value: fmt::Arguments<'_>) {
        let wrote = match (self.style, name) {
            (Style::Json, name) => write!(self.rest, r#","{name}":{value}"#),
            (Style::Pretty { .. }, "status") if self.access => write!(self.first, " {value}"),
            (Style::Pretty { .. }, "ms") if self.access => write!(self.first, " {value}ms"),
            (Style::Pretty { .. }, name) => write!(self.rest, " {name}={value}"),
        };
        wrote.expect("writing into a string cannot fail");
    }
}

/// Whether a value is JSON as it is, between quotes: almost every value is, and writing it so costs no allocation.
fn needs_no_escape(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\')
}

/// Whether a value can stand in `key=value` as it is: no blank, quote or control character.
fn plain(value: &str) -> bool {
    !value.is_empty()
        && !value
            .chars()
            .any(|char| char.is_whitespace() || char.is_control() || char == '"')
}

/// Appends text after a blank, with control characters made visible: a line must stay a line.
fn push_visible(line: &mut String, text: &str) {
    line.push(' ');
    for char in text.chars() {
        if char.is_control() {
            line.extend(char.escape_default());
        } else {
            line.push(char);
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, &format!("{value:?}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.raw(field.name(), format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.raw(field.name(), format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.raw(field.name(), format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let number = serde_json::Value::from(value);
        self.raw(field.name(), format_args!("{number}"));
    }
}
