//! Default values of a document, as Rust values.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::{Plan, RustType, Scope, TypeName, TypeShape};
use crate::ir::{SchemaId, Shape};

/// A default that Rust can write down.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultValue {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A value of a string enumeration: the name of the type, the text of the value.
    Variant(TypeName, String),
    /// An empty list or map, which is Rust's own default.
    Empty,
}

impl DefaultValue {
    /// Whether it is what Rust's own `Default` gives.
    pub fn is_rust_default(&self) -> bool {
        match self {
            Self::Bool(value) => !value,
            Self::Integer(value) => *value == 0,
            Self::Number(value) => *value == 0.0,
            Self::Text(text) => text.is_empty(),
            Self::Variant(..) => false,
            Self::Empty => true,
        }
    }
}

impl Plan<'_> {
    /// The default of a schema; `None` for one that no literal mirrors (dates, newtypes, objects), which is
    /// then treated as if it were not there.
    pub(super) fn default_value(&self, id: SchemaId, value: &Value) -> Option<DefaultValue> {
        match (self.type_of(id), value) {
            (RustType::Bool, Value::Bool(value)) => Some(DefaultValue::Bool(*value)),
            (RustType::I32, value) => value
                .as_i64()
                .filter(|number| i32::try_from(*number).is_ok())
                .map(DefaultValue::Integer),
            (RustType::I64, value) => value.as_i64().map(DefaultValue::Integer),
            (RustType::F32 | RustType::F64, value) => value.as_f64().map(DefaultValue::Number),
            (RustType::Text, Value::String(text)) => Some(DefaultValue::Text(text.clone())),
            (RustType::List(_), Value::Array(items)) if items.is_empty() => Some(DefaultValue::Empty),
            (RustType::Map(_), Value::Object(members)) if members.is_empty() => Some(DefaultValue::Empty),
            (RustType::Named(name), Value::String(text)) => self.default_variant(id, name, text),
            _ => None,
        }
    }

    fn default_variant(&self, id: SchemaId, name: TypeName, text: &str) -> Option<DefaultValue> {
        match self.specs.shape(id) {
            Shape::StringEnum(values) if values.contains(&text) => {
                Some(DefaultValue::Variant(name, text.to_owned()))
            }
            _ => None,
        }
    }

    /// The default as an expression in `scope`.
    pub fn default_tokens(&self, value: &DefaultValue, scope: &Scope<'_>) -> TokenStream {
        match value {
            DefaultValue::Bool(value) => quote!(#value),
            DefaultValue::Integer(value) => {
                let literal = Literal::i64_unsuffixed(*value);
                quote!(#literal)
            }
            DefaultValue::Number(value) => {
                let literal = Literal::f64_unsuffixed(*value);
                quote!(#literal)
            }
            DefaultValue::Text(text) => quote!(#text.to_owned()),
            DefaultValue::Variant(name, text) => {
                let path = RustType::Named(name.clone()).tokens(scope);
                let variant = self.variant_name(name, text);
                quote!(#path::#variant)
            }
            DefaultValue::Empty => quote!(Default::default()),
        }
    }

    fn variant_name(&self, name: &TypeName, text: &str) -> proc_macro2::Ident {
        let variants = match self.declaration(name).map(|declaration| &declaration.shape) {
            Some(TypeShape::StringEnum(variants)) => variants.as_slice(),
            Some(TypeShape::Alias(RustType::Named(target))) if target != name => {
                return self.variant_name(target, text);
            }
            _ => &[],
        };
        let found = variants.iter().find(|variant| variant.wire == text);
        found.map_or_else(
            || format_ident!("{}", super::pascal(text)),
            |variant| format_ident!("{}", variant.name),
        )
    }
}
