//! Whether values fit schemas.

use serde_json::{Value, json};

use crate::lint::Profile;
use crate::lint::instance::Checker;
use crate::read::read_text;

/// The fault of a value under the schema `S`, as `pointer: message`.
fn fault(schemas: &Value, value: &Value) -> Option<String> {
    let document = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {},
        "components": {"schemas": schemas}});
    let (specs, _) = read_text(&[("t.json", &document.to_string())], Profile::Foreign);
    let schema = specs.named("t", "S").expect("the schema is declared");
    Checker::new(&specs)
        .first_fault(schema.id, value)
        .map(|fault| format!("{}: {}", fault.pointer, fault.message))
}

#[track_caller]
fn fits(schema: &Value, good: &[Value], bad: &[Value]) {
    let schemas = json!({ "S": schema.clone() });
    for value in good {
        assert_eq!(fault(&schemas, value), None, "{value} fits");
    }
    for value in bad {
        assert!(fault(&schemas, value).is_some(), "{value} does not fit");
    }
}

#[test]
fn numbers_are_checked() {
    fits(
        &json!({"type": "integer", "format": "int32"}),
        &[json!(7), json!(-1)],
        &[json!(7.5), json!("7"), json!(1_u64 << 40)],
    );
    fits(
        &json!({"type": "number", "minimum": 1, "exclusiveMinimum": true}),
        &[json!(1.5)],
        &[json!(1)],
    );
    fits(
        &json!({"type": "integer", "maximum": 9, "multipleOf": 3}),
        &[json!(9)],
        &[json!(8), json!(12)],
    );
}

#[test]
fn strings_are_measured_in_characters() {
    fits(
        &json!({"type": "string", "maxLength": 2}),
        &[json!("äö")],
        &[json!("abc")],
    );
    fits(
        &json!({"type": "string", "pattern": "b+$"}),
        &[json!("abb")],
        &[json!("ba")],
    );
}

#[test]
fn null_needs_leave() {
    fits(&json!({"type": "string"}), &[], &[Value::Null]);
    fits(&json!({"type": "string", "nullable": true}), &[Value::Null], &[]);
}

#[test]
fn a_fault_deep_inside_has_its_pointer() {
    let schemas = json!({"S": {"type": "array", "items": {"$ref": "#/components/schemas/T"}},
        "T": {"type": "object", "required": ["a"], "properties": {"a": {"type": "object", "additionalProperties": {"type": "string"}}}}});
    assert_eq!(
        fault(&schemas, &json!([{"a": {"x/y": 1}}])).as_deref(),
        Some("/0/a/x~1y: string is wanted, not 1")
    );
    assert_eq!(
        fault(&schemas, &json!([{}])).as_deref(),
        Some("/0: `a` is missing")
    );
}

#[test]
fn unknown_properties_are_refused_where_forbidden() {
    fits(
        &json!({"type": "object", "additionalProperties": false}),
        &[json!({})],
        &[json!({"a": 1})],
    );
}

#[test]
fn compositions_are_checked() {
    let odd = json!({"oneOf": [{"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 3}]});
    fits(&odd, &[json!(2), json!(3)], &[json!(6), json!(5)]);
    fits(
        &json!({"anyOf": [{"type": "string"}, {"type": "boolean"}]}),
        &[json!(true)],
        &[json!(1)],
    );
    fits(&json!({"not": {"type": "string"}}), &[json!(1)], &[json!("a")]);
}

#[test]
fn a_schema_inside_itself_comes_to_an_end() {
    let schemas = json!({"S": {"allOf": [{"$ref": "#/components/schemas/S"}], "type": "object"}});
    assert_eq!(fault(&schemas, &json!({})), None);
    let again = json!({"$ref": "#/components/schemas/S"});
    assert_eq!(
        fault(&json!({"S": {"allOf": [again, again, again]}}), &json!({})),
        None
    );
}

#[test]
fn properties_of_one_side_are_not_demanded() {
    let schema = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "readOnly": true}}});
    fits(&schema, &[json!({})], &[]);
}
