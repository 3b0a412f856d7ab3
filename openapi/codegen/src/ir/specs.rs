//! A set of documents that may refer to each other, and the arena of their schemas.

use std::collections::HashSet;

use super::{Additional, Flattened, Operation, Property, Schema, SchemaId, Shape, Spec};

/// A set of documents that may refer to each other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Specs {
    /// The documents, in the order in which they were given.
    pub documents: Vec<Spec>,
    /// Every schema of every document, named and inline.
    pub(crate) schemas: Vec<Schema>,
}

impl Specs {
    /// The document of a module.
    pub fn document(&self, module: &str) -> Option<&Spec> {
        self.documents.iter().find(|spec| spec.module == module)
    }

    /// A schema by its id.
    pub fn schema(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.index()]
    }

    /// Every schema, named and inline.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        self.schemas.iter()
    }

    /// A named schema.
    pub fn named(&self, module: &str, name: &str) -> Option<&Schema> {
        self.document(module)?
            .schemas
            .iter()
            .map(|id| self.schema(*id))
            .find(|schema| {
                schema
                    .name
                    .as_ref()
                    .is_some_and(|component| component.name == name)
            })
    }

    /// Every operation with its document.
    pub fn operations(&self) -> impl Iterator<Item = (&Spec, &Operation)> {
        self.documents
            .iter()
            .flat_map(|spec| spec.operations.iter().map(move |operation| (spec, operation)))
    }

    /// The schema behind any aliases. A circle of aliases ends at the one it began with.
    pub fn resolve(&self, id: SchemaId) -> &Schema {
        let mut seen = HashSet::new();
        let mut schema = self.schema(id);
        while let Some(target) = schema.alias_of {
            if !seen.insert(schema.id) {
                break;
            }
            schema = self.schema(target);
        }
        schema
    }

    /// The shape behind any aliases, single-member `allOf` included.
    pub fn shape(&self, id: SchemaId) -> Shape<'_> {
        let mut seen = HashSet::new();
        let mut id = id;
        loop {
            match self.schema(id).shape(self) {
                Shape::Alias(target) if seen.insert(id) => id = target,
                shape => return shape,
            }
        }
    }

    /// Whether a schema is an object, with declared properties or not, behind any aliases and `allOf`.
    pub fn is_object(&self, id: SchemaId) -> bool {
        self.schema(id).is_object
    }

    /// An object with all of `allOf` gathered.
    pub fn flatten(&self, id: SchemaId) -> Flattened<'_> {
        let mut flat = Flattened {
            properties: Vec::new(),
            additional: Additional::Unsaid,
            members: Vec::new(),
        };
        let mut required = HashSet::new();
        self.gather(id, &mut flat, &mut required, &mut HashSet::new());
        for property in &mut flat.properties {
            property.required |= required.contains(property.name.as_str());
        }
        flat
    }

    fn gather<'a>(
        &'a self,
        id: SchemaId,
        flat: &mut Flattened<'a>,
        required: &mut HashSet<&'a str>,
        seen: &mut HashSet<SchemaId>,
    ) {
        let schema = self.resolve(id);
        if !seen.insert(schema.id) {
            return;
        }
        for member in &schema.all_of {
            self.gather(*member, flat, required, seen);
        }
        required.extend(schema.object.required.iter().map(String::as_str));
        for property in &schema.object.properties {
            put(&mut flat.properties, property);
        }
        flat.additional = match (flat.additional, schema.object.additional) {
            (Additional::Forbidden, _) | (_, Additional::Forbidden) => Additional::Forbidden,
            (known, Additional::Unsaid) => known,
            (_, said) => said,
        };
        flat.members.push(schema);
    }

    /// Whether a value of `inner` inside `outer` (a property, an alternative) makes the Rust type infinite, so that
    /// it has to be boxed.
    pub fn needs_box(&self, outer: SchemaId, inner: SchemaId) -> bool {
        match (self.schema(outer).cycle, self.schema(inner).cycle) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
    }
}

fn put(properties: &mut Vec<Property>, property: &Property) {
    match properties.iter_mut().find(|known| known.name == property.name) {
        Some(known) => {
            let required = known.required || property.required;
            *known = Property {
                required,
                ..property.clone()
            };
        }
        None => properties.push(property.clone()),
    }
}
