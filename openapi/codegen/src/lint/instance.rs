//! Does a JSON value fit a schema of the intermediate representation? For examples and defaults in documents.
//!
//! Generated code validates requests with its own functions; this one reads schemas at run time and is only as fast
//! as a lint needs.

use std::collections::{HashMap, HashSet};

use regex::Regex;
use serde_json::{Number, Value};

use crate::ir::{Additional, JsonType, Schema, SchemaId, Specs};

/// Schemas that are applied inside each other; more is a circle such as `allOf` of itself.
const NESTING_MAX: usize = 64;

/// Schemas that are applied for one example. Alternatives of alternatives multiply, so a few lines can ask for more
/// work than there is time; what is not settled by then counts as fitting.
const STEPS_MAX: usize = 100_000;

/// Why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where in the value.
    pub(super) pointer: String,
    /// What is wrong.
    pub(super) message: String,
}

/// Checks values and keeps the patterns that it has compiled.
pub(super) struct Checker<'a> {
    specs: &'a Specs,
    patterns: HashMap<&'a str, Option<Regex>>,
    steps: usize,
}

type Check = Result<(), Fault>;

impl<'a> Checker<'a> {
    pub(super) fn new(specs: &'a Specs) -> Self {
        Self {
            specs,
            patterns: HashMap::new(),
            steps: 0,
        }
    }

    /// The first reason why a value does not fit, if there is one.
    pub(super) fn first_fault(&mut self, schema: SchemaId, value: &Value) -> Option<Fault> {
        self.steps = 0;
        self.check(schema, value, "", 0).err()
    }

    fn check(&mut self, id: SchemaId, value: &Value, at: &str, nesting: usize) -> Check {
        self.steps += 1;
        let schema = self.specs.resolve(id);
        let unsettled = nesting > NESTING_MAX || self.steps > STEPS_MAX;
        if unsettled || (value.is_null() && allows_null(self.specs, schema)) {
            return Ok(());
        }
        check_type(schema, value, at)?;
        if let Some(values) = &schema.enumeration {
            ensure(values.contains(value), at, || {
                format!("{value} is not among the values of `enum`")
            })?;
        }
        match value {
            Value::String(text) => self.check_string(schema, text, at)?,
            Value::Number(number) => check_number(schema, number, at)?,
            Value::Array(items) => self.check_array(schema, items, at, nesting)?,
            Value::Object(_) => self.check_object(schema, value, at, nesting)?,
            Value::Null | Value::Bool(_) => {}
        }
        self.check_composition(schema, value, at, nesting)
    }

    fn check_string(&mut self, schema: &'a Schema, text: &str, at: &str) -> Check {
        let length = text.chars().count() as u64;
        let rules = &schema.string;
        ensure(rules.min_length.is_none_or(|least| length >= least), at, || {
            "it is too short".to_owned()
        })?;
        ensure(rules.max_length.is_none_or(|most| length <= most), at, || {
            "it is too long".to_owned()
        })?;
        let Some(pattern) = &rules.pattern else {
            return Ok(());
        };
        let compiled = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| Regex::new(pattern).ok());
        let matches = compiled.as_ref().is_none_or(|regex| regex.is_match(text));
        ensure(matches, at, || format!("`{text}` does not match `{pattern}`"))
    }

    fn check_array(&mut self, schema: &Schema, items: &[Value], at: &str, nesting: usize) -> Check {
        let rules = &schema.array;
        let count = items.len() as u64;
        ensure(rules.min_items.is_none_or(|least| count >= least), at, || {
            "it has too few items".to_owned()
        })?;
        ensure(rules.max_items.is_none_or(|most| count <= most), at, || {
            "it has too many items".to_owned()
        })?;
        let mut seen = HashSet::new();
        let twice = rules.unique_items && !items.iter().all(|item| seen.insert(item.to_string()));
        ensure(!twice, at, || "an item occurs twice".to_owned())?;
        let Some(item_schema) = rules.items else {
            return Ok(());
        };
        for (index, item) in items.iter().enumerate() {
            self.check(item_schema, item, &format!("{at}/{index}"), nesting + 1)?;
        }
        Ok(())
    }

    fn check_object(&mut self, schema: &'a Schema, value: &Value, at: &str, nesting: usize) -> Check {
        let Some(fields) = value.as_object() else {
            return Ok(());
        };
        let rules = &schema.object;
        let count = fields.len() as u64;
        ensure(
            rules.min_properties.is_none_or(|least| count >= least),
            at,
            || "it has too few properties".to_owned(),
        )?;
        ensure(rules.max_properties.is_none_or(|most| count <= most), at, || {
            "it has too many properties".to_owned()
        })?;
        for name in rules
            .required
            .iter()
            .filter(|name| !self.is_one_sided(schema, name))
        {
            ensure(fields.contains_key(name), at, || format!("`{name}` is missing"))?;
        }
        for (name, field) in fields {
            let at = format!("{at}/{}", crate::load::escape(name));
            match (schema.property(name), rules.additional) {
                (Some(property), _) => self.check(property.schema, field, &at, nesting + 1)?,
                (None, Additional::Schema(others)) => self.check(others, field, &at, nesting + 1)?,
                (None, Additional::Forbidden) => {
                    return Err(Fault {
                        pointer: at,
                        message: "there is no such property".to_owned(),
                    });
                }
                (None, Additional::Any | Additional::Unsaid) => {}
            }
        }
        Ok(())
    }

    /// `readOnly` and `writeOnly` properties are required on one side only, and an example may show the other.
    fn is_one_sided(&self, schema: &Schema, name: &str) -> bool {
        schema.property(name).is_some_and(|property| {
            let schema = self.specs.resolve(property.schema);
            schema.read_only || schema.write_only
        })
    }

    fn check_composition(&mut self, schema: &'a Schema, value: &Value, at: &str, nesting: usize) -> Check {
        for member in &schema.all_of {
            self.check(*member, value, at, nesting + 1)?;
        }
        if !schema.any_of.is_empty() {
            let fits = schema
                .any_of
                .iter()
                .any(|member| self.check(*member, value, at, nesting + 1).is_ok());
            ensure(fits, at, || "it fits none of `anyOf`".to_owned())?;
        }
        if !schema.one_of.is_empty() {
            let fits = schema
                .one_of
                .iter()
                .filter(|member| self.check(**member, value, at, nesting + 1).is_ok())
                .count();
            ensure(fits == 1, at, || {
                format!("it fits {fits} alternatives of `oneOf`, not one")
            })?;
        }
        if let Some(not) = schema.not {
            let fits = self.check(not, value, at, nesting + 1).is_ok();
            ensure(!fits, at, || "it fits what `not` excludes".to_owned())?;
        }
        Ok(())
    }
}

