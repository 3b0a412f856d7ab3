//! Which schemas become types, what they are called, and which type a schema is where it is used.

use std::collections::HashSet;

use super::names::{pascal, unique};
use super::{Plan, RustType, TypeName};
use crate::diagnostic::Diagnostic;
use crate::ir::{Additional, IntegerWidth, SchemaId, Shape, StringFormat};

impl<'a> Plan<'a> {
    /// Names first all components, so that they keep their names, then what is written inline.
    pub(super) fn name_everything(&mut self) {
        let specs = self.specs;
        for spec in &specs.documents {
            for id in &spec.schemas {
                self.name_component(&spec.module, *id);
            }
        }
        for spec in &specs.documents {
            for id in &spec.schemas {
                let name = self.local_name(*id);
                self.name_parts(&spec.module, *id, &name, &mut HashSet::new());
            }
            for operation in &spec.operations {
                self.name_operation(&spec.module, operation);
            }
        }
    }

    fn name_component(&mut self, module: &str, id: SchemaId) {
        let schema = self.specs.schema(id);
        let name = match schema
            .extensions
            .get("x-rust-type")
            .and_then(|value| value.as_str())
        {
            Some(path) => TypeName::External(path.to_owned()),
            None => {
                let wanted = pascal(schema.name.as_ref().map_or("Schema", |name| name.name.as_str()));
                self.declared(module, &wanted)
            }
        };
        self.names.insert(id, name);
    }

    fn declared(&mut self, module: &str, wanted: &str) -> TypeName {
        let taken = self.taken.entry(module.to_owned()).or_default();
        TypeName::Declared {
            module: module.to_owned(),
            name: unique(wanted, taken),
        }
    }

    /// A name for something that is not a schema: parameters, replies.
    pub(super) fn take_name(&mut self, module: &str, wanted: &str) -> String {
        unique(wanted, self.taken.entry(module.to_owned()).or_default())
    }

    fn local_name(&self, id: SchemaId) -> String {
        match self.names.get(&id) {
            Some(TypeName::Declared { name, .. }) => name.clone(),
            _ => "Schema".to_owned(),
        }
    }

    fn name_operation(&mut self, module: &str, operation: &crate::ir::Operation) {
        let name = pascal(&operation.name());
        for parameter in &operation.parameters {
            if let Some(id) = parameter.shape.schema() {
                self.name_inline(module, id, &format!("{name}{}", pascal(&parameter.name)));
            }
        }
        for media in operation.request_body.iter().flat_map(|body| &body.content) {
            if let Some(id) = media.schema {
                self.name_body(module, id, &format!("{name}Body"));
            }
        }
        for response in operation
            .responses
            .iter()
            .filter(|response| !response.status.is_error())
        {
            for id in response.content.iter().filter_map(|media| media.schema) {
                self.name_inline(module, id, &format!("{name}Output"));
            }
            for header in &response.headers {
                if let Some(id) = header.shape.schema() {
                    self.name_inline(module, id, &format!("{name}{}", pascal(&header.name)));
                }
            }
        }
    }

    /// A list or map of a body gets a type of its own, to hold its rules.
    fn name_body(&mut self, module: &str, id: SchemaId, wanted: &str) {
        let schema = self.specs.schema(id);
        let holds = matches!(schema.shape(self.specs), Shape::Array(_) | Shape::Map(_));
        let ruled = schema.array.min_items.is_some()
            || schema.array.max_items.is_some()
            || schema.array.unique_items
            || schema.object.min_properties.is_some()
            || schema.object.max_properties.is_some();
        if holds && ruled && !self.names.contains_key(&id) {
            let declared = self.declared(module, wanted);
            self.names.insert(id, declared);
            self.name_parts(module, id, wanted, &mut HashSet::new());
        } else {
            self.name_inline(module, id, wanted);
        }
    }

    /// Names an inline schema that needs a type of its own, and whatever is inside.
    fn name_inline(&mut self, module: &str, id: SchemaId, wanted: &str) {
        if self.names.contains_key(&id) {
            return;
        }
        let mut name = wanted.to_owned();
        if self.needs_declaration(id) {
            let declared = self.declared(module, wanted);
            if let TypeName::Declared { name: given, .. } = &declared {
                name.clone_from(given);
            }
            self.names.insert(id, declared);
        }
        self.name_parts(module, id, &name, &mut HashSet::new());
    }

    /// Names what is written inside a schema, after the schema and the property.
    fn name_parts(&mut self, module: &str, id: SchemaId, name: &str, seen: &mut HashSet<SchemaId>) {
        if !seen.insert(id) {
            return;
        }
        let schema = self.specs.schema(id);
        let tag = self.tagged.get(&id).cloned();
        let written = schema
            .object
            .properties
            .iter()
            .filter(|property| Some(&property.name) != tag.as_ref());
        for property in written {
            self.name_inline(
                module,
                property.schema,
                &format!("{name}{}", pascal(&property.name)),
            );
        }
        if let Some(items) = schema.array.items {
            self.name_inline(module, items, &format!("{name}Item"));
        }
        if let Additional::Schema(values) = schema.object.additional {
            self.name_inline(module, values, &format!("{name}Value"));
        }
        for (index, part) in schema.one_of.iter().chain(&schema.any_of).enumerate() {
            self.name_inline(module, *part, &format!("{name}Variant{}", index + 1));
        }
        for part in &schema.all_of {
            if !self.names.contains_key(part) {
                self.name_parts(module, *part, name, seen);
            }
        }
    }

    fn needs_declaration(&self, id: SchemaId) -> bool {
        let schema = self.specs.schema(id);
        matches!(
            schema.shape(self.specs),
            Shape::Object | Shape::StringEnum(_) | Shape::OneOf(..) | Shape::AnyOf(..)
        )
    }

