//! Operations, parameters, bodies, security.

use serde_json::json;

use super::{read, sound};
use crate::ir::{ParameterIn, ParameterStyle, SecuritySchemeKind, SpecVersion, Status, ValueShape};
use crate::lint::Profile;
use crate::read::read_text;

const PETS: &str = "
servers: [{url: 'https://{host}/v1/', variables: {host: {default: example.com}}}]
tags: [{name: pets, description: Pets.}]
security: [{key: []}]
paths:
  /pets/{pet_id}:
    summary: A pet
    parameters:
      - {name: pet_id, in: path, required: true, schema: {type: string}}
      - {name: verbose, in: query, schema: {type: boolean}}
    put:
      tags: [pets]
      x-audit: true
      security: [{oauth: [write], key: []}, {}]
      parameters:
        - {$ref: '#/components/parameters/Verbose'}
        - {name: filter, in: query, style: deepObject, content: {application/json: {schema: {type: object}}}}
      requestBody: {$ref: '#/components/requestBodies/Pet'}
      responses:
        204: {description: Done., headers: {ETag: {required: true, schema: {type: string}}}}
        303: {$ref: '#/components/responses/Elsewhere'}
        4XX: {description: Bad.}
        default: {description: Worse.}
    get:
      operationId: read_pet
      deprecated: true
      responses:
        '200':
          description: A pet.
          content: {application/json: {schema: {type: object}, example: {a: 1}}}
          links: {again: {operationId: read_pet, parameters: {pet_id: $response.body#/id}}}
components:
  parameters:
    Verbose: {name: verbose, in: query, required: true, schema: {type: array, items: {type: string}}}
  requestBodies:
    Pet: {required: true, content: {multipart/form-data: {schema: {type: object, properties: {a: {type: string}}}, encoding: {a: {contentType: image/png}}}}}
  responses:
    Elsewhere: {description: There.}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Api-Key}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {write: Write.}}}}
";

#[test]
fn an_operation_gathers_what_stands_around_it() {
    let (specs, _) = read(PETS);
    let spec = &specs.documents[0];
    assert_eq!((spec.module.as_str(), spec.base_path()), ("t", "/v1"));
    assert_eq!(spec.version, SpecVersion::V3_0("3.0.3".to_owned()));
    let put = &spec.operations[0];
    assert_eq!(
        (put.name().as_str(), put.summary.as_deref()),
        ("put_pets_by_pet_id", Some("A pet"))
    );
    assert!(put.extensions.flag("x-audit") && !put.extensions.flag("x-idempotent"));
    let parameters: Vec<_> = put
        .parameters
        .iter()
        .map(|one| (one.name.as_str(), one.place, one.required))
        .collect();
    let query = ParameterIn::Query;
    assert_eq!(
        parameters,
        [
            ("pet_id", ParameterIn::Path, true),
            ("verbose", query, true),
            ("filter", query, false)
        ]
    );
    let verbose = put.parameter(query, "verbose").expect("it is declared");
    assert_eq!((verbose.style, verbose.explode), (ParameterStyle::Form, true));
    assert_eq!(
        verbose.component.as_ref().map(|name| name.name.as_str()),
        Some("Verbose")
    );
    assert!(matches!(
        put.parameter(query, "filter").map(|one| &one.shape),
        Some(ValueShape::Content(_))
    ));
    assert_eq!(
        spec.operations[1]
            .parameter(query, "verbose")
            .map(|one| one.required),
        Some(false)
    );
}

#[test]
fn responses_are_found_by_what_they_stand_for() {
    let (specs, _) = read(PETS);
    let put = &specs.documents[0].operations[0];
    let success: Vec<_> = put.success_responses().map(|response| response.status).collect();
    assert_eq!(success, [Status::Code(204), Status::Code(303)]);
    let errors: Vec<_> = put
        .error_responses()
        .map(|response| response.status.to_string())
        .collect();
    assert_eq!(errors, ["4XX", "default"]);
    assert!(
        put.responses[0]
            .header("etag")
            .is_some_and(|header| header.required)
    );
    let get = &specs.documents[0].operations[1];
    assert_eq!(
        get.responses[0].links[0].parameters,
        [("pet_id".to_owned(), json!("$response.body#/id"))]
    );
    assert_eq!(
        get.responses[0]
            .json()
            .and_then(|media| media.examples[0].value.clone()),
        Some(json!({"a": 1}))
    );
}

