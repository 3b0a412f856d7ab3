//! The client of small documents, each with one thing that progenitor alone refuses.

use quote::quote;
use serde_json::{Value, json};

use super::names::ApiNames;
use super::profile::{Profile, profile};
use super::{ClientSource, Layout, generate};
use crate::emit::{GeneratedFile, corpus, golden};
use crate::ir::Specs;
use crate::lint::Profile as Rules;
use crate::plan::Plan;

/// A document with one operation, `act`, in which `{…}` is put below it.
fn document(operation: &str) -> Specs {
    let text = format!(
        r#"{{
            "openapi": "3.0.3",
            "info": {{"title": "Things", "version": "1.0.0"}},
            "servers": [{{"url": "/api/things/v1"}}],
            "paths": {{"/things/{{thing_id}}": {{
                "parameters": [{{"name": "thing_id", "in": "path", "required": true, "schema": {{"type": "string"}}}}],
                "post": {{"operationId": "act", "tags": ["things"], {operation}}}
            }}}},
            "components": {{"schemas": {{
                "Thing": {{"type": "object", "properties": {{"name": {{"type": "string"}}}}}},
                "Problem": {{"type": "object", "properties": {{"detail": {{"type": "string"}}}}}}
            }}}}
        }}"#
    );
    let (specs, report) = crate::read_text(&[("things.json", &text)], Rules::Foreign);
    assert!(report.errors().next().is_none(), "{:?}", report.diagnostics);
    specs
}

fn profile_of(specs: &Specs) -> Profile {
    let spec = &specs.documents[0];
    profile(
        &Plan::new(specs),
        spec,
        &ApiNames::new(spec, quote!(::crochet_api)),
    )
}

fn client_of(specs: &Specs) -> ClientSource {
    let layout = Layout {
        api: "::crochet_api",
        generated: "crate::generated",
    };
    generate(specs, layout).expect("a client")
}

/// The operation as progenitor is given it.
fn profiled(operation: &str) -> Value {
    let specs = document(operation);
    profile_of(&specs).document["paths"]["/things/{thing_id}"]["post"].clone()
}

/// The adapter, once all of the client is written.
fn adapter(operation: &str) -> String {
    client_of(&document(operation)).adapter.files.remove(0).code
}

const THING: &str = r##"{"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}"##;
const PROBLEM: &str =
    r##"{"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}"##;

fn content_of(response: &Value) -> Vec<&String> {
    response["content"]
        .as_object()
        .map(|content| content.keys().collect())
        .unwrap_or_default()
}

