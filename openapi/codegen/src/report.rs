//! A report over a set of documents: every diagnostic, and the texts to show them with.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};

/// Everything that was found in a set of documents.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The complaints, by file and line.
    pub diagnostics: Vec<Diagnostic>,
    /// The text of every file that was read, by name.
    pub sources: BTreeMap<Arc<str>, Arc<str>>,
    /// The number of operations that were read.
    pub operations: usize,
}

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that the documents say is understood; code can be generated.
    Accepted,
    /// The documents are sound but ask for something that is not built.
    Unsupported,
    /// The documents are wrong.
    Rejected,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Unsupported => "unsupported",
            Self::Rejected => "rejected",
        }
    }
}

impl Report {
    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        let mut errors = self.errors().peekable();
        if errors.peek().is_none() {
            Verdict::Accepted
        } else if errors.all(Diagnostic::is_unsupported) {
            Verdict::Unsupported
        } else {
            Verdict::Rejected
        }
    }

    /// The complaints that stop generation.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many complaints there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    /// Puts the complaints in reading order and drops repetitions.
    pub(crate) fn settle(&mut self) {
        self.diagnostics.sort_by(|one, other| {
            let key = |this: &Diagnostic| (this.location.line, this.location.column, this.code);
            let by_place = one
                .location
                .file
                .cmp(&other.location.file)
                .then_with(|| key(one).cmp(&key(other)));
            by_place.then_with(|| one.message.cmp(&other.message))
        });
        self.diagnostics.dedup();
    }

    /// The report for a person at a terminal, in the manner of rustc.
    pub fn human(&self) -> String {
        let lines: BTreeMap<&str, Vec<&str>> = self
            .sources
            .iter()
            .map(|(file, text)| (file.as_ref(), text.lines().collect()))
            .collect();
        let mut text = String::new();
        for diagnostic in &self.diagnostics {
            let line = (diagnostic.location.line as usize).checked_sub(1);
            let line = line.and_then(|line| lines.get(diagnostic.location.file.as_ref())?.get(line).copied());
            show(
                diagnostic,
                line.filter(|line| line.len() <= LINE_SHOWN_MAX),
                &mut text,
            );
        }
        text.push_str(&self.summary());
        text.push('\n');
        text
    }

    /// One line: how many files, operations and complaints.
    pub fn summary(&self) -> String {
        let mut parts = vec![
            plural(self.sources.len(), "file"),
            plural(self.operations, "operation"),
        ];
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let count = self.count(severity);
            if count > 0 {
                parts.push(plural(count, severity.as_str()));
            }
        }
        format!("{}: {}", self.verdict().as_str(), parts.join(", "))
    }

    /// The report for a program.
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Wire<'a> {
            verdict: &'a str,
            files: Vec<&'a str>,
            operations: usize,
            errors: usize,
            warnings: usize,
            notes: usize,
            diagnostics: &'a [Diagnostic],
        }
        let wire = Wire {
            verdict: self.verdict().as_str(),
            files: self.sources.keys().map(AsRef::as_ref).collect(),
            operations: self.operations,
            errors: self.count(Severity::Error),
            warnings: self.count(Severity::Warning),
            notes: self.count(Severity::Note),
            diagnostics: &self.diagnostics,
        };
        serde_json::to_string_pretty(&wire).expect("strings and numbers always serialise")
    }

    /// The report for cargo: what a build script prints so that every error and warning becomes cargo's own.
    pub fn cargo(&self) -> String {
        let mut text = String::new();
        for diagnostic in &self.diagnostics {
            let directive = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => continue,
            };
            let Diagnostic {
                code,
                message,
                location,
                hint,
                ..
            } = diagnostic;
            let hint = hint
                .as_ref()
                .map(|hint| format!("; help: {hint}"))
                .unwrap_or_default();
            let line =
                format!("{location}: {message} (at {}) [{code}]{hint}", location.pointer).replace('\n', " ");
            writeln!(text, "cargo::{directive}={line}").expect("writing to a String cannot fail");
        }
        text
    }
}

/// Bytes of a line that is still worth showing; minified JSON is not.
const LINE_SHOWN_MAX: usize = 200;

fn show(diagnostic: &Diagnostic, line: Option<&str>, text: &mut String) {
    let Diagnostic {
        severity,
        code,
        message,
        location,
        hint,
    } = diagnostic;
    let number = location.line.to_string();
    let gutter = " ".repeat(number.len());
    let mut shown = vec![
        format!("{}[{code}]: {message}", severity.as_str()),
        format!("{gutter}--> {location}"),
    ];
    if let Some(line) = line {
        let indent = " ".repeat((location.column as usize).saturating_sub(1));
        shown.extend([
            format!("{gutter} |"),
            format!("{number} | {line}"),
            format!("{gutter} | {indent}^"),
        ]);
    }
    if !location.pointer.is_empty() {
        shown.push(format!("{gutter} = at: {}", location.pointer));
    }
    shown.extend(hint.as_ref().map(|hint| format!("{gutter} = help: {hint}")));
    text.push_str(&shown.join("\n"));
    text.push_str("\n\n");
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}
