//! Reading a schema the way an emitter wants it: one shape out of all its keywords.

use serde_json::Value;

use super::{
    Additional, ArrayRules, Discriminator, JsonType, NumberRules, ObjectRules, Property, Schema, SchemaId,
    Specs, StringRules,
};

/// What a schema is, once its keywords are read together.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape<'a> {
    /// Another name for a named schema.
    Alias(SchemaId),
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer(IntegerWidth),
    /// A number; `true` for 32 bits.
    Number {
        /// Whether `format: float` asks for 32 bits.
        single: bool,
    },
    /// A string.
    String(StringFormat),
    /// One of some strings.
    StringEnum(Vec<&'a str>),
    /// One of some values that are not all strings.
    ValueEnum(&'a [Value]),
    /// An array of items; `None` for items of any kind.
    Array(Option<SchemaId>),
    /// An object without declared properties; `None` for values of any kind.
    Map(Option<SchemaId>),
    /// An object with declared properties, its own and those of `allOf`; see [`Specs::flatten`].
    Object,
    /// Exactly one of some alternatives.
    OneOf(&'a [SchemaId], Option<&'a Discriminator>),
    /// At least one of some alternatives.
    AnyOf(&'a [SchemaId], Option<&'a Discriminator>),
    /// Several JSON types at once, or a mixture of keywords that no Rust type mirrors.
    Mixed,
}

/// How wide an integer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntegerWidth {
    /// `format: int32`.
    Int32,
    /// `format: int64`, or no format.
    Int64,
}

/// What a string holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StringFormat {
    /// Text, or text of a format that has no type of its own.
    Text,
    /// RFC 3339 date and time.
    DateTime,
    /// RFC 3339 date.
    Date,
    /// A UUID.
    Uuid,
    /// Bytes as they are: a body, not a JSON string.
    Binary,
    /// Bytes in base64.
    Byte,
}

/// An object with all of `allOf` gathered.
#[derive(Debug, Clone, PartialEq)]
pub struct Flattened<'a> {
    /// Every property, in order; of two with one name the later wins, and it is required if either says so.
    pub properties: Vec<Property>,
    /// What other properties may be: the strictest word of all members.
    pub additional: Additional,
    /// The members that were gathered, the schema itself included.
    pub members: Vec<&'a Schema>,
}

impl Schema {
    /// What the schema is, once its keywords are read together.
    pub fn shape(&self, specs: &Specs) -> Shape<'_> {
        if let Some(target) = self.alias_of {
            return Shape::Alias(target);
        }
        if !self.one_of.is_empty() {
            return self.alternatives(&self.one_of, Shape::OneOf);
        }
        if !self.any_of.is_empty() {
            return self.alternatives(&self.any_of, Shape::AnyOf);
        }
        if let Some(values) = &self.enumeration {
            return enumeration(values);
        }
        match self.types.as_slice() {
            [] => self.untyped(specs),
            [JsonType::Boolean] => Shape::Boolean,
            [JsonType::Integer] => Shape::Integer(self.integer_width()),
            [JsonType::Number] => Shape::Number {
                single: self.format.as_deref() == Some("float"),
            },
            [JsonType::String] => Shape::String(self.string_format()),
            [JsonType::Array] => Shape::Array(self.array.items),
            [JsonType::Object] => self.object_shape(),
            _ => Shape::Mixed,
        }
    }

    /// Alternatives beside properties of the schema's own have no Rust type.
    fn alternatives<'a>(
        &'a self,
        members: &'a [SchemaId],
        shape: fn(&'a [SchemaId], Option<&'a Discriminator>) -> Shape<'a>,
    ) -> Shape<'a> {
        let alone = self.all_of.is_empty()
            && self.object.properties.is_empty()
            && (self.one_of.is_empty() || self.any_of.is_empty());
        if alone {
            shape(members, self.discriminator.as_ref())
        } else {
            Shape::Mixed
        }
    }

    /// Documents often leave `type` out where the other keywords tell it, and describe a reference by putting it
    /// into `allOf` beside members that say nothing about values.
    fn untyped(&self, specs: &Specs) -> Shape<'_> {
        if !self.object.properties.is_empty() || matches!(self.object.additional, Additional::Schema(_)) {
            return self.object_shape();
        }
        let telling: Vec<SchemaId> = self
            .all_of
            .iter()
            .copied()
            .filter(|member| !specs.resolve(*member).is_annotation())
            .collect();
        match telling.as_slice() {
            [] if self.array.items.is_some() => Shape::Array(self.array.items),
            [] => Shape::Any,
            [only] if self.object.required.is_empty() => Shape::Alias(*only),
            members if members.iter().all(|member| specs.is_object(*member)) => Shape::Object,
            _ => Shape::Mixed,
        }
    }

    /// Whether it says nothing about values: at most prose, examples and flags.
    fn is_annotation(&self) -> bool {
        self.alias_of.is_none()
            && self.types.is_empty()
            && self.enumeration.is_none()
            && self.string == StringRules::default()
            && self.number == NumberRules::default()
            && self.array == ArrayRules::default()
            && self.object == ObjectRules::default()
            && self.not.is_none()
            && self.all_of.is_empty()
            && self.any_of.is_empty()
            && self.one_of.is_empty()
    }

    fn object_shape(&self) -> Shape<'_> {
        if !self.object.properties.is_empty() || !self.all_of.is_empty() {
            return Shape::Object;
        }
        match self.object.additional {
            Additional::Schema(values) => Shape::Map(Some(values)),
            Additional::Any | Additional::Unsaid => Shape::Map(None),
            Additional::Forbidden => Shape::Object,
        }
    }

    fn integer_width(&self) -> IntegerWidth {
        if self.format.as_deref() == Some("int32") {
            IntegerWidth::Int32
        } else {
            IntegerWidth::Int64
        }
    }

    fn string_format(&self) -> StringFormat {
        match self.format.as_deref() {
            Some("date-time") => StringFormat::DateTime,
            Some("date") => StringFormat::Date,
            Some("uuid") => StringFormat::Uuid,
            Some("binary") => StringFormat::Binary,
            Some("byte") => StringFormat::Byte,
            _ => StringFormat::Text,
        }
    }
}

/// `null` in an enumeration only repeats `nullable`.
fn enumeration(values: &[Value]) -> Shape<'_> {
    let strings: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let nulls = values.iter().filter(|value| value.is_null()).count();
    if !strings.is_empty() && strings.len() + nulls == values.len() {
        Shape::StringEnum(strings)
    } else {
        Shape::ValueEnum(values)
    }
}
