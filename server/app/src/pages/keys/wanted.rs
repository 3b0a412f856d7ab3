//! A key as somebody wants it: read from the form, written back into it, and said to the API.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use crate::pages::form::Form;

/// `scope:contexts:read` is there when the box is ticked.
const SCOPE: &str = "scope:";

/// How long a key may be good, in seconds; nothing for ever.
pub(super) const LASTS: [(&str, &str); 5] = [
    ("604800", "7 days"),
    ("2592000", "30 days"),
    ("7776000", "90 days"),
    ("31536000", "a year"),
    ("", "for ever"),
];

/// What the form says.
#[derive(Debug, Serialize)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) expires_in_s: String,
    pub(super) scopes: BTreeSet<String>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            name: String::new(),
            role: String::new(),
            expires_in_s: LASTS[2].0.to_owned(),
            scopes: BTreeSet::new(),
        }
    }
}

impl Wanted {
    pub(super) fn of(form: &Form) -> Self {
        let ticked = form.fields().filter_map(|(name, _)| name.strip_prefix(SCOPE));
        Self {
            name: form.get("name").to_owned(),
            role: form.get("role").to_owned(),
            expires_in_s: form.get("expires_in_s").to_owned(),
            scopes: ticked.map(str::to_owned).collect(),
        }
    }

    /// The same as the API takes it: what is no number is sent as it is, for the API to say so.
    pub(super) fn body(&self) -> Value {
        let mut body = json!({"name": self.name, "scopes": self.scopes});
        if !self.role.is_empty() {
            body["role"] = json!(self.role);
        }
        if !self.expires_in_s.is_empty() {
            let seconds = self.expires_in_s.parse::<i64>();
            body["expires_in_s"] = seconds.map_or_else(|_| json!(self.expires_in_s), |number| json!(number));
        }
        body
    }
}
