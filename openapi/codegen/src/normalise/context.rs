//! What normalising carries along: the arena of schemas, where each one came from, and the complaints so far.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use indexmap::IndexMap;

use super::names;
use crate::diagnostic::Diagnostic;
use crate::ir::{ComponentName, Schema, SchemaId, Spec};
use crate::load::{Cursor, Library, Source};

/// Schemas of one set of documents. An alias bomb or a runaway generator meets this bound; the largest document of
/// the corpus has some 60 thousand.
const SCHEMAS_MAX: usize = 500_000;

/// A place: file and pointer.
type Place = (Arc<str>, Arc<str>);

/// The state of normalising one set of documents.
pub(super) struct Normaliser<'a> {
    pub(super) library: &'a mut Library,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) documents: Vec<Spec>,
    pub(super) schemas: Vec<Schema>,
    /// The module of every file that was asked for.
    pub(super) modules: HashMap<Arc<str>, String>,
    /// Schemas that references reached and that are not components, with the module that referred to them first.
    pub(super) strays: IndexMap<SchemaId, String>,
    places: HashMap<Place, SchemaId>,
    queue: VecDeque<(SchemaId, Cursor)>,
    overflow: bool,
}

impl<'a> Normaliser<'a> {
    pub(super) fn new(library: &'a mut Library, sources: &[Arc<Source>]) -> Self {
        Self {
            library,
            diagnostics: Vec::new(),
            documents: Vec::new(),
            schemas: Vec::new(),
            modules: names::modules(sources),
            strays: IndexMap::new(),
            places: HashMap::new(),
            queue: VecDeque::new(),
            overflow: false,
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The module that a file belongs to, asked for or only referred to.
    pub(super) fn module(&self, file: &Arc<str>) -> String {
        self.modules
            .get(file)
            .cloned()
            .unwrap_or_else(|| names::module(file))
    }

    /// The place behind references, or a complaint and nothing.
    pub(super) fn follow(&mut self, at: &Cursor) -> Option<Cursor> {
        if at.reference().is_none() {
            return Some(at.clone());
        }
        self.beside_reference(at);
        match at.follow(self.library) {
            Ok(target) => Some(target),
            Err(complaint) => {
                self.report(complaint);
                None
            }
        }
    }

    /// OpenAPI 3.0 ignores whatever stands beside `$ref`, and so do we, but not in silence.
    pub(super) fn beside_reference(&mut self, at: &Cursor) {
        let ignored: Vec<String> = at
            .entries()
            .into_iter()
            .map(|(key, _)| key)
            .filter(|key| key != "$ref" && !key.starts_with("x-"))
            .collect();
        if !ignored.is_empty() {
            let message = format!("`{}` beside `$ref` is ignored", ignored.join("`, `"));
            let complaint = Diagnostic::note("ignored-beside-reference", &at.location(), message);
            self.report(complaint.help("wrap the reference: `allOf: [{$ref: …}]`"));
        }
    }

    /// The component that a place is, when it is an entry of `components/<kind>` of its file.
    pub(super) fn component(&self, place: &Cursor, kind: &str) -> Option<ComponentName> {
        let rest = place
            .pointer
            .strip_prefix("/components/")?
            .strip_prefix(kind)?
            .strip_prefix('/')?;
        if rest.contains('/') {
            return None;
        }
        let name = rest.replace("~1", "/").replace("~0", "~");
        Some(ComponentName {
            module: self.module(&place.source.file),
            name,
        })
    }

    /// The schema at a place, through its reference if it is one. It is filled in later, from a queue, so that
    /// neither recursion nor long chains of references can exhaust the stack.
    pub(super) fn schema(&mut self, at: &Cursor) -> SchemaId {
        let Some(reference) = at.reference() else {
            return self.reserve(at);
        };
        self.beside_reference(at);
        match reference.target(self.library) {
            Ok(target) => self.referred(at, target),
            Err(complaint) => {
                self.report(complaint);
                self.reserve_any(at)
            }
        }
    }

    fn referred(&mut self, from: &Cursor, target: Cursor) -> SchemaId {
        let named = self.component(&target, "schemas").is_some();
        let target = if named {
            target
        } else {
            self.follow(&target).unwrap_or(target)
        };
        let id = self.reserve(&target);
        if self.component(&target, "schemas").is_none() {
            let module = self.module(&from.source.file);
            self.strays.entry(id).or_insert(module);
        }
        id
    }

    pub(super) fn reserve(&mut self, at: &Cursor) -> SchemaId {
        let place = (at.source.file.clone(), at.pointer.clone());
        if let Some(id) = self.places.get(&place) {
            return *id;
        }
        if self.schemas.len() >= SCHEMAS_MAX {
            return self.overflowed(at);
        }
        let id = self.push(at);
        self.schemas[id.index()].name = self.component(at, "schemas");
        self.places.insert(place, id);
        self.queue.push_back((id, at.clone()));
        id
    }

    /// A schema that allows everything, where what the document says cannot be read.
    pub(super) fn reserve_any(&mut self, at: &Cursor) -> SchemaId {
        if self.schemas.len() >= SCHEMAS_MAX {
            self.overflowed(at)
        } else {
            self.push(at)
        }
    }

    fn push(&mut self, at: &Cursor) -> SchemaId {
        let id = SchemaId(u32::try_from(self.schemas.len()).expect("SCHEMAS_MAX fits into 32 bits"));
        self.schemas.push(Schema::any(id, at.location()));
        id
    }

    fn overflowed(&mut self, at: &Cursor) -> SchemaId {
        if !self.overflow {
            self.overflow = true;
            let message = format!("more than {SCHEMAS_MAX} schemas");
            self.report(Diagnostic::error("too-large", &at.location(), message));
        }
        SchemaId(0)
    }

    /// The next schema that is reserved and not filled in yet.
    pub(super) fn next(&mut self) -> Option<(SchemaId, Cursor)> {
        self.queue.pop_front()
    }
}
