//! Reads documents into values that know their place.
//!
//! YAML goes through saphyr's event parser and JSON through jsonc-parser; both end in the same [`Node`]. Input is
//! hostile by assumption: sizes, depth and what aliases expand to are bounded, so loading ends, and it never panics.
//! Nothing in here may know what an OpenAPI document means.

mod cursor;
mod json;
mod library;
mod limits;
mod node;
mod pointer;
mod yaml;

#[cfg(test)]
mod tests;

pub(crate) use cursor::Cursor;
pub(crate) use library::{Files, Library, Source};
pub(crate) use node::{Data, Node};
pub(crate) use pointer::escape;

use crate::diagnostic::Diagnostic;
use crate::ir::Location;

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    code: &'static str,
    line: u32,
    column: u32,
    message: String,
}

impl Fault {
    fn new(code: &'static str, mark: node::Mark, message: impl Into<String>) -> Self {
        Self {
            code,
            line: mark.line,
            column: mark.column,
            message: message.into(),
        }
    }

    fn into_diagnostic(self, file: &std::sync::Arc<str>) -> Diagnostic {
        let location = Location {
            file: file.clone(),
            line: self.line,
            column: self.column,
            pointer: "".into(),
        };
        Diagnostic::error(self.code, &location, self.message)
    }
}

/// Reads one text. The name decides the language: `.yaml` and `.yml` are YAML, anything else that begins with a
/// brace or bracket is JSON.
fn parse(name: &str, text: &str) -> Result<Node, Fault> {
    let start = node::Mark { line: 1, column: 1 };
    if text.len() > limits::TEXT_BYTES_MAX {
        let message = format!(
            "the file has {} bytes; at most {} are read",
            text.len(),
            limits::TEXT_BYTES_MAX
        );
        return Err(Fault::new("too-large", start, message));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let named_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    if !named_yaml && text.trim_start().starts_with(['{', '[']) {
        json::parse(text)
    } else {
        yaml::parse(text)
    }
}
