//! Rules for any document.

use super::{breaks, found};

#[test]
fn an_operation_id_is_unique_over_all_documents() {
    breaks(
        "duplicate-operation-id",
        "/paths/~1things~1{thing_id}/put",
        "operationId: replace_thing",
        "operationId: get_thing",
    );
}

#[test]
fn documents_are_judged_together() {
    let texts = [
        ("common.yaml", super::COMMON),
        ("things.yaml", super::THINGS),
        ("copy/things.yaml", super::THINGS),
    ];
    let (_, report) = crate::read::read_text(&texts, crate::lint::Profile::Crochet);
    let of_copy = |code| report.diagnostics.iter().filter(|one| one.code == code).count();
    assert_eq!(
        (of_copy("duplicate-operation-id"), of_copy("duplicate-route")),
        (3, 3),
        "{}",
        report.human()
    );
}

#[test]
fn two_operations_cannot_answer_one_request() {
    let more = "/things/{other}:\n    parameters:\n      - {name: other, in: path, required: true, description: D., \
                schema: {type: string}, example: a}\n    get:\n      operationId: find_thing\n      tags: [things]\n      \
                summary: S\n      security: []\n      responses:\n        '204': {description: D., headers: {ETag: {description: D., schema: {type: string}}}}\n        \
                4XX: {$ref: 'common.yaml#/components/responses/Problem'}\n        \
                5XX: {$ref: 'common.yaml#/components/responses/Problem'}\n  /things:";
    let found = found("/things:", more);
    let codes: Vec<_> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["duplicate-route"], "{found:?}");
    assert!(
        found[0].message.contains("GET /api/things/v1/things/{}"),
        "{}",
        found[0].message
    );
}

/// The sample under another path, and the codes found, each once.
fn codes_under(path: &str) -> Vec<&'static str> {
    let mut codes: Vec<_> = found("/things/{thing_id}:", path)
        .iter()
        .map(|one| one.code)
        .collect();
    codes.dedup();
    codes
}

#[test]
fn path_and_path_parameters_match() {
    assert_eq!(
        codes_under("/things/{thing_id}/{part}:"),
        ["path-parameter-undeclared"]
    );
    assert_eq!(codes_under("/things/one:"), ["path-parameter-unused"]);
}

#[test]
fn a_parameter_has_a_segment_of_its_own() {
    assert_eq!(
        codes_under("/things/{thing_id}.json:"),
        ["unsupported-partial-segment"]
    );
}

#[test]
fn a_scheme_is_declared() {
    let found = found(
        "    apiKey: {$ref: 'common.yaml#/components/securitySchemes/apiKey'}\n",
        "",
    );
    assert!(
        found.len() == 3 && found.iter().all(|one| one.code == "scheme-undeclared"),
        "{found:?}"
    );
    assert_eq!(
        found[0].location.pointer.as_ref(),
        "/paths/~1things/get/security/1/apiKey"
    );
}

#[test]
fn a_scope_is_declared() {
    breaks(
        "scope-undeclared",
        "/paths/~1things~1{thing_id}/put/security/0/oauth2",
        "[{oauth2: ['things:write']}, {apiKey: []}]",
        "[{oauth2: ['things:wirte']}, {apiKey: []}]",
    );
}

#[test]
fn an_api_key_has_no_scopes() {
    breaks(
        "scheme-without-scopes",
        "/paths/~1things~1{thing_id}/put/security/1/apiKey",
        "[{oauth2: ['things:write']}, {apiKey: []}]",
        "[{oauth2: ['things:write']}, {apiKey: ['things:write']}]",
    );
}

#[test]
fn a_pattern_is_one_that_rust_understands() {
    breaks(
        "pattern-invalid",
        "/components/schemas/ThingId",
        "^[a-z][a-z0-9]*$",
        "^(?=a)",
    );
}

#[test]
fn a_required_property_is_declared() {
    breaks(
        "required-undeclared",
        "/components/schemas/ThingPage",
        "required: [items]",
        "required: [items, itmes]",
    );
}

#[test]
fn an_example_fits_its_schema() {
    breaks(
        "example-invalid",
        "/components/schemas/Thing/properties/size/example",
        "How large., example: 7}",
        "How large., example: 0}",
    );
    breaks(
        "example-invalid",
        "/paths/~1things~1{thing_id}/put/requestBody/content/application~1json/example",
        "{id: a1, kind: round, size: 7}",
        "{id: a1, kind: oval, size: 7}",
    );
}

#[test]
fn a_default_fits_its_schema() {
    breaks(
        "default-invalid",
        "/components/schemas/Thing/properties/size",
        "format: int64, minimum: 1,",
        "format: int64, minimum: 1, default: 0,",
    );
}

#[test]
fn a_broken_reference_is_one_mistake() {
    let item = "/components/schemas/Thing/properties/id/$ref";
    breaks(
        "unresolved-reference",
        item,
        "id: {$ref: '#/components/schemas/ThingId'}",
        "id: {$ref: '#/components/schemas/Thing_Id'}",
    );
    let done =
        "'204': {description: Done.}\n        4XX: {$ref: 'common.yaml#/components/responses/Problem'}";
    let broken = done.replace("Problem", "Porblem");
    breaks(
        "unresolved-reference",
        "/paths/~1things~1{thing_id}/put/responses/4XX/$ref",
        done,
        &broken,
    );
}