    /// The type of a schema where it is used, without regard to null.
    pub fn type_of(&self, id: SchemaId) -> RustType {
        self.type_within(id, &mut HashSet::new())
    }

    fn type_within(&self, id: SchemaId, seen: &mut HashSet<SchemaId>) -> RustType {
        if let Some(name) = self.names.get(&id) {
            return RustType::Named(name.clone());
        }
        if !seen.insert(id) {
            return RustType::Any;
        }
        self.bare_type(id, seen)
    }

    /// The type of what a schema says, even where it has a name: what a newtype wraps.
    pub(super) fn inner_type(&self, id: SchemaId) -> RustType {
        self.bare_type(id, &mut HashSet::from([id]))
    }

    fn bare_type(&self, id: SchemaId, seen: &mut HashSet<SchemaId>) -> RustType {
        match self.specs.schema(id).shape(self.specs) {
            Shape::Alias(target) => self.type_within(target, seen),
            Shape::Boolean => RustType::Bool,
            Shape::Integer(IntegerWidth::Int32) => RustType::I32,
            Shape::Integer(IntegerWidth::Int64) => RustType::I64,
            Shape::Number { single: true } => RustType::F32,
            Shape::Number { single: false } => RustType::F64,
            Shape::String(StringFormat::DateTime) => RustType::DateTime,
            Shape::String(StringFormat::Date) => RustType::Date,
            Shape::String(StringFormat::Uuid) => RustType::Uuid,
            Shape::String(StringFormat::Text | StringFormat::Binary | StringFormat::Byte) => RustType::Text,
            Shape::Array(items) => RustType::List(Box::new(self.part(items, seen))),
            Shape::Map(values) => RustType::Map(Box::new(self.part(values, seen))),
            Shape::Any
            | Shape::Mixed
            | Shape::ValueEnum(_)
            | Shape::Object
            | Shape::StringEnum(_)
            | Shape::OneOf(..)
            | Shape::AnyOf(..) => RustType::Any,
        }
    }

    fn part(&self, id: Option<SchemaId>, seen: &mut HashSet<SchemaId>) -> RustType {
        let Some(id) = id else { return RustType::Any };
        let part = self.type_within(id, seen);
        if self.is_nullable(id) {
            RustType::Nullable(Box::new(part))
        } else {
            part
        }
    }

    /// Whether a schema, or one that it stands for, allows null.
    pub fn is_nullable(&self, id: SchemaId) -> bool {
        let mut id = id;
        let mut seen = HashSet::new();
        while seen.insert(id) {
            let schema = self.specs.schema(id);
            if schema.nullable {
                return true;
            }
            match schema.shape(self.specs) {
                Shape::Alias(target) => id = target,
                _ => return false,
            }
        }
        false
    }

    /// Schemas that are only ever used as alternatives of one discriminated union leave the discriminator
    /// to it: nobody has to keep a field and a variant in step.
    pub(super) fn find_tagged(&mut self) {
        let specs = self.specs;
        let mut candidates: Vec<(SchemaId, SchemaId, String)> = Vec::new();
        for schema in specs.schemas() {
            let (Shape::OneOf(members, Some(tag)) | Shape::AnyOf(members, Some(tag))) = schema.shape(specs)
            else {
                continue;
            };
            let whole = members
                .iter()
                .all(|member| matches!(specs.shape(*member), Shape::Object));
            let cases = tag.cases.iter().map(|case| case.schema).collect::<HashSet<_>>();
            if whole && cases.len() == tag.cases.len() && members.iter().all(|member| cases.contains(member))
            {
                candidates.extend(
                    members
                        .iter()
                        .map(|member| (*member, schema.id, tag.property.clone())),
                );
            } else {
                self.diagnostics.push(
                    Diagnostic::warning(
                        "emit-untagged-union",
                        &schema.location,
                        "the alternatives are tried in order, since the discriminator does not name each object once",
                    ),
                );
            }
        }
        let shared: HashSet<SchemaId> = self.used_elsewhere(&candidates);
        let spoiled: HashSet<SchemaId> = candidates
            .iter()
            .filter(|(member, ..)| shared.contains(member))
            .map(|(_, union, _)| *union)
            .collect();
        for (member, union, property) in candidates {
            if !spoiled.contains(&union) {
                self.tagged.insert(member, property);
            }
        }
    }

    fn used_elsewhere(&self, candidates: &[(SchemaId, SchemaId, String)]) -> HashSet<SchemaId> {
        let mut used: HashSet<SchemaId> = HashSet::new();
        let unions: HashSet<SchemaId> = candidates.iter().map(|(_, union, _)| *union).collect();
        for schema in self.specs.schemas() {
            let composed = unions.contains(&schema.id);
            let members = schema.one_of.iter().chain(&schema.any_of).filter(|_| composed);
            let members: HashSet<SchemaId> = members.copied().collect();
            used.extend(
                schema
                    .children()
                    .into_iter()
                    .filter(|child| !members.contains(child)),
            );
            used.extend(schema.alias_of);
        }
        for (_, operation) in self.specs.operations() {
            let bodies = operation.request_body.iter().flat_map(|body| &body.content);
            let replies = operation.responses.iter().flat_map(|response| &response.content);
            used.extend(bodies.chain(replies).filter_map(|media| media.schema));
        }
        let mut counts = std::collections::HashMap::new();
        for (member, ..) in candidates {
            *counts.entry(*member).or_insert(0) += 1;
        }
        used.extend(
            counts
                .into_iter()
                .filter(|(_, count)| *count > 1)
                .map(|(member, _)| member),
        );
        used
    }
}