#[test]
fn problems_are_json_for_all_of_4xx_and_5xx_whatever_the_document_lists() {
    for errors in [
        format!(r#""404": {{"description": "", "content": {PROBLEM}}}"#),
        format!(r#""default": {{"description": "", "content": {PROBLEM}}}"#),
        format!(r#""4XX": {{"description": "", "content": {PROBLEM}}}, "409": {{"description": ""}}"#),
    ] {
        let responses = profiled(&format!(
            r#""responses": {{"204": {{"description": ""}}, {errors}}}"#
        ))["responses"]
            .clone();
        let statuses: Vec<&String> = responses.as_object().expect("responses").keys().collect();
        assert_eq!(statuses, ["204", "4XX", "5XX"]);
        assert_eq!(content_of(&responses["4XX"]), ["application/json"]);
    }
}

#[test]
fn one_json_success_stays_json() {
    let operation = profiled(&format!(
        r#""responses": {{"201": {{"description": "", "content": {THING}}}}}"#
    ));
    assert_eq!(content_of(&operation["responses"]["201"]), ["application/json"]);
}

#[test]
fn several_successes_become_bytes_that_the_adapter_decodes_by_status() {
    let responses = format!(
        r#""responses": {{"200": {{"description": "", "content": {THING}}}, "204": {{"description": ""}}}}"#
    );
    let operation = profiled(&responses);
    for status in ["200", "204"] {
        assert_eq!(
            content_of(&operation["responses"][status]),
            ["application/octet-stream"]
        );
    }
    let adapter = adapter(&responses);
    assert!(
        adapter.contains("200u16 =>")
            && adapter.contains("wire::json::<api::things::Thing>")
            && adapter.contains("204u16 =>"),
        "{adapter}"
    );
}

#[test]
fn a_304_is_left_out_and_read_from_the_undecoded_answer() {
    let responses = format!(
        r#""responses": {{"200": {{"description": "", "content": {THING}}}, "304": {{"description": "", "headers": {{"ETag": {{"required": true, "schema": {{"type": "string"}}}}}}}}}}"#
    );
    assert_eq!(profiled(&responses)["responses"]["304"], Value::Null);
    let adapter = adapter(&responses);
    assert!(
        adapter.contains("== 304u16") && adapter.contains("NotModified"),
        "{adapter}"
    );
}

#[test]
fn events_and_binary_bodies_are_streams() {
    for (media, reader) in [
        ("text/event-stream", "wire::events::<api::things::Thing>"),
        ("image/png", "wire::bytes("),
    ] {
        let content = THING.replace("application/json", media);
        let responses = format!(r#""responses": {{"200": {{"description": "", "content": {content}}}}}"#);
        assert_eq!(
            content_of(&profiled(&responses)["responses"]["200"]),
            ["application/octet-stream"]
        );
        assert!(adapter(&responses).contains(reader));
    }
}

#[test]
fn a_stream_of_events_resumes_where_the_operation_takes_an_id() {
    let content = THING.replace("application/json", "text/event-stream");
    let responses = format!(r#""responses": {{"200": {{"description": "", "content": {content}}}}}"#);
    let parameter =
        r#""parameters": [{"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}]"#;
    assert!(adapter(&format!("{parameter}, {responses}")).contains("resuming("));
    assert!(!adapter(&responses).contains("resuming("));
}

#[test]
fn a_stream_that_may_be_answered_with_nothing_resumes_until_it_is() {
    let content = THING.replace("application/json", "text/event-stream");
    let responses = format!(
        r#""responses": {{"200": {{"description": "", "content": {content}}}, "204": {{"description": ""}}}}"#
    );
    let parameter =
        r#""parameters": [{"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}]"#;
    let adapter = adapter(&format!("{parameter}, {responses}"));
    for part in ["other => return Ok(other)", "resuming(", "204u16 =>"] {
        assert!(adapter.contains(part), "{part} is not in {adapter}");
    }
}

#[test]
fn a_merge_patch_is_json_to_progenitor_and_a_merge_patch_on_the_wire() {
    let content = THING.replace("application/json", "application/merge-patch+json");
    let operation = format!(
        r#""requestBody": {{"required": true, "content": {content}}}, "responses": {{"204": {{"description": ""}}}}"#
    );
    assert_eq!(
        content_of(&profiled(&operation)["requestBody"]),
        ["application/json"]
    );
    assert!(adapter(&operation).contains(r#"Some("application/merge-patch+json")"#));
}

#[test]
fn an_optional_or_manifold_body_is_bytes_made_by_the_adapter() {
    let done = r#""responses": {"204": {"description": ""}}"#;
    let optional = format!(r#""requestBody": {{"content": {THING}}}, {done}"#);
    let text = r#""text/csv": {"schema": {"type": "string"}}"#;
    let manifold = format!(
        r#""requestBody": {{"required": true, "content": {{{text}, {}}}, {done}"#,
        &THING[1..THING.len()]
    );
    for operation in [optional, manifold] {
        assert_eq!(
            content_of(&profiled(&operation)["requestBody"]),
            ["application/octet-stream"]
        );
        assert!(adapter(&operation).contains("wire::to_json(&body)?"));
    }
}

#[test]
fn a_list_with_separators_is_one_text() {
    let operation = r#"
        "parameters": [{"name": "ids", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "string"}}}],
        "responses": {"204": {"description": ""}}"#;
    assert!(adapter(operation).contains("wire::joined(&value, ',')"));
}

#[test]
fn every_schema_stands_for_a_type_that_servers_use() {
    let specs = document(&format!(
        r#""responses": {{"200": {{"description": "", "content": {THING}}}}}"#
    ));
    let profile = profile_of(&specs);
    let types = json!(profile.types);
    assert_eq!(types["Thing"], ":: crochet_api :: things :: Thing");
    assert_eq!(types["Problem"], ":: crochet_openapi :: Problem");
    assert_eq!(profile.document["components"]["schemas"]["Thing"], json!({}));
}

#[test]
fn two_types_of_one_name_are_told_apart() {
    let problem = PROBLEM.replace("problem+json", "json");
    let specs = document(&format!(
        r#""responses": {{"200": {{"description": "", "content": {problem}}}}}"#
    ));
    let profile = profile_of(&specs);
    assert_eq!(profile.types.len(), 3, "{:?}", profile.types);
}

#[test]
fn every_operation_of_ours_has_a_method_and_a_call() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let (specs, _) = crate::read(&[folder], Rules::Crochet);
    let source = client_of(&specs);
    for (spec, operation) in specs.operations() {
        let code_of = |files: &[GeneratedFile]| {
            files
                .iter()
                .find(|file| file.module == spec.module)
                .expect("a file for each document")
                .code
                .clone()
        };
        let name = operation.name();
        assert!(
            code_of(&source.adapter.files).contains(&format!("async fn {name}(")),
            "{name}"
        );
        assert!(
            code_of(&source.calls.files).contains(&format!("pub fn {name}(")),
            "{name}"
        );
    }
}

#[test]
fn the_stored_client_is_what_the_generator_writes() {
    let layout = Layout {
        api: "crate::golden::api",
        generated: "crate::golden",
    };
    let source = generate(&golden::tea_house(), layout).expect("a client of the small spec");
    golden::compare("client/transport.rs", &source.transport);
    golden::compare("client/adapter.rs", &source.adapter);
    golden::compare("client/calls.rs", &source.calls);
    golden::compare("client/values.rs", &source.values);
    golden::compare("client/echo.rs", &source.echo);
}

/// Progenitor is slow on the larger documents, and they say nothing new.
const BYTES_MAX: u64 = 100_000;

#[test]
fn every_sound_document_of_the_corpus_gets_a_client() {
    let Some(folder) = corpus::corpus() else { return };
    let files = std::fs::read_dir(folder.path())
        .expect("the corpus")
        .map(|entry| entry.expect("a file").path());
    let mut clients = 0;
    for file in files.filter(|file| {
        file.metadata()
            .is_ok_and(|file| file.is_file() && file.len() < BYTES_MAX)
    }) {
        let (specs, report) = crate::read(&[file], Rules::Foreign);
        let layout = Layout {
            api: "crochet_api",
            generated: "crate::generated",
        };
        match generate(&specs, layout) {
            Ok(source) => clients += source.transport.files.len(),
            Err(refusal) => assert!(report.errors().next().is_some(), "{refusal}"),
        }
    }
    assert!(clients > 50, "only {clients} clients");
}
