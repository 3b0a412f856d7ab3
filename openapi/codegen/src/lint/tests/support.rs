//! What is reported of foreign documents.

use super::{THINGS, lint};
use crate::diagnostic::Severity;
use crate::lint::Profile;

fn foreign(old: &str, new: &str) -> Vec<(Severity, &'static str)> {
    assert_eq!(
        THINGS.matches(old).count(),
        1,
        "{old:?} stands in the sample once"
    );
    let found = lint(&THINGS.replace(old, new), Profile::Foreign);
    found.iter().map(|one| (one.severity, one.code)).collect()
}

#[test]
fn a_foreign_document_need_not_follow_our_profile() {
    assert_eq!(foreign("operationId: get_thing", "operationId: getThing"), []);
    assert_eq!(foreign("format: int64, minimum", "minimum"), []);
}

#[test]
fn an_example_that_does_not_fit_is_forgiven() {
    assert_eq!(
        foreign("How large., example: 7}", "How large., example: 0}"),
        [(Severity::Warning, "example-invalid")]
    );
}

#[test]
fn a_parameter_that_is_not_read_is_named() {
    let left_out = [(Severity::Warning, "emit-parameter")];
    assert_eq!(
        foreign("{name: page_token, in: query,", "{name: page_token, in: cookie,"),
        left_out
    );
    let schema = "schema: {type: integer, format: int32}, example: 50}";
    assert_eq!(
        foreign(schema, "style: deepObject, schema: {type: object}}"),
        left_out
    );
}

#[test]
fn a_path_parameter_that_is_not_read_stops_generation() {
    let found = foreign(
        "        schema: {$ref: '#/components/schemas/ThingId'}\n    get:",
        "        schema: {type: object}\n    get:",
    );
    assert!(
        found.contains(&(Severity::Error, "unsupported-path-parameter")),
        "{found:?}"
    );
}

#[test]
fn a_form_is_handed_over_as_bytes() {
    let json = "          application/json:\n            schema: {$ref: '#/components/schemas/Thing'}\n            example";
    let form = json.replace("application/json", "application/x-www-form-urlencoded");
    assert_eq!(foreign(json, &form), [(Severity::Warning, "body-as-bytes")]);
}

#[test]
fn alternatives_without_a_discriminator_are_tried_in_turn() {
    let plain = foreign("      discriminator: {propertyName: kind}\n", "");
    assert_eq!(plain, [(Severity::Warning, "emit-untagged-union")]);
}

#[test]
fn what_no_rust_type_mirrors_is_any_value() {
    let kind = "enum: [round, square]}";
    assert_eq!(
        foreign(kind, "enum: [round, square], not: {type: integer}}"),
        [(Severity::Warning, "not-checked")]
    );
    let mixed = "{type: string, description: Which kind., enum: [round, square]}";
    let found = foreign(
        mixed,
        "{type: object, properties: {a: {type: string}}, oneOf: [{type: object}]}",
    );
    assert!(
        found.contains(&(Severity::Warning, "emit-any-value")),
        "{found:?}"
    );
}

#[test]
fn a_callback_is_left_out_with_a_warning() {
    let callback = "x-audit: true\n      callbacks:\n        onDone:\n          '{$request.body#/id}':\n            \
                    post:\n              responses: {'204': {description: D.}}";
    assert_eq!(
        foreign("x-audit: true", callback),
        [(Severity::Warning, "callback-left-out")]
    );
}
