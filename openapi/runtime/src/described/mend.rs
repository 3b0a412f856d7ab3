//! Names everything in a JSON value that does not fit a shape, and puts something that fits in its place.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use super::{Described, JsonCase, JsonMember, JsonShape, sample, twice};
use crate::{At, Validate, Violations};

/// Every fault of a JSON text that does not fit `T`: what is there more than once, what does not fit, and what breaks a rule
/// elsewhere.
///
/// Empty only if the text fits and breaks no rule, or is not JSON at all.
#[must_use]
pub fn read_all_faults<T: DeserializeOwned + Described + Validate>(text: &[u8]) -> Violations {
    let mut mending = Mending::default();
    let Ok(mut value) = serde_json::from_slice::<Value>(text) else {
        return mending.found;
    };
    let body = At::body();
    twice::find(text, T::shape(), &mut mending.found);
    mending.fit(&mut value, T::shape(), &body);
    match serde_json::from_value::<T>(value) {
        Ok(mended) => {
            let mut rules = Violations::default();
            mended.validate(&body, &mut rules);
            // What stands at or below a mended place is ours, not the caller's.
            rules.retain(|violation| {
                !mending
                    .replaced
                    .iter()
                    .any(|place| is_within(&violation.pointer, place))
            });
            mending.found.append(rules);
        }
        // A union without a discriminator is the one thing that a shape does not describe.
        Err(error) if mending.found.is_empty() => mending.found.add(&body, "type", error.to_string()),
        Err(_) => {}
    }
    mending.found
}

fn is_within(pointer: &str, place: &str) -> bool {
    pointer
        .strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Default)]
struct Mending {
    found: Violations,
    replaced: Vec<String>,
}

impl Mending {
    fn fit(&mut self, value: &mut Value, shape: JsonShape, at: &At<'_>) {
        match (shape, &mut *value) {
            (JsonShape::Nullable(_), Value::Null) => {}
            (JsonShape::Nullable(inner), _) => self.fit(value, inner(), at),
            (JsonShape::List(item), Value::Array(items)) => {
                for (index, each) in items.iter_mut().enumerate() {
                    self.fit(each, item(), &at.index(index));
                }
            }
            (JsonShape::Map(each), Value::Object(members)) => {
                for (name, member) in members.iter_mut() {
                    self.fit(member, each(), &at.field(name));
                }
            }
            (JsonShape::Object { members, closed }, Value::Object(object)) => {
                self.fit_members(object, members, at);
                if closed {
                    self.remove_unknown(object, members, None, at);
                }
            }
            (JsonShape::Union { tag, cases }, Value::Object(_)) => self.fit_union(value, tag, cases, at),
            (JsonShape::Enum(values), Value::String(text)) if !values.contains(&text.as_str()) => {
                self.replace(
                    value,
                    shape,
                    at,
                    "enum",
                    format!("must be one of {}", values.join(", ")),
                );
            }
            (JsonShape::Written { what, fits, .. }, Value::String(text)) if !fits(text) => {
                self.replace(value, shape, at, "format", format!("must be {what}"));
            }
            (shape, found) if is_of_kind(shape, found) => {}
            (shape, found) => {
                let detail = format!("must be {}, not {}", expected(shape), kind(found));
                self.replace(value, shape, at, "type", detail);
            }
        }
    }

    fn replace(
        &mut self,
        value: &mut Value,
        shape: JsonShape,
        at: &At<'_>,
        code: &'static str,
        detail: String,
    ) {
        self.found.add(at, code, detail);
        self.replaced.push(at.to_string());
        *value = sample(shape);
    }

    fn fit_members(&mut self, object: &mut Map<String, Value>, members: &[JsonMember], at: &At<'_>) {
        for member in members {
            let place = at.field(member.name);
            match object.get_mut(member.name) {
                Some(value) => self.fit(value, (member.shape)(), &place),
                None if member.required => {
                    self.found.add(&place, "required", "must be there");
                    self.replaced.push(place.to_string());
                    object.insert(member.name.to_owned(), sample((member.shape)()));
                }
                None => {}
            }
        }
    }

    fn remove_unknown(
        &mut self,
        object: &mut Map<String, Value>,
        members: &[JsonMember],
        tag: Option<&str>,
        at: &At<'_>,
    ) {
        object.retain(|name, _| {
            let known = Some(name.as_str()) == tag || members.iter().any(|member| member.name == name);
            if !known {
                self.found
                    .add(&at.field(name), "unknown", "is not a member that the spec knows");
            }
            known
        });
    }

    fn fit_union(&mut self, value: &mut Value, tag: &'static str, cases: &'static [JsonCase], at: &At<'_>) {
        let place = at.field(tag);
        let chosen = value.get(tag).and_then(Value::as_str);
        let case = cases.iter().find(|case| Some(case.name) == chosen);
        let (Some(case), Value::Object(object)) = (case, &mut *value) else {
            let names: Vec<_> = cases.iter().map(|case| case.name).collect();
            let code = if value.get(tag).is_none() {
                "required"
            } else {
                "enum"
            };
            self.found
                .add(&place, code, format!("must be one of {}", names.join(", ")));
            self.replaced.push(at.to_string());
            *value = sample(JsonShape::Union { tag, cases });
            return;
        };
        if let JsonShape::Object { members, closed } = (case.shape)() {
            self.fit_members(object, members, at);
            if closed {
                self.remove_unknown(object, members, Some(tag), at);
            }
        }
    }
}

fn is_of_kind(shape: JsonShape, value: &Value) -> bool {
    match (shape, value) {
        (JsonShape::Any, _)
        | (JsonShape::Bool, Value::Bool(_))
        | (JsonShape::Number, Value::Number(_))
        | (JsonShape::Text | JsonShape::Enum(_) | JsonShape::Written { .. }, Value::String(_)) => true,
        (JsonShape::Int32, Value::Number(number)) => {
            number.as_i64().is_some_and(|whole| i32::try_from(whole).is_ok())
        }
        (JsonShape::Int64, Value::Number(number)) => number.is_i64(),
        _ => false,
    }
}

fn expected(shape: JsonShape) -> &'static str {
    match shape {
        JsonShape::Any | JsonShape::Nullable(_) => "a value",
        JsonShape::Bool => "true or false",
        JsonShape::Int32 => "an integer of 32 bits",
        JsonShape::Int64 => "an integer of 64 bits",
        JsonShape::Number => "a number",
        JsonShape::Text | JsonShape::Enum(_) => "a string",
        JsonShape::Written { what, .. } => what,
        JsonShape::List(_) => "an array",
        JsonShape::Map(_) | JsonShape::Object { .. } | JsonShape::Union { .. } => "an object",
    }
}

/// Whether a number was written with one. A whole number that no integer holds is read as a fraction too.
fn has_fraction(number: &Number) -> bool {
    const WHOLE: f64 = 9e15;
    number.is_f64() && number.as_f64().is_some_and(|number| number.abs() < WHOLE)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if has_fraction(number) => "a number with a fraction",
        Value::Number(_) => "this number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
