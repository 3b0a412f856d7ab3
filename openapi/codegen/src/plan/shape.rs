//! The declaration behind each named type.

use std::collections::HashSet;

use super::names::{pascal, snake, unique};
use super::{Plan, RustType, TypeName, defaults};
use crate::diagnostic::Diagnostic;
use crate::ir::{Additional, Discriminator, Property, Schema, SchemaId, Shape, StringFormat};

/// A type to be written.
#[derive(Debug, Clone)]
pub struct Declaration<'a> {
    /// Its name.
    pub name: String,
    /// The schema it stands for.
    pub schema: &'a Schema,
    /// What it is made of.
    pub shape: TypeShape,
}

/// What a type is made of.
#[derive(Debug, Clone)]
pub enum TypeShape {
    /// A struct of named fields.
    Struct {
        /// Its fields, in the order of the document.
        fields: Vec<FieldPlan>,
        /// What other members may be, where the document says so.
        others: Option<RustType>,
        /// Whether other members are an error.
        closed: bool,
    },
    /// An enumeration of strings.
    StringEnum(Vec<VariantPlan>),
    /// A checked string.
    Text,
    /// A checked number, boolean, date or UUID.
    Scalar(RustType),
    /// Anything else that has a name: a list, a map, any value.
    Wrapper(RustType),
    /// One of several types.
    Union {
        /// The property that tells them apart; without it they are tried in order.
        tag: Option<String>,
        /// The alternatives, with their types.
        variants: Vec<(VariantPlan, RustType)>,
    },
    /// Another name for a type.
    Alias(RustType),
}

/// A variant of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantPlan {
    /// Its name.
    pub name: String,
    /// Its text on the wire.
    pub wire: String,
}

/// A field of a struct.
#[derive(Debug, Clone)]
pub struct FieldPlan {
    /// Its name.
    pub name: String,
    /// Its name on the wire.
    pub wire: String,
    /// The schema of its value.
    pub schema: SchemaId,
    /// The type of its value.
    pub rust_type: RustType,
    /// Whether the value must be there.
    pub presence: Presence,
}

/// Whether the value of a field must be there.
#[derive(Debug, Clone)]
pub enum Presence {
    /// It must.
    Required,
    /// It may be left out: `Option`.
    Optional,
    /// It must be there and may be null: `Option`.
    Nullable,
    /// It may be left out and may be null: `Maybe`.
    Maybe,
    /// It may be left out and then has this value.
    Default(defaults::DefaultValue),
}

impl<'a> Plan<'a> {
    pub(super) fn declare_everything(&mut self) {
        let mut named: Vec<(SchemaId, String, String)> = self
            .names
            .iter()
            .filter_map(|(id, name)| match name {
                TypeName::Declared { module, name } => Some((*id, module.clone(), name.clone())),
                TypeName::External(_) => None,
            })
            .collect();
        // What is written inside a schema follows it, as it does in the document.
        named.sort_by(|(one, ..), (other, ..)| {
            self.specs
                .schema(*one)
                .location
                .cmp(&self.specs.schema(*other).location)
        });
        for (id, module, name) in named {
            let schema = self.specs.schema(id);
            let shape = self.shape_of(schema);
            self.declarations
                .entry(module)
                .or_default()
                .push(Declaration { name, schema, shape });
        }
    }

    fn shape_of(&mut self, schema: &'a Schema) -> TypeShape {
        match schema.shape(self.specs) {
            Shape::Alias(target) => self.alias(schema, target),
            Shape::Object => self.structure(schema),
            Shape::StringEnum(values) => TypeShape::StringEnum(variants(&values)),
            Shape::String(StringFormat::Text | StringFormat::Byte | StringFormat::Binary) => TypeShape::Text,
            Shape::OneOf(members, tag) | Shape::AnyOf(members, tag) => self.union(schema, members, tag),
            Shape::Mixed | Shape::ValueEnum(_) => {
                self.diagnostics.push(Diagnostic::warning(
                    "emit-any-value",
                    &schema.location,
                    "no Rust type mirrors these keywords together; any JSON value is taken",
                ));
                TypeShape::Wrapper(RustType::Any)
            }
            Shape::Boolean | Shape::Integer(_) | Shape::Number { .. } | Shape::String(_) => {
                TypeShape::Scalar(self.inner_type(schema.id))
            }
            Shape::Any | Shape::Array(_) | Shape::Map(_) => TypeShape::Wrapper(self.inner_type(schema.id)),
        }
    }