fn ensure(holds: bool, at: &str, message: impl FnOnce() -> String) -> Check {
    if holds {
        Ok(())
    } else {
        Err(Fault {
            pointer: at.to_owned(),
            message: message(),
        })
    }
}

/// A schema without a type leaves `null` to its members.
fn allows_null(specs: &Specs, schema: &Schema) -> bool {
    let members = schema.all_of.iter().chain(&schema.any_of).chain(&schema.one_of);
    schema.nullable
        || (schema.types.is_empty() && members.map(|id| specs.resolve(*id)).any(|member| member.nullable))
}

fn check_type(schema: &Schema, value: &Value, at: &str) -> Check {
    let fits = |kind: &JsonType| match kind {
        JsonType::Boolean => value.is_boolean(),
        JsonType::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        JsonType::Number => value.is_number(),
        JsonType::String => value.is_string(),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object(),
    };
    ensure(
        schema.types.is_empty() || schema.types.iter().any(fits),
        at,
        || {
            let wanted: Vec<&str> = schema.types.iter().map(|kind| kind.as_str()).collect();
            format!("{} is wanted, not {value}", wanted.join(" or "))
        },
    )
}

fn check_number(schema: &Schema, number: &Number, at: &str) -> Check {
    let rules = &schema.number;
    let value = number.as_f64().unwrap_or(f64::NAN);
    if let Some(bound) = &rules.minimum {
        let least = bound.value.as_f64().unwrap_or(f64::NEG_INFINITY);
        let fits = if bound.exclusive {
            value > least
        } else {
            value >= least
        };
        ensure(fits, at, || {
            format!("{number} is under the minimum {}", bound.value)
        })?;
    }
    if let Some(bound) = &rules.maximum {
        let most = bound.value.as_f64().unwrap_or(f64::INFINITY);
        let fits = if bound.exclusive {
            value < most
        } else {
            value <= most
        };
        ensure(fits, at, || {
            format!("{number} is over the maximum {}", bound.value)
        })?;
    }
    if let (Some(step), Some(whole)) = (
        rules.multiple_of.as_ref().and_then(Number::as_i64),
        number.as_i64(),
    ) {
        ensure(step == 0 || whole % step == 0, at, || {
            format!("{number} is no multiple of {step}")
        })?;
    }
    let narrow = schema.types == [JsonType::Integer] && schema.format.as_deref() == Some("int32");
    let fits = number.as_i64().is_some_and(|whole| i32::try_from(whole).is_ok());
    ensure(!narrow || fits, at, || {
        format!("{number} does not fit into 32 bits")
    })
}
