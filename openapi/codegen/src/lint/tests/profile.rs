//! Rules for our own documents.

use super::{THINGS, breaks, found, lint};
use crate::lint::Profile;

#[test]
fn the_version_is_3_0_3() {
    breaks("openapi-version", "", "openapi: 3.0.3", "openapi: 3.0.1");
}

#[test]
fn the_base_path_names_the_document() {
    breaks("base-path", "/servers/0", "/api/things/v1", "/api/thing/v1");
    breaks("base-path", "/servers/0", "/api/things/v1", "/api/things/vx");
}

#[test]
fn an_operation_id_is_verb_and_noun() {
    let pointer = "/paths/~1things~1{thing_id}/get";
    for id in [
        "operationId: getThing",
        "operationId: get-thing",
        "operationId: get",
        "description: nothing",
    ] {
        breaks("operation-id", pointer, "operationId: get_thing", id);
    }
}

#[test]
fn an_operation_has_one_tag_and_the_document_describes_it() {
    let put = "operationId: replace_thing\n      tags: [things]";
    let pointer = "/paths/~1things~1{thing_id}/put";
    for tags in ["[things, other]", "[]", "[other]"] {
        breaks(
            "operation-tag",
            pointer,
            put,
            &format!("operationId: replace_thing\n      tags: {tags}"),
        );
    }
}

#[test]
fn an_operation_has_a_summary() {
    breaks(
        "summary-missing",
        "/paths/~1things~1{thing_id}/put",
        "      summary: Replace a thing\n",
        "",
    );
}

#[test]
fn success_is_one_code_with_one_media_type() {
    let put = "/paths/~1things~1{thing_id}/put";
    breaks(
        "success-response",
        &format!("{put}/responses/2XX"),
        "'204': {description: Done.}",
        "2XX: {description: D.}",
    );
    breaks(
        "success-response",
        put,
        "        '204': {description: Done.}\n",
        "",
    );
    breaks(
        "success-response",
        &format!("{put}/responses/204"),
        "'204': {description: Done.}",
        "'204': {description: D., content: {text/plain: {}, text/html: {}}}",
    );
}

#[test]
fn errors_are_the_two_ranges_of_problem() {
    let put = "/paths/~1things~1{thing_id}/put";
    let done = "'204': {description: Done.}";
    let more = |more: &str| format!("{done}\n        {more}");
    breaks(
        "error-response",
        &format!("{put}/responses/404"),
        done,
        &more("'404': {description: D.}"),
    );
    breaks(
        "error-response",
        &format!("{put}/responses/default"),
        done,
        &more("default: {description: D.}"),
    );
    let own = "4XX: {description: D., content: {application/json: {schema: {type: object}}}}";
    let both = "4XX: {$ref: 'common.yaml#/components/responses/Problem'}";
    let tail = format!("{done}\n        {both}");
    breaks(
        "error-response",
        &format!("{put}/responses/4XX"),
        &tail,
        &more(own),
    );
    breaks("error-response", put, &tail, done);
}

#[test]
fn parameters_are_written_in_one_way() {
    let limit = "/paths/~1things/get/parameters/0";
    let head = "{name: limit, in: query, description: How many., schema:";
    let with = |extra: &str| format!("{{name: limit, in: query, description: How many., {extra}, schema:");
    breaks("parameter-style", limit, head, &with("explode: false"));
    breaks("parameter-style", limit, head, &with("style: deepObject"));
    let found = found("{name: page_token, in: query,", "{name: page_token, in: cookie,");
    assert!(found.iter().any(|one| one.code == "parameter-style"), "{found:?}");
    breaks(
        "parameter-style",
        limit,
        "schema: {type: integer, format: int32}",
        "content: {application/json: {schema: {type: integer, format: int32}}}",
    );
}

#[test]
fn a_pattern_says_what_it_means() {
    let said = "x-pattern-means: lower-case letters and digits";
    breaks(
        "pattern-meaning",
        "/components/schemas/ThingId",
        said,
        "x-pattern-means: ' '",
    );
}

#[test]
fn an_extension_means_something_where_it_stands() {
    let put = "/paths/~1things~1{thing_id}/put";
    for wrong in [
        "x-audit: yes please",
        "x-aduit: true",
        "x-idempotent: true",
        "x-body-limit: 0",
    ] {
        breaks("extension", put, "x-audit: true", wrong);
    }
    assert_eq!(found("x-audit: true", "x-body-limit: 100"), []);
    breaks(
        "extension",
        "/paths/~1things/get",
        "summary: List things",
        "summary: S\n      x-body-limit: 9",
    );
    for wrong in ["x-order: first", "x-oder: 1"] {
        breaks(
            "extension",
            "",
            "version: 1.0.0",
            &format!("version: 1.0.0, {wrong}"),
        );
    }
    assert_eq!(found("version: 1.0.0", "version: 1.0.0, x-order: 1"), []);
}

#[test]
fn silence_is_not_public() {
    let security = "summary: Replace a thing\n      x-audit: true\n      security: [{oauth2: ['things:write']}, {apiKey: []}]";
    breaks(
        "security-missing",
        "/paths/~1things~1{thing_id}/put",
        security,
        "summary: S",
    );
    assert_eq!(found(security, "summary: S\n      security: []"), []);
}

