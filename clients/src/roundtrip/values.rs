//! Random values that keep to a schema, and calls made of them.

use std::collections::BTreeMap;

use crochet_codegen::ir::{
    Additional, Bound, Discriminator, IntegerWidth, Operation, ParameterIn, Response, Schema, SchemaId,
    Shape, Specs, Status, StringFormat,
};
use proptest::prelude::*;
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

use super::Script;

/// How deep values go before optional parts are left out.
const DEPTH_MAX: u32 = 5;

/// How many items a list has at most, unless its schema wants more.
const ITEMS_MAX: u64 = 3;

/// Calls of one operation, most of them successful.
pub(super) fn script(specs: &Specs, operation: &Operation) -> impl Strategy<Value = Script> {
    let public = operation
        .security
        .as_ref()
        .is_some_and(crochet_codegen::ir::Security::is_public);
    let body = operation.request_body.as_ref();
    let body_value = match body
        .and_then(|body| body.content.first())
        .map(|media| (media.is_json(), media.schema))
    {
        Some((true, Some(schema))) => value(specs, schema, 0).prop_map(Some).boxed(),
        Some(_) => any::<String>().prop_map(|text| Some(json!(text))).boxed(),
        None => Just(None).boxed(),
    };
    (arguments(specs, operation), body_value, reply(specs, operation)).prop_map(
        move |(arguments, body, (status, headers, reply))| {
            Script::new(arguments, body, status, headers, reply).asked_by_anyone(public)
        },
    )
}

fn arguments(specs: &Specs, operation: &Operation) -> BoxedStrategy<BTreeMap<String, Value>> {
    let each = operation.parameters.iter().map(|parameter| {
        let schema = parameter.shape.schema().expect("parameters of ours have schemas");
        // What has a default is never absent in Rust, and clients make up an idempotency key of their own.
        let always = parameter.required
            || specs.schema(schema).default.is_some()
            || parameter.name == "Idempotency-Key";
        let values = match parameter.place {
            ParameterIn::Header => header_value(specs, schema),
            // An empty list and no list are the same in a query.
            _ => value(specs, schema, 0)
                .prop_filter("empty", |value| *value != json!([]))
                .boxed(),
        };
        member(parameter.name.clone(), values, always)
    });
    members(each.collect())
}

type Reply = (u16, BTreeMap<String, Value>, Value);

fn reply(specs: &Specs, operation: &Operation) -> BoxedStrategy<Reply> {
    let mut replies: Vec<BoxedStrategy<Reply>> = operation
        .success_responses()
        .map(|response| success(specs, response))
        .collect();
    replies.push(
        prop::sample::select(vec![400_u16, 403, 404, 409, 412, 500])
            .prop_map(|status| (status, BTreeMap::new(), Value::Null))
            .boxed(),
    );
    let weighted = replies
        .into_iter()
        .enumerate()
        .map(|(index, reply)| (if index == 0 { 4 } else { 1 }, reply));
    prop::strategy::Union::new_weighted(weighted.collect()).boxed()
}

fn success(specs: &Specs, response: &Response) -> BoxedStrategy<Reply> {
    let Status::Code(status) = response.status else {
        unreachable!("statuses of ours are exact")
    };
    let headers = response.headers.iter().map(|header| {
        let schema = header.shape.schema().expect("headers of ours have schemas");
        member(header.name.clone(), header_value(specs, schema), header.required)
    });
    let body = match response.content.first() {
        None => Just(Value::Null).boxed(),
        Some(media) if media.is_event_stream() => {
            let event = value(specs, media.schema.expect("events have a schema"), 0);
            prop::collection::vec(event, 0..4).prop_map(Value::Array).boxed()
        }
        Some(media) if media.is_json() => value(specs, media.schema.expect("JSON has a schema"), 0),
        Some(_) => any::<String>().prop_map(Value::String).boxed(),
    };
    (members(headers.collect()), body)
        .prop_map(move |(headers, body)| (status, headers, body))
        .boxed()
}

type Member = BoxedStrategy<Option<(String, Value)>>;

fn member(name: String, value: BoxedStrategy<Value>, always: bool) -> Member {
    let present = value.prop_map(move |value| Some((name.clone(), value)));
    if always {
        present.boxed()
    } else {
        prop_oneof![present, Just(None)].boxed()
    }
}

