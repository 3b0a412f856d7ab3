//! A value of a document and the mark where it stands.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Number, Value};

/// A line and a column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The line.
    pub(crate) line: u32,
    /// The column.
    pub(crate) column: u32,
}

/// A value and where it stands. Aliases share their node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// The value.
    pub(crate) data: Data,
    /// Its first character.
    pub(crate) mark: Mark,
    /// How many values it holds, itself included, with aliases counted as often as they are used.
    pub(super) weight: u64,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Arc<Node>>),
    Object(IndexMap<String, Entry>),
}

/// One entry of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Where the key stands.
    pub(crate) key: Mark,
    /// The value.
    pub(crate) value: Arc<Node>,
}

impl Node {
    pub(super) fn scalar(data: Data, mark: Mark) -> Self {
        Self {
            data,
            mark,
            weight: 1,
        }
    }

    pub(super) fn array(items: Vec<Arc<Node>>, mark: Mark) -> Self {
        let weight = items
            .iter()
            .fold(1, |sum: u64, item| sum.saturating_add(item.weight));
        Self {
            data: Data::Array(items),
            mark,
            weight,
        }
    }

    pub(super) fn object(entries: IndexMap<String, Entry>, mark: Mark) -> Self {
        let weight = entries
            .values()
            .fold(1, |sum: u64, entry| sum.saturating_add(entry.value.weight));
        Self {
            data: Data::Object(entries),
            mark,
            weight,
        }
    }

    /// The value of a key, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        match &self.data {
            Data::Object(entries) => entries.get(key),
            _ => None,
        }
    }

    /// The value as plain JSON.
    pub(crate) fn to_value(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Number(value) => Value::Number(value.clone()),
            Data::String(value) => Value::String(value.clone()),
            Data::Array(items) => items.iter().map(|item| item.to_value()).collect(),
            Data::Object(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(key, entry)| (key.clone(), entry.value.to_value()))
                    .collect(),
            ),
        }
    }

    /// The word for what it is.
    pub(crate) fn kind(&self) -> &'static str {
        match self.data {
            Data::Null => "null",
            Data::Bool(_) => "a boolean",
            Data::Number(_) => "a number",
            Data::String(_) => "a string",
            Data::Array(_) => "a list",
            Data::Object(_) => "an object",
        }
    }
}