#[test]
fn an_integer_says_how_wide_it_is() {
    breaks(
        "integer-format",
        "/components/schemas/Thing/properties/size",
        "format: int64, minimum",
        "minimum",
    );
}

#[test]
fn one_of_has_a_discriminator_that_every_alternative_requires() {
    let shape = "/components/schemas/Shape";
    breaks("one-of", shape, "      discriminator: {propertyName: kind}\n", "");
    breaks(
        "one-of",
        shape,
        "discriminator: {propertyName: kind}",
        "discriminator: {propertyName: colour}",
    );
    breaks(
        "one-of",
        shape,
        "discriminator: {propertyName: kind}",
        "discriminator: {propertyName: kind}\n      type: object",
    );
}

#[test]
fn any_of_and_not_are_avoided() {
    let shape = "/components/schemas/Shape";
    breaks(
        "any-of",
        shape,
        "oneOf: [{$ref: '#/components/schemas/Round'},",
        "anyOf: [{$ref: '#/components/schemas/Round'},",
    );
    let not = "Which kind., not: {type: string, enum: [flat]},";
    breaks(
        "not",
        "/components/schemas/Thing/properties/kind",
        "Which kind.,",
        not,
    );
}

#[test]
fn all_of_gathers_open_objects() {
    let round = "/components/schemas/Round";
    breaks(
        "all-of",
        round,
        "        - type: object\n",
        "        - type: object\n          additionalProperties: false\n",
    );
    breaks(
        "all-of",
        round,
        "        - type: object\n",
        "        - type: string\n        - type: object\n",
    );
}

#[test]
fn an_enumeration_holds_words() {
    let kind = "/components/schemas/Thing/properties/kind";
    let found = found("enum: [round, square]", "enum: [1, square]");
    assert!(
        found
            .iter()
            .any(|one| one.code == "enum-values" && one.location.pointer.as_ref() == kind),
        "{found:?}"
    );
}

#[test]
fn everything_is_described() {
    let size = "description: How large., ";
    breaks(
        "description-missing",
        "/components/schemas/Thing/properties/size",
        size,
        "",
    );
    breaks(
        "description-missing",
        "/components/schemas/Kinded",
        "      description: What has a kind.\n",
        "",
    );
    breaks(
        "description-missing",
        "/paths/~1things/get/parameters/0",
        "description: How many., ",
        "",
    );
}

#[test]
fn everything_has_an_example() {
    breaks(
        "example-missing",
        "/components/schemas/Thing/properties/size",
        ", example: 7}",
        "}",
    );
    breaks(
        "example-missing",
        "/paths/~1things/get/parameters/0",
        ", example: 50}",
        "}",
    );
}

#[test]
fn a_list_comes_in_pages() {
    let list = "/paths/~1things/get";
    breaks("list-pages", list, "{name: limit, in", "{name: count, in");
    breaks("list-pages", list, "{name: page_token, in", "{name: page, in");
    breaks("list-pages", list, "next_page: {type", "next: {type");
    breaks("list-pages", list, "schemas/ThingPage'", "schemas/Thing'");
}

#[test]
fn what_a_help_refers_to_is_there() {
    let common = include_str!("../../../../specs/common.yaml");
    let done = "'204': {description: Done.}";
    let without = THINGS
        .replace("{name: limit, in", "{name: count, in")
        .replace("{name: page_token, in", "{name: page, in")
        .replace(
            "        4XX: {$ref: 'common.yaml#/components/responses/Problem'}\n",
            "",
        )
        .replace(
            "        5XX: {$ref: 'common.yaml#/components/responses/Problem'}\n",
            "",
        );
    assert!(without.contains(done));
    let helps: Vec<String> = lint(&without, Profile::Crochet)
        .into_iter()
        .filter_map(|one| one.hint)
        .collect();
    for kind in [
        "parameters/Limit",
        "parameters/PageToken",
        "responses/ClientError",
        "responses/ServerError",
    ] {
        assert!(
            helps.iter().any(|help| help.contains(kind)),
            "{kind} of {helps:?}"
        );
        let (section, name) = kind.split_once('/').unwrap();
        let (_, behind) = common.split_once(&format!("\n  {section}:")).unwrap();
        assert!(
            behind.contains(&format!("\n    {name}:\n")),
            "{kind} is not in common.yaml"
        );
    }
}

#[test]
fn what_changes_has_an_etag() {
    let item = "/paths/~1things~1{thing_id}";
    breaks(
        "etag-missing",
        &format!("{item}/put"),
        "{name: If-Match,",
        "{name: If-Matches,",
    );
    breaks(
        "etag-missing",
        &format!("{item}/get"),
        "            ETag: {",
        "            X-Tag: {",
    );
}

#[test]
fn all_mistakes_of_all_rules_come_at_once() {
    let wrong = THINGS
        .replace("operationId: get_thing", "operationId: getThing")
        .replace("format: int64, ", "")
        .replace("description: A square.", "title: A square.");
    let found = lint(&wrong, Profile::Crochet);
    let codes: Vec<_> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["operation-id", "integer-format", "description-missing"]);
}
