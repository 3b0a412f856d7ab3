//! What is wrong and where: the one type in which every stage of the chain complains.
//!
//! A diagnostic never stops a stage; all of them are gathered so that a person sees every mistake at once. It must
//! not know how it will be shown; see `report`.

use serde::{Serialize, Serializer};

use crate::ir::Location;

/// One complaint about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The rule, as `operation-id-style`.
    pub code: &'static str,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub location: Location,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How bad a complaint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is lost that matters.
    Note,
    /// Something that the document says is ignored.
    Warning,
    /// Nothing can be generated.
    Error,
}

impl Severity {
    /// The word in front of the message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Diagnostic {
    /// A complaint that stops generation.
    pub fn error(code: &'static str, location: &Location, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, location, message)
    }

    /// A complaint about something that is ignored.
    pub fn warning(code: &'static str, location: &Location, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, location, message)
    }

    /// Something worth knowing.
    pub fn note(code: &'static str, location: &Location, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, location, message)
    }

    fn new(severity: Severity, code: &'static str, location: &Location, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            location: location.clone(),
            hint: None,
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether it says that the document is sound but asks for something that is not built.
    pub fn is_unsupported(&self) -> bool {
        self.code.starts_with("unsupported-")
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            severity: &'a str,
            code: &'a str,
            message: &'a str,
            file: &'a str,
            line: u32,
            column: u32,
            pointer: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            hint: Option<&'a str>,
        }
        let Location {
            file,
            line,
            column,
            pointer,
        } = &self.location;
        Wire {
            severity: self.severity.as_str(),
            code: self.code,
            message: &self.message,
            file,
            line: *line,
            column: *column,
            pointer,
            hint: self.hint.as_deref(),
        }
        .serialize(serializer)
    }
}
