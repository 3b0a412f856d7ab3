//! A place in a document: the node there, its file, and the pointer that leads to it.

use std::sync::Arc;

use super::library::{Library, Source, UNREADABLE, beside};
use super::node::{Data, Mark, Node};
use super::pointer;
use crate::diagnostic::Diagnostic;
use crate::ir::Location;

/// How many references may lead to each other before it is taken for a circle.
const HOPS_MAX: usize = 64;

/// A place in a document. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    pub(crate) source: Arc<Source>,
    pub(crate) node: Arc<Node>,
    pub(crate) pointer: Arc<str>,
    key: Option<Mark>,
}

impl Cursor {
    /// The root of a file.
    pub(crate) fn root(source: &Arc<Source>) -> Self {
        Self {
            source: source.clone(),
            node: source.root.clone(),
            pointer: "".into(),
            key: None,
        }
    }

    /// Where it is: at its key when it is a list or object, since that is where a person looks, else at the value.
    pub(crate) fn location(&self) -> Location {
        let mark = match (&self.node.data, self.key) {
            (Data::Array(_) | Data::Object(_), Some(key)) => key,
            _ => self.node.mark,
        };
        let Mark { line, column } = mark;
        Location {
            file: self.source.file.clone(),
            line,
            column,
            pointer: self.pointer.clone(),
        }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let entry = self.node.get(key)?;
        Some(self.child(key, Some(entry.key), &entry.value))
    }

    /// The entries, if it is an object.
    pub(crate) fn entries(&self) -> Vec<(String, Self)> {
        match &self.node.data {
            Data::Object(entries) => entries
                .iter()
                .map(|(key, entry)| (key.clone(), self.child(key, Some(entry.key), &entry.value)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The items, if it is a list.
    pub(crate) fn items(&self) -> Vec<Self> {
        match &self.node.data {
            Data::Array(items) => items
                .iter()
                .enumerate()
                .map(|(at, item)| self.child(&at.to_string(), None, item))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn child(&self, key: &str, mark: Option<Mark>, node: &Arc<Node>) -> Self {
        let pointer = format!("{}/{}", self.pointer, pointer::escape(key)).into();
        Self {
            source: self.source.clone(),
            node: node.clone(),
            pointer,
            key: mark,
        }
    }

    /// The text, if it is a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.node.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of its `$ref`, if it has one.
    pub(crate) fn reference(&self) -> Option<Self> {
        self.get("$ref").filter(|reference| reference.text().is_some())
    }

    /// The place that references lead to, or itself when it is none.
    pub(crate) fn follow(&self, library: &mut Library) -> Result<Self, Diagnostic> {
        let mut place = self.clone();
        for _ in 0..HOPS_MAX {
            match place.reference() {
                None => return Ok(place),
                Some(reference) => place = reference.target(library)?,
            }
        }
        Err(Diagnostic::error(
            "reference-circle",
            &self.location(),
            "the reference leads to itself",
        ))
    }

    /// The place that this text, the value of a `$ref`, names.
    pub(crate) fn target(&self, library: &mut Library) -> Result<Self, Diagnostic> {
        let text = self.text().unwrap_or_default();
        let (file, fragment) = text.split_once('#').unwrap_or((text, ""));
        let fail = |code, message: String| Diagnostic::error(code, &self.location(), message);
        if file.contains("://") || file.starts_with("urn:") {
            let message = format!("`{text}` is on another machine, and references are read from files only");
            return Err(fail("unsupported-remote-reference", message)
                .help("keep a copy beside the document and refer to that"));
        }
        let source = if file.is_empty() {
            self.source.clone()
        } else {
            let name = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
            // A file that is not sound is one mistake, however many references lead to it.
            library
                .open(&beside(&self.source.file, &name))
                .map_err(|cause| match cause.code {
                    UNREADABLE => fail("unresolved-reference", cause.message),
                    _ => cause,
                })?
        };
        let keys = pointer::keys(fragment).ok_or_else(|| {
            fail(
                "unresolved-reference",
                format!("`#{fragment}` is not a JSON pointer"),
            )
        })?;
        let mut hops = HOPS_MAX;
        Self::root(&source)
            .descend(&keys, library, &mut hops)
            .ok_or_else(|| {
                fail("unresolved-reference", format!("`{text}` leads nowhere"))
                    .help(format!("`{}` has no value at `{fragment}`", source.file))
            })
    }

    /// Goes down the keys of a pointer, through references on the way. All detours together take at most `hops`, so
    /// circles end.
    fn descend(&self, keys: &[String], library: &mut Library, hops: &mut usize) -> Option<Self> {
        let Some((key, rest)) = keys.split_first() else {
            return Some(self.clone());
        };
        let next = match &self.node.data {
            Data::Array(_) => key
                .parse()
                .ok()
                .and_then(|at: usize| self.items().into_iter().nth(at)),
            _ => self.get(key),
        };
        if let Some(next) = next {
            return next.descend(rest, library, hops);
        }
        *hops = hops.checked_sub(1)?;
        self.reference()?
            .detour(library, hops)?
            .descend(keys, library, hops)
    }

    fn detour(&self, library: &mut Library, hops: &mut usize) -> Option<Self> {
        let (file, fragment) = self.text()?.split_once('#')?;
        let source = if file.is_empty() {
            self.source.clone()
        } else {
            library.open(&beside(&self.source.file, file)).ok()?
        };
        Self::root(&source).descend(&pointer::keys(fragment)?, library, hops)
    }
}