#[test]
fn security_is_an_or_of_ands() {
    let (specs, _) = read(PETS);
    let spec = &specs.documents[0];
    let put = spec.operations[0].security.as_ref().expect("it says so");
    assert_eq!(
        (
            put.alternatives.len(),
            put.alternatives[0].schemes.len(),
            put.scopes()
        ),
        (2, 2, vec!["write"])
    );
    assert!(!put.is_public() && !put.inherited);
    let get = spec.operations[1]
        .security
        .as_ref()
        .expect("the document says so");
    assert!(get.inherited && !get.is_public());
    assert!(
        matches!(&spec.security_schemes[1].kind, SecuritySchemeKind::OAuth2(flows) if flows.all().count() == 1)
    );
}

#[test]
fn encodings_of_a_multipart_body_are_kept() {
    let (specs, _) = read(PETS);
    let body = specs.documents[0].operations[0]
        .request_body
        .as_ref()
        .expect("it has one");
    assert_eq!(
        body.component.as_ref().map(|name| name.name.as_str()),
        Some("Pet")
    );
    assert_eq!(
        body.content[0].encodings[0].content_type.as_deref(),
        Some("image/png")
    );
}

#[test]
fn public_and_silent_are_different() {
    let specs = sound("paths: {/a: {get: {security: [], responses: {}}, put: {responses: {}}}}");
    let [get, put] = specs.documents[0].operations.as_slice() else {
        panic!("two operations")
    };
    assert!(get.security.as_ref().is_some_and(crate::ir::Security::is_public));
    assert_eq!(put.security, None);
}

#[test]
fn callbacks_are_kept() {
    let (specs, report) = read(
        "paths: {/a: {post: {responses: {}, callbacks: {done: {'{$url}': {post: {operationId: tell, responses: {}}}}}}}}",
    );
    let callback = &specs.documents[0].operations[0].callbacks[0];
    assert_eq!(
        (callback.name.as_str(), callback.expression.as_str()),
        ("done", "{$url}")
    );
    assert_eq!(callback.operations[0].operation_id.as_deref(), Some("tell"));
    assert_eq!(report.errors().count(), 0);
}

#[test]
fn other_dialects_get_a_clear_report() {
    for (text, what) in [
        ("openapi: 3.1.0\ninfo: {}", "OpenAPI 3.1 is not supported yet"),
        (
            "swagger: '2.0'\ninfo: {}",
            "OpenAPI 2.0 (Swagger) is not supported yet",
        ),
        (
            "swagger: 2.0\ninfo: {}",
            "OpenAPI 2.0 (Swagger) is not supported yet",
        ),
        (
            "openapi: 4.0.0",
            "`4.0.0` is not a version of OpenAPI that is known here",
        ),
        (
            "a: 1",
            "this is not an OpenAPI document: neither `openapi` nor `swagger` says its version",
        ),
        (
            "[1, 2]",
            "this is not an OpenAPI document: neither `openapi` nor `swagger` says its version",
        ),
    ] {
        let (specs, report) = read_text(&[("t.yaml", text)], Profile::Foreign);
        let messages: Vec<_> = report
            .diagnostics
            .iter()
            .map(|one| one.message.as_str())
            .collect();
        assert_eq!(messages, [what]);
        assert!(specs.documents.is_empty());
    }
}

#[test]
fn files_of_one_name_become_modules_of_two() {
    let text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}";
    let (specs, _) = read_text(
        &[("v1/My-API.yaml", text), ("v2/My-API.yaml", text)],
        Profile::Foreign,
    );
    let modules: Vec<_> = specs.documents.iter().map(|spec| spec.module.as_str()).collect();
    assert_eq!(modules, ["my_api", "my_api_2"]);
}
