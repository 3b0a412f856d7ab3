//! Reading the fields of an object, with a complaint for each one that is not what it should be.

use serde_json::Number;

use super::context::Normaliser;
use crate::diagnostic::Diagnostic;
use crate::ir::{Extensions, ExternalDocs};
use crate::load::{Cursor, Data};

impl Normaliser<'_> {
    /// Checks that a place holds an object and that it has only known fields. `what` is what the specification calls
    /// it.
    pub(super) fn object(&mut self, at: &Cursor, what: &str, fields: &[&str]) -> bool {
        if !matches!(at.node.data, Data::Object(_)) {
            self.wrong(at, what, "an object");
            return false;
        }
        for (key, value) in at.entries() {
            if !key.starts_with("x-") && !fields.contains(&key.as_str()) {
                let message = format!("`{key}` is not a field of {what} and is ignored");
                self.report(Diagnostic::warning("unknown-field", &value.location(), message));
            }
        }
        true
    }

    pub(super) fn wrong(&mut self, at: &Cursor, what: &str, wanted: &str) {
        let message = format!("{what} must be {wanted}, not {}", at.node.kind());
        self.report(Diagnostic::error("wrong-type", &at.location(), message));
    }

    pub(super) fn missing(&mut self, at: &Cursor, what: &str, field: &str) {
        let message = format!("{what} has no `{field}`, which OpenAPI demands");
        self.report(Diagnostic::warning("missing-field", &at.location(), message));
    }

    pub(super) fn text(&mut self, at: &Cursor, field: &str) -> Option<String> {
        let value = at.get(field)?;
        match &value.node.data {
            Data::String(text) => Some(text.clone()),
            Data::Number(_) | Data::Bool(_) => {
                let message = format!(
                    "`{field}` must be a string, not {}; it is read as one",
                    value.node.kind()
                );
                let complaint = Diagnostic::warning("wrong-type", &value.location(), message);
                self.report(complaint.help("put it into quotes"));
                Some(value.node.to_value().to_string())
            }
            _ => {
                self.wrong(&value, &format!("`{field}`"), "a string");
                None
            }
        }
    }

    pub(super) fn demanded_text(&mut self, at: &Cursor, what: &str, field: &str) -> String {
        if at.get(field).is_none() {
            self.missing(at, what, field);
        }
        self.text(at, field).unwrap_or_default()
    }

    pub(super) fn flag(&mut self, at: &Cursor, field: &str) -> Option<bool> {
        let value = at.get(field)?;
        match value.node.data {
            Data::Bool(flag) => Some(flag),
            _ => {
                self.wrong(&value, &format!("`{field}`"), "a boolean");
                None
            }
        }
    }

    pub(super) fn is(&mut self, at: &Cursor, field: &str) -> bool {
        self.flag(at, field).unwrap_or(false)
    }

    pub(super) fn number(&mut self, at: &Cursor, field: &str) -> Option<Number> {
        let value = at.get(field)?;
        match &value.node.data {
            Data::Number(number) => Some(number.clone()),
            _ => {
                self.wrong(&value, &format!("`{field}`"), "a number");
                None
            }
        }
    }

    pub(super) fn count(&mut self, at: &Cursor, field: &str) -> Option<u64> {
        let value = at.get(field)?;
        let whole = match &value.node.data {
            Data::Number(number) => number.as_u64().or_else(|| whole(number)),
            _ => None,
        };
        if whole.is_none() {
            self.wrong(&value, &format!("`{field}`"), "a whole number, not negative");
        }
        whole
    }

    /// The items of a list.
    pub(super) fn list(&mut self, at: &Cursor, field: &str) -> Vec<Cursor> {
        let Some(value) = at.get(field) else {
            return Vec::new();
        };
        if !matches!(value.node.data, Data::Array(_)) {
            self.wrong(&value, &format!("`{field}`"), "a list");
        }
        value.items()
    }

    /// The entries of an object, vendor extensions left out.
    pub(super) fn map(&mut self, at: &Cursor, field: &str) -> Vec<(String, Cursor)> {
        let mut entries = self.map_all(at, field);
        entries.retain(|(key, _)| !key.starts_with("x-"));
        entries
    }

    /// The entries of an object, names that begin with `x-` included.
    pub(super) fn map_all(&mut self, at: &Cursor, field: &str) -> Vec<(String, Cursor)> {
        let Some(value) = at.get(field) else {
            return Vec::new();
        };
        if !matches!(value.node.data, Data::Object(_)) {
            self.wrong(&value, &format!("`{field}`"), "an object");
        }
        value.entries()
    }

    pub(super) fn texts(&mut self, at: &Cursor, field: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for item in self.list(at, field) {
            match item.text() {
                Some(text) => texts.push(text.to_owned()),
                None => self.wrong(&item, &format!("an item of `{field}`"), "a string"),
            }
        }
        texts
    }

    pub(super) fn external_docs(&mut self, at: &Cursor) -> Option<ExternalDocs> {
        let docs = at.get("externalDocs")?;
        let what = "external documentation";
        if !self.object(&docs, what, &["description", "url"]) {
            return None;
        }
        Some(ExternalDocs {
            url: self.demanded_text(&docs, what, "url"),
            description: self.text(&docs, "description"),
        })
    }
}

/// The vendor extensions of an object.
pub(super) fn extensions(at: &Cursor) -> Extensions {
    let entries = at.entries().into_iter().filter(|(key, _)| key.starts_with("x-"));
    Extensions(entries.map(|(key, value)| (key, value.node.to_value())).collect())
}

/// Some documents write `maxLength: 10.0`.
fn whole(number: &Number) -> Option<u64> {
    // 2^53: beyond it a double no longer names one whole number.
    let exact = 9_007_199_254_740_992.0;
    let float = number
        .as_f64()
        .filter(|float| float.fract() == 0.0 && (0.0..=exact).contains(float))?;
    format!("{float}").parse().ok()
}
