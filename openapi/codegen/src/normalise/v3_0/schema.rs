//! Schemas of OpenAPI 3.0: a dialect of JSON Schema draft 5 with `nullable` and boolean exclusive bounds.

use std::collections::HashSet;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::ir::{
    Additional, ArrayRules, Bound, Discriminator, DiscriminatorCase, JsonType, Location, NumberRules,
    ObjectRules, Property, Schema, SchemaId, StringRules,
};
use crate::load::{Cursor, Data, escape};
use crate::normalise::context::Normaliser;
use crate::normalise::fields::extensions;

const KEYWORDS: [&str; 35] = [
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
];

impl Normaliser<'_> {
    /// Fills in every schema that is reserved, and those that this reserves.
    pub(super) fn fill_all(&mut self) {
        while let Some((id, at)) = self.next() {
            if at.reference().is_some() {
                let target = self.schema(&at);
                self.schemas[id.index()].alias_of = Some(target);
            } else if self.object(&at, "a schema", &KEYWORDS) {
                let schema = self.read_schema(id, &at);
                self.schemas[id.index()] = schema;
            }
        }
    }

    fn read_schema(&mut self, id: SchemaId, at: &Cursor) -> Schema {
        let one_of = self.schemas_of(at, "oneOf");
        let any_of = self.schemas_of(at, "anyOf");
        Schema {
            id,
            name: self.schemas[id.index()].name.clone(),
            alias_of: None,
            types: self.types(at),
            nullable: self.is(at, "nullable"),
            format: self.text(at, "format"),
            enumeration: self.enumeration(at),
            default: at.get("default").map(|value| value.node.to_value()),
            string: self.string_rules(at),
            number: self.number_rules(at),
            array: self.array_rules(at),
            object: self.object_rules(at),
            all_of: self.schemas_of(at, "allOf"),
            discriminator: self.discriminator(at, one_of.iter().chain(&any_of).copied()),
            any_of,
            one_of,
            not: at.get("not").map(|not| self.schema(&not)),
            read_only: self.is(at, "readOnly"),
            write_only: self.is(at, "writeOnly"),
            deprecated: self.is(at, "deprecated"),
            title: self.text(at, "title"),
            description: self.text(at, "description"),
            examples: example(at).into_iter().collect(),
            xml: at.get("xml").map(|xml| xml.node.to_value()),
            external_docs: self.external_docs(at),
            extensions: extensions(at),
            recursive: false,
            cycle: None,
            is_object: false,
            location: at.location(),
        }
    }

    fn types(&mut self, at: &Cursor) -> Vec<JsonType> {
        use JsonType::{Array, Boolean, Integer, Number, Object, String};
        let Some(place) = at.get("type") else {
            return Vec::new();
        };
        if matches!(place.node.data, Data::Array(_)) {
            let complaint = Diagnostic::error("wrong-type", &place.location(), "`type` must be one word");
            self.report(complaint.help("lists of types are OpenAPI 3.1; `null` is written `nullable: true`"));
            return Vec::new();
        }
        let Some(said) = self.text(at, "type") else {
            return Vec::new();
        };
        let known = [Boolean, Integer, Number, String, Array, Object]
            .into_iter()
            .find(|one| one.as_str() == said);
        if known.is_none() {
            let complaint = Diagnostic::error(
                "unknown-type",
                &place.location(),
                format!("`{said}` is not a type"),
            );
            self.report(complaint.help("one of `boolean`, `integer`, `number`, `string`, `array`, `object`"));
        }
        known.into_iter().collect()
    }

    fn enumeration(&mut self, at: &Cursor) -> Option<Vec<Value>> {
        let place = at.get("enum")?;
        let values: Vec<Value> = self
            .list(at, "enum")
            .iter()
            .map(|value| value.node.to_value())
            .collect();
        let mut seen = HashSet::new();
        for value in values.iter().filter(|value| !seen.insert(value.to_string())) {
            let message = format!("`enum` names {value} twice");
            self.report(Diagnostic::warning("duplicate-enum", &place.location(), message));
        }
        Some(values)
    }

    fn string_rules(&mut self, at: &Cursor) -> StringRules {
        StringRules {
            min_length: self.count(at, "minLength"),
            max_length: self.count(at, "maxLength"),
            pattern: self.text(at, "pattern"),
        }
    }

    fn number_rules(&mut self, at: &Cursor) -> NumberRules {
        NumberRules {
            minimum: self.bound(at, "minimum", "exclusiveMinimum"),
            maximum: self.bound(at, "maximum", "exclusiveMaximum"),
            multiple_of: self.number(at, "multipleOf"),
        }
    }

    fn bound(&mut self, at: &Cursor, bound: &str, exclusive: &str) -> Option<Bound> {
        let exclusive = self.is(at, exclusive);
        self.number(at, bound).map(|value| Bound { value, exclusive })
    }

    fn array_rules(&mut self, at: &Cursor) -> ArrayRules {
        ArrayRules {
            items: at.get("items").map(|items| self.schema(&items)),
            min_items: self.count(at, "minItems"),
            max_items: self.count(at, "maxItems"),
            unique_items: self.is(at, "uniqueItems"),
        }
    }

    fn object_rules(&mut self, at: &Cursor) -> ObjectRules {
        let required = self.required(at);
        let properties = self.map_all(at, "properties");
        let properties = properties.into_iter().map(|(name, place)| Property {
            schema: self.schema(&place),
            required: required.contains(&name),
            location: place.location(),
            name,
        });
        ObjectRules {
            properties: properties.collect(),
            additional: self.additional(at),
            min_properties: self.count(at, "minProperties"),
            max_properties: self.count(at, "maxProperties"),
            required,
        }
    }

    /// `required: true` on a property, a habit from draft 3, is the one mistake worth its own words.
    fn required(&mut self, at: &Cursor) -> Vec<String> {
        match at.get("required") {
            Some(place) if matches!(place.node.data, Data::Bool(_)) => {
                let message =
                    "`required` of a schema is a list of property names; `required: true` is ignored";
                self.report(Diagnostic::warning("wrong-type", &place.location(), message));
                Vec::new()
            }
            _ => self.texts(at, "required"),
        }
    }

    fn additional(&mut self, at: &Cursor) -> Additional {
        let Some(place) = at.get("additionalProperties") else {
            return Additional::Unsaid;
        };
        match &place.node.data {
            Data::Bool(true) => Additional::Any,
            Data::Bool(false) => Additional::Forbidden,
            Data::Object(entries) if entries.is_empty() => Additional::Any,
            _ => Additional::Schema(self.schema(&place)),
        }
    }

    fn schemas_of(&mut self, at: &Cursor, field: &str) -> Vec<SchemaId> {
        self.list(at, field)
            .iter()
            .map(|member| self.schema(member))
            .collect()
    }

    fn discriminator(
        &mut self,
        at: &Cursor,
        members: impl Iterator<Item = SchemaId>,
    ) -> Option<Discriminator> {
        let place = at.get("discriminator")?;
        let what = "a discriminator";
        if !self.object(&place, what, &["propertyName", "mapping"]) {
            return None;
        }
        let mut cases = Vec::new();
        for (value, target) in self.map_all(&place, "mapping") {
            if let Some(schema) = self.mapped(&target) {
                cases.push(DiscriminatorCase {
                    value,
                    schema,
                    explicit: true,
                });
            }
        }
        let explicit: HashSet<SchemaId> = cases.iter().map(|case| case.schema).collect();
        for schema in members.filter(|member| !explicit.contains(member)) {
            if let Some(name) = &self.schemas[schema.index()].name {
                cases.push(DiscriminatorCase {
                    value: name.name.clone(),
                    schema,
                    explicit: false,
                });
            }
        }
        let property = self.demanded_text(&place, what, "propertyName");
        Some(Discriminator {
            property,
            cases,
            location: place.location(),
        })
    }

    /// The target of a mapping: the name of a schema of the same document, or a reference.
    fn mapped(&mut self, target: &Cursor) -> Option<SchemaId> {
        let Some(text) = target.text() else {
            self.wrong(target, "the target of a mapping", "a string");
            return None;
        };
        let root = Cursor::root(&target.source);
        let named = root
            .get("components")
            .and_then(|components| components.get("schemas")?.get(text));
        if let Some(named) = named {
            return Some(self.reserve(&named));
        }
        match target.target(self.library) {
            Ok(place) => Some(self.reserve(&place)),
            Err(complaint) => {
                self.report(complaint.help(format!(
                    "neither a schema `#/components/schemas/{}` nor a file",
                    escape(text)
                )));
                None
            }
        }
    }
}

fn example(at: &Cursor) -> Option<(Value, Location)> {
    at.get("example")
        .map(|value| (value.node.to_value(), value.location()))
}