fn members(each: Vec<Member>) -> BoxedStrategy<BTreeMap<String, Value>> {
    each.prop_map(|members| members.into_iter().flatten().collect())
        .boxed()
}

/// A value that a header can carry: visible ASCII, where the schema does not say more.
fn header_value(specs: &Specs, id: SchemaId) -> BoxedStrategy<Value> {
    match (specs.shape(id), &specs.resolve(id).string.pattern) {
        (Shape::String(StringFormat::Text), None) => "[!-~]{8,40}".prop_map(Value::String).boxed(),
        _ => value(specs, id, 0),
    }
}

/// Any value of a schema.
fn value(specs: &Specs, id: SchemaId, depth: u32) -> BoxedStrategy<Value> {
    let schema = specs.resolve(id);
    let plain = match specs.shape(id) {
        Shape::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Shape::Integer(width) => integer(schema, width),
        Shape::Number { .. } => number(schema),
        Shape::String(format) => string(schema, &format),
        Shape::StringEnum(values) => {
            let values: Vec<Value> = values.into_iter().map(|value| json!(value)).collect();
            prop::sample::select(values).boxed()
        }
        Shape::Array(items) => array(specs, schema, items, depth),
        Shape::Map(values) => map(specs, values, depth),
        Shape::Object => object(specs, id, depth),
        Shape::OneOf(cases, Some(tag)) => {
            let each = cases.iter().map(|case| tagged(specs, *case, tag, depth));
            prop::strategy::Union::new(each.collect::<Vec<_>>()).boxed()
        }
        Shape::OneOf(cases, None) => {
            let each = cases.iter().map(|case| value(specs, *case, depth + 1));
            prop::strategy::Union::new(each.collect::<Vec<_>>()).boxed()
        }
        Shape::Any => prop_oneof![Just(Value::Null), Just(json!({"a": [1, "b"]})), Just(json!(7))].boxed(),
        other => unreachable!("no spec of ours has {other:?}"),
    };
    if schema.nullable {
        prop_oneof![4 => plain, 1 => Just(Value::Null)].boxed()
    } else {
        plain
    }
}

/// An alternative of a union, under the name that tells it apart.
fn tagged(specs: &Specs, case: SchemaId, tag: &Discriminator, depth: u32) -> BoxedStrategy<Value> {
    let name = &tag
        .cases
        .iter()
        .find(|named| named.schema == case)
        .expect("a name for each case")
        .value;
    let (property, name) = (tag.property.clone(), json!(name));
    let tagged = value(specs, case, depth + 1).prop_map(move |mut value| {
        value[property.as_str()] = name.clone();
        value
    });
    tagged.boxed()
}

/// Eighths, which 32 bits hold exactly, or what the schema wants multiples of.
fn number(schema: &Schema) -> BoxedStrategy<Value> {
    let rules = &schema.number;
    let bound = |bound: &Option<Bound>, otherwise: f64| {
        bound.as_ref().map_or((otherwise, false), |bound| {
            (bound.value.as_f64().expect("a number"), bound.exclusive)
        })
    };
    let (least, above) = bound(&rules.minimum, -100_000.0);
    let (most, below) = bound(&rules.maximum, 100_000.0);
    let step = rules
        .multiple_of
        .as_ref()
        .and_then(serde_json::Number::as_f64)
        .unwrap_or(0.125);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounds of the specs at hand are small"
    )]
    let steps = (least / step).ceil() as i32..=(most / step).floor() as i32;
    steps
        .prop_map(move |count| f64::from(count) * step)
        .prop_filter("bounds", move |number| {
            (!above || *number > least) && (!below || *number < most)
        })
        .prop_map(|number| json!(number))
        .boxed()
}

