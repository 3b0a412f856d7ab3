//! Nothing is dropped in silence: what is said about what does not fit.

use super::read;
use crate::diagnostic::Severity;

/// The complaints as `severity code line pointer`.
fn complaints(body: &str) -> Vec<String> {
    let (_, report) = read(body);
    let show = |one: &crate::diagnostic::Diagnostic| {
        format!(
            "{} {} {} {}",
            one.severity.as_str(),
            one.code,
            one.location.line,
            one.location.pointer
        )
    };
    report.diagnostics.iter().map(show).collect()
}

#[test]
fn a_field_that_openapi_does_not_know_is_named() {
    assert_eq!(
        complaints("paths: {}\ncolour: red"),
        ["warning unknown-field 4 /colour"]
    );
    assert_eq!(complaints("paths: {}\nx-colour: red"), [] as [&str; 0]);
    let keyword = "paths: {}\ncomponents:\n  schemas:\n    A:\n      patternProperties: {}";
    assert_eq!(
        complaints(keyword),
        ["warning unknown-field 7 /components/schemas/A/patternProperties"]
    );
}

#[test]
fn a_value_of_the_wrong_type_is_an_error() {
    assert_eq!(complaints("paths: []"), ["error wrong-type 3 /paths"]);
    let schema = "paths: {}\ncomponents:\n  schemas:\n    A: {type: [string], minLength: -1, nullable: 'yes', required: true}";
    let found = complaints(schema);
    let expected = [
        "error wrong-type 6 /components/schemas/A/type",
        "error wrong-type 6 /components/schemas/A/minLength",
        "error wrong-type 6 /components/schemas/A/nullable",
        "warning wrong-type 6 /components/schemas/A/required",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_stands_beside_a_reference_is_named() {
    let found = complaints(
        "paths: {}\ncomponents:\n  schemas:\n    A: {items: {$ref: '#/components/schemas/B', nullable: true}}\n    B: {}",
    );
    assert_eq!(
        found,
        ["note ignored-beside-reference 6 /components/schemas/A/items"]
    );
}

#[test]
fn what_openapi_demands_and_is_missing_is_named() {
    let found = complaints("paths:\n  /a:\n    get:\n      responses:\n        '200': {}");
    assert_eq!(found, ["warning missing-field 7 /paths/~1a/get/responses/200"]);
}

#[test]
fn words_that_mean_nothing_are_errors() {
    let body = "paths:\n  /a:\n    get:\n      parameters:\n        - {name: a, in: body, schema: {}}\n        - {name: b, in: query, style: matrix, schema: {type: string}}\n      responses:\n        '20': {description: D}";
    let expected = [
        "error unknown-parameter-place 7 /paths/~1a/get/parameters/0",
        "error unknown-parameter-style 8 /paths/~1a/get/parameters/1",
        "error unknown-status 10 /paths/~1a/get/responses/20",
    ];
    assert_eq!(complaints(body), expected);
}

#[test]
fn many_mistakes_of_many_files_come_at_once() {
    let texts = [
        ("a.yaml", "openapi: 3.0.3\npaths: []"),
        ("b.yaml", "openapi: 3.0.3\npaths: {a: {}}"),
        ("c.yaml", "a: ["),
    ];
    let (_, report) = crate::read::read_text(&texts, crate::lint::Profile::Foreign);
    let files: Vec<_> = report
        .errors()
        .map(|error| error.location.file.to_string())
        .collect();
    assert_eq!(files, ["a.yaml", "b.yaml", "c.yaml"]);
    assert_eq!(report.count(Severity::Warning), 2, "both lack `info`");
}
