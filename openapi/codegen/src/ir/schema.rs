//! Schemas: every keyword of a document, typed and resolved, nothing interpreted away.
//!
//! A schema may say many things at once (`type` beside `allOf` beside `oneOf`), so it is a record of all keywords;
//! [`Schema::shape`](super::Shape) reads the record the way an emitter wants it.

use serde_json::{Number, Value};

use super::{ComponentName, Extensions, ExternalDocs, Location};

/// The name of a schema within one [`Specs`](super::Specs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) u32);

impl SchemaId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One schema, named or inline.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Its own id.
    pub id: SchemaId,
    /// Its name when it is an entry of `components/schemas`; inline schemas have none.
    pub name: Option<ComponentName>,
    /// The schema it stands for when it is nothing but a `$ref`: an alias.
    pub alias_of: Option<SchemaId>,
    /// The JSON types it allows; empty allows all. `null` is never listed, see `nullable`.
    pub types: Vec<JsonType>,
    /// Whether `null` is allowed too.
    pub nullable: bool,
    /// The format, as written.
    pub format: Option<String>,
    /// The values allowed, of any type; `None` allows all. May hold `null`.
    pub enumeration: Option<Vec<Value>>,
    /// What the server assumes when nothing is sent.
    pub default: Option<Value>,
    /// Rules for strings.
    pub string: StringRules,
    /// Rules for numbers.
    pub number: NumberRules,
    /// Rules for arrays.
    pub array: ArrayRules,
    /// Rules for objects.
    pub object: ObjectRules,
    /// All of these must hold too.
    pub all_of: Vec<SchemaId>,
    /// At least one of these must hold too.
    pub any_of: Vec<SchemaId>,
    /// Exactly one of these must hold too.
    pub one_of: Vec<SchemaId>,
    /// This must not hold.
    pub not: Option<SchemaId>,
    /// Which property tells the alternatives apart.
    pub discriminator: Option<Discriminator>,
    /// Only the server sets it.
    pub read_only: bool,
    /// Only the client sends it.
    pub write_only: bool,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// One line.
    pub title: Option<String>,
    /// Prose.
    pub description: Option<String>,
    /// Examples, each with its place.
    pub examples: Vec<(Value, Location)>,
    /// Hints for XML, kept as they are.
    pub xml: Option<Value>,
    /// Documentation elsewhere.
    pub external_docs: Option<ExternalDocs>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Whether it contains itself, through whatever path.
    pub recursive: bool,
    /// Schemas of the same cycle contain each other without an array or map between: Rust needs a `Box`. See
    /// [`Specs::needs_box`](super::Specs::needs_box).
    pub(crate) cycle: Option<u32>,
    /// Whether its values are objects. See [`Specs::is_object`](super::Specs::is_object).
    pub(crate) is_object: bool,
    /// Where it is written.
    pub location: Location,
}

impl Schema {
    /// What its pattern means (`x-pattern-means`), in words that go on from "must be".
    pub fn pattern_meaning(&self) -> Option<&str> {
        let words = self.extensions.get("x-pattern-means")?;
        words.as_str().filter(|words| !words.trim().is_empty())
    }

    /// A schema that allows everything.
    pub fn any(id: SchemaId, location: Location) -> Self {
        Self {
            id,
            name: None,
            alias_of: None,
            types: Vec::new(),
            nullable: false,
            format: None,
            enumeration: None,
            default: None,
            string: StringRules::default(),
            number: NumberRules::default(),
            array: ArrayRules::default(),
            object: ObjectRules::default(),
            all_of: Vec::new(),
            any_of: Vec::new(),
            one_of: Vec::new(),
            not: None,
            discriminator: None,
            read_only: false,
            write_only: false,
            deprecated: false,
            title: None,
            description: None,
            examples: Vec::new(),
            xml: None,
            external_docs: None,
            extensions: Extensions::default(),
            recursive: false,
            cycle: None,
            is_object: false,
            location,
        }
    }

    /// The property of this name, of this very schema (see [`Flattened`](super::Flattened) for all of `allOf`).
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.object
            .properties
            .iter()
            .find(|property| property.name == name)
    }

    /// The schemas it is directly made of.
    pub fn children(&self) -> Vec<SchemaId> {
        let mut children = self.direct_children();
        children.extend(self.array.items);
        if let Additional::Schema(id) = self.object.additional {
            children.push(id);
        }
        children.extend(self.not);
        children
    }

    /// The schemas whose values lie inside its own values with no array or map between.
    pub(crate) fn direct_children(&self) -> Vec<SchemaId> {
        let properties = self.object.properties.iter().map(|property| property.schema);
        let composed = self
            .all_of
            .iter()
            .chain(&self.any_of)
            .chain(&self.one_of)
            .copied();
        properties.chain(composed).chain(self.alias_of).collect()
    }
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    /// The word that documents use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// Rules for strings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StringRules {
    /// The least number of characters.
    pub min_length: Option<u64>,
    /// The greatest number of characters.
    pub max_length: Option<u64>,
    /// A regular expression that must match somewhere.
    pub pattern: Option<String>,
}

/// Rules for numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberRules {
    /// The lower bound.
    pub minimum: Option<Bound>,
    /// The upper bound.
    pub maximum: Option<Bound>,
    /// What it must be a multiple of.
    pub multiple_of: Option<Number>,
}

/// A bound of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The bound.
    pub value: Number,
    /// Whether the bound itself is excluded.
    pub exclusive: bool,
}

/// Rules for arrays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArrayRules {
    /// What the items are; `None` allows all.
    pub items: Option<SchemaId>,
    /// The least number of items.
    pub min_items: Option<u64>,
    /// The greatest number of items.
    pub max_items: Option<u64>,
    /// Whether no item may occur twice.
    pub unique_items: bool,
}

/// Rules for objects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ObjectRules {
    /// The declared properties, in order.
    pub properties: Vec<Property>,
    /// The names that must be there, declared here or not.
    pub required: Vec<String>,
    /// What other properties may be.
    pub additional: Additional,
    /// The least number of properties.
    pub min_properties: Option<u64>,
    /// The greatest number of properties.
    pub max_properties: Option<u64>,
}

/// A declared property of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The name on the wire.
    pub name: String,
    /// What its value is.
    pub schema: SchemaId,
    /// Whether it must be there.
    pub required: bool,
    /// Where it is written (its schema may be elsewhere).
    pub location: Location,
}

/// What properties beyond the declared ones may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Additional {
    /// The document does not say, so anything.
    #[default]
    Unsaid,
    /// Anything, said so.
    Any,
    /// Nothing: unknown properties are an error.
    Forbidden,
    /// Values of this schema.
    Schema(SchemaId),
}

/// Which property tells the alternatives of a `oneOf` or `anyOf` apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Discriminator {
    /// The property.
    pub property: String,
    /// Value and schema of each case: the mapping as written, then the names of members that it does not mention.
    pub cases: Vec<DiscriminatorCase>,
    /// Where it is written.
    pub location: Location,
}

/// One value of a discriminator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscriminatorCase {
    /// The value of the property.
    pub value: String,
    /// What the object then is.
    pub schema: SchemaId,
    /// Whether the mapping names it, rather than the name of the schema.
    pub explicit: bool,
}