    fn alias(&self, schema: &Schema, target: SchemaId) -> TypeShape {
        let mut seen = HashSet::from([schema.id]);
        let mut next = target;
        while seen.insert(next) {
            match self.specs.schema(next).shape(self.specs) {
                Shape::Alias(further) => next = further,
                _ => return TypeShape::Alias(self.type_of(target)),
            }
        }
        TypeShape::Wrapper(RustType::Any)
    }

    fn structure(&mut self, schema: &Schema) -> TypeShape {
        let flat = self.specs.flatten(schema.id);
        let tag = self.tagged.get(&schema.id).cloned();
        let mut taken = HashSet::new();
        let mut fields: Vec<FieldPlan> = Vec::new();
        for property in flat
            .properties
            .iter()
            .filter(|property| Some(&property.name) != tag.as_ref())
        {
            let name = unique(&snake(&property.name), &mut taken);
            fields.push(self.field(schema.id, property, name));
        }
        let others = match flat.additional {
            Additional::Any => Some(RustType::Any),
            Additional::Schema(values) => Some(self.type_of(values)),
            Additional::Unsaid | Additional::Forbidden => None,
        };
        TypeShape::Struct {
            fields,
            others,
            closed: flat.additional == Additional::Forbidden,
        }
    }

    fn field(&self, owner: SchemaId, property: &Property, name: String) -> FieldPlan {
        let schema = self.specs.schema(property.schema);
        let rust_type = self.type_of(property.schema);
        let nullable = self.is_nullable(property.schema);
        let required = property.required && !schema.read_only && !schema.write_only;
        let default = schema
            .default
            .as_ref()
            .and_then(|value| self.default_value(property.schema, value));
        let presence = match (required, nullable, default) {
            (true, false, _) => Presence::Required,
            (true, true, _) => Presence::Nullable,
            (false, false, Some(value)) => Presence::Default(value),
            (false, false, None) => Presence::Optional,
            (false, true, _) => Presence::Maybe,
        };
        let rust_type = if self.specs.needs_box(owner, property.schema) {
            rust_type.boxed()
        } else {
            rust_type
        };
        FieldPlan {
            name,
            wire: property.name.clone(),
            schema: property.schema,
            rust_type,
            presence,
        }
    }

    fn union(&mut self, schema: &Schema, members: &[SchemaId], tag: Option<&Discriminator>) -> TypeShape {
        let tag = tag.filter(|_| members.iter().all(|member| self.tagged.contains_key(member)));
        let mut taken = HashSet::new();
        let mut variants = Vec::new();
        for member in members {
            let wire = tag.and_then(|tag| tag.cases.iter().find(|case| case.schema == *member));
            let wire = wire.map(|case| case.value.clone());
            let rust_type = self.type_of(*member);
            let wanted = match (&wire, &rust_type) {
                (Some(wire), _) => pascal(wire),
                (None, RustType::Named(TypeName::Declared { name, .. })) => name.clone(),
                (None, other) => kind_name(other).to_owned(),
            };
            let name = unique(&wanted, &mut taken);
            let boxed = self.specs.needs_box(schema.id, *member);
            let rust_type = if boxed { rust_type.boxed() } else { rust_type };
            variants.push((
                VariantPlan {
                    wire: wire.unwrap_or_else(|| name.clone()),
                    name,
                },
                rust_type,
            ));
        }
        TypeShape::Union {
            tag: tag.map(|tag| tag.property.clone()),
            variants,
        }
    }
}

fn variants(values: &[&str]) -> Vec<VariantPlan> {
    let mut taken = HashSet::new();
    let mut seen = HashSet::new();
    values
        .iter()
        .filter(|value| seen.insert(**value))
        .map(|value| VariantPlan {
            name: unique(&pascal(value), &mut taken),
            wire: (*value).to_owned(),
        })
        .collect()
}

/// What a nameless alternative is called after.
fn kind_name(rust_type: &RustType) -> &'static str {
    match rust_type {
        RustType::Bool => "Flag",
        RustType::I32 | RustType::I64 => "Integer",
        RustType::F32 | RustType::F64 => "Number",
        RustType::Text => "Text",
        RustType::DateTime | RustType::Date => "Date",
        RustType::Uuid => "Id",
        RustType::List(_) => "List",
        RustType::Map(_) => "Map",
        RustType::Any | RustType::Named(_) | RustType::Boxed(_) | RustType::Nullable(_) => "Other",
    }
}