fn integer(schema: &Schema, width: IntegerWidth) -> BoxedStrategy<Value> {
    let bound =
        |bound: &Option<crochet_codegen::ir::Bound>| bound.as_ref().and_then(|bound| bound.value.as_i64());
    let (least, most) = match width {
        IntegerWidth::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        IntegerWidth::Int64 => (-(1 << 53), 1 << 53),
    };
    let least = bound(&schema.number.minimum).unwrap_or(least);
    let most = bound(&schema.number.maximum).unwrap_or(most);
    let step = schema.number.multiple_of.as_ref();
    let step = step.and_then(serde_json::Number::as_i64).unwrap_or(1);
    prop_oneof![8 => least..=most, 1 => Just(least), 1 => Just(most)]
        .prop_map(move |number| json!(number - number % step))
        .boxed()
}

fn string(schema: &Schema, format: &StringFormat) -> BoxedStrategy<Value> {
    match format {
        StringFormat::Uuid => any::<u128>()
            .prop_map(|bits| json!(uuid::Uuid::from_u128(bits)))
            .boxed(),
        StringFormat::DateTime => (0..4_000_000_000_i64)
            .prop_map(|seconds| json!(chrono::DateTime::from_timestamp(seconds, 0).expect("in range")))
            .boxed(),
        StringFormat::Date => (0..40_000_u64)
            .prop_map(|days| json!(chrono::NaiveDate::default() + chrono::Days::new(days)))
            .boxed(),
        _ => text(schema),
    }
}

/// Text that matches the pattern, of a length that the schema allows.
fn text(schema: &Schema) -> BoxedStrategy<Value> {
    let rules = &schema.string;
    let (least, most) = (
        rules.min_length.unwrap_or(0),
        rules.max_length.unwrap_or(u64::MAX),
    );
    let fits = move |text: &String| (least..=most).contains(&(text.chars().count() as u64));
    let any_text = match &rules.pattern {
        Some(pattern) => {
            let bare = pattern.strip_prefix('^').unwrap_or(pattern);
            let bare = bare.strip_suffix('$').unwrap_or(bare);
            string_regex(bare)
                .expect("a pattern that proptest understands")
                .boxed()
        }
        None => string_regex(&format!("\\PC{{{least},{}}}", most.min(least + 24)))
            .expect("a pattern")
            .boxed(),
    };
    any_text
        .prop_filter("length", fits)
        .prop_map(Value::String)
        .boxed()
}

fn array(specs: &Specs, schema: &Schema, items: Option<SchemaId>, depth: u32) -> BoxedStrategy<Value> {
    let least = schema.array.min_items.unwrap_or(0);
    let most = if depth > DEPTH_MAX {
        least
    } else {
        schema.array.max_items.unwrap_or(u64::MAX).min(least + ITEMS_MAX)
    };
    let Some(items) = items else {
        return Just(json!([])).boxed();
    };
    let unique = schema.array.unique_items;
    let range = usize::try_from(least).expect("small")..=usize::try_from(most).expect("small");
    prop::collection::vec(value(specs, items, depth + 1), range)
        .prop_filter("unique", move |items| {
            !unique
                || items
                    .iter()
                    .enumerate()
                    .all(|(index, item)| !items[..index].contains(item))
        })
        .prop_map(Value::Array)
        .boxed()
}

fn map(specs: &Specs, values: Option<SchemaId>, depth: u32) -> BoxedStrategy<Value> {
    let most = if depth > DEPTH_MAX { 0 } else { 3 };
    let each = values.map_or_else(
        || Just(json!("any")).boxed(),
        |values| value(specs, values, depth + 1),
    );
    prop::collection::btree_map("[a-z]{1,8}", each, 0..=most)
        .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>()))
        .boxed()
}

fn object(specs: &Specs, id: SchemaId, depth: u32) -> BoxedStrategy<Value> {
    let flat = specs.flatten(id);
    let each = flat
        .properties
        .iter()
        .filter(|property| property.required || depth <= DEPTH_MAX)
        .map(|property| {
            member(
                property.name.clone(),
                value(specs, property.schema, depth + 1),
                property.required,
            )
        });
    let more = match flat.additional {
        Additional::Schema(values) => map(specs, Some(values), depth),
        Additional::Any | Additional::Unsaid | Additional::Forbidden => Just(json!({})).boxed(),
    };
    (members(each.collect()), more)
        .prop_map(|(members, more)| {
            let mut object: Map<String, Value> = members.into_iter().collect();
            object.extend(more.as_object().cloned().unwrap_or_default());
            Value::Object(object)
        })
        .boxed()
}
