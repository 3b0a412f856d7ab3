//! Small parts that many nodes share: names, vendor extensions, examples, links to prose.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::Location;

/// The name of a reusable component: the module of the document that holds it, and its key there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComponentName {
    /// The module of the document, as `common` for `common.yaml`.
    pub module: String,
    /// The key under `components/…`, exactly as written.
    pub name: String,
}

impl fmt::Display for ComponentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.module, self.name)
    }
}

/// The vendor extensions (`x-…`) of a node, as plain JSON values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extensions(pub BTreeMap<String, Value>);

impl Extensions {
    /// The value of one extension, by its full name (`x-audit`).
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether an extension is present and `true`.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }
}

/// A link to documentation elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalDocs {
    /// Where it is.
    pub url: String,
    /// What it is.
    pub description: Option<String>,
}

/// One named example of a parameter, header or body.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its key under `examples`, or empty for the single `example`.
    pub name: String,
    /// A short title.
    pub summary: Option<String>,
    /// Prose.
    pub description: Option<String>,
    /// The value, unless it is kept outside the document.
    pub value: Option<Value>,
    /// The address of a value kept outside the document.
    pub external_value: Option<String>,
    /// Where it is written.
    pub location: Location,
}
