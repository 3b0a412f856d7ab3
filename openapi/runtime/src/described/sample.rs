//! The smallest JSON value that fits a shape.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Described, JsonShape};

/// The smallest value of a type, for those who must pass one and do not care which.
///
/// # Panics
/// For a type that is not read from what it describes, which generated types are.
#[must_use]
pub fn smallest<T: Described + DeserializeOwned>() -> T {
    serde_json::from_value(sample(T::shape())).expect("a type is read from what it describes")
}

/// The smallest JSON value that fits a shape. It may break rules; it only fits.
#[must_use]
pub fn sample(shape: JsonShape) -> Value {
    match shape {
        JsonShape::Any | JsonShape::Nullable(_) => Value::Null,
        JsonShape::Bool => Value::Bool(false),
        JsonShape::Int32 | JsonShape::Int64 | JsonShape::Number => Value::from(0),
        JsonShape::Text => Value::String(String::new()),
        JsonShape::Written { sample, .. } => Value::String(sample.to_owned()),
        JsonShape::Enum(values) => values.first().map_or(Value::Null, |value| Value::from(*value)),
        JsonShape::List(_) => Value::Array(Vec::new()),
        JsonShape::Map(_) => Value::Object(Map::new()),
        JsonShape::Object { members, .. } => {
            let required = members.iter().filter(|member| member.required);
            Value::Object(
                required
                    .map(|member| (member.name.to_owned(), sample((member.shape)())))
                    .collect(),
            )
        }
        JsonShape::Union { tag, cases } => {
            let Some(case) = cases.first() else {
                return Value::Null;
            };
            let mut value = sample((case.shape)());
            if let Value::Object(object) = &mut value {
                object.insert(tag.to_owned(), Value::from(case.name));
            }
            value
        }
    }
}
