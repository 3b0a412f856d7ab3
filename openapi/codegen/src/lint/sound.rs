//! Rules about documents, paths and names: what makes a set of documents one routable API.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::ir::{Operation, ParameterIn, PathSegment, SpecVersion, Specs};

/// An `operationId` names a function, so no two operations of any documents may share one.
pub(super) fn operation_ids_are_unique(specs: &Specs) -> Vec<Diagnostic> {
    let mut first: HashMap<&str, &Operation> = HashMap::new();
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        let Some(id) = operation.operation_id.as_deref() else {
            continue;
        };
        match first.get(id) {
            None => {
                first.insert(id, operation);
            }
            Some(other) => {
                let message = format!("the operationId `{id}` is taken by another operation");
                let complaint = Diagnostic::error("duplicate-operation-id", &operation.location, message);
                found.push(complaint.help(format!("the other one is at {}", other.location)));
            }
        }
    }
    found
}

/// Two operations that answer the same requests: routers let the last one win in silence.
pub(super) fn routes_are_unique(specs: &Specs) -> Vec<Diagnostic> {
    let mut first: HashMap<(String, &str), &Operation> = HashMap::new();
    let mut found = Vec::new();
    for (spec, operation) in specs.operations() {
        let route = format!("{}{}", spec.base_path(), operation.path.shape());
        match first.get(&(route.clone(), operation.method.as_str())) {
            None => {
                first.insert((route, operation.method.as_str()), operation);
            }
            Some(other) => {
                let message = format!(
                    "{} {route} is answered by another operation too",
                    operation.method.as_str()
                );
                let complaint = Diagnostic::error("duplicate-route", &operation.location, message);
                found.push(complaint.help(format!("the other one is at {}", other.location)));
            }
        }
    }
    found
}

/// Every `{name}` of a path is declared, and every declared path parameter stands in the path.
pub(super) fn path_parameters_match(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        for name in operation.path.parameters() {
            if operation.parameter(ParameterIn::Path, name).is_none() {
                let message = format!("the path has `{{{name}}}`, but no parameter describes it");
                let complaint = Diagnostic::error("path-parameter-undeclared", &operation.location, message);
                found.push(complaint.help(format!(
                    "add `- {{name: {name}, in: path, required: true, schema: …}}`"
                )));
            }
        }
        for parameter in operation.parameters_in(ParameterIn::Path) {
            if !operation.path.parameters().any(|name| name == parameter.name) {
                let message = format!(
                    "the path parameter `{}` does not stand in the path `{}`",
                    parameter.name, operation.path
                );
                found.push(Diagnostic::error(
                    "path-parameter-unused",
                    &parameter.location,
                    message,
                ));
            }
        }
    }
    found
}

/// A parameter takes a whole path segment: poem's parameters run to the next slash, so `/{x}:run` and `/{n}.json`
/// collide in silence.
pub(super) fn path_segments_are_whole(specs: &Specs) -> Vec<Diagnostic> {
    let partial = specs
        .operations()
        .filter(|(_, operation)| operation.path.segments.iter().any(PathSegment::is_partial))
        .map(|(_, operation)| {
            let message = format!(
                "a parameter shares a segment of `{}` with something else",
                operation.path
            );
            Diagnostic::error("unsupported-partial-segment", &operation.location, message)
                .help("give the parameter a segment of its own")
        });
    partial.collect()
}

/// Our own documents are written for one version.
pub(super) fn version_is_3_0_3(specs: &Specs) -> Vec<Diagnostic> {
    let other = specs
        .documents
        .iter()
        .filter(|spec| spec.version != SpecVersion::V3_0("3.0.3".to_owned()));
    let complain = |spec: &crate::ir::Spec| {
        Diagnostic::error(
            "openapi-version",
            &spec.location,
            "a document of ours is written as OpenAPI 3.0.3",
        )
        .help("`openapi: 3.0.3`")
    };
    other.map(complain).collect()
}

/// A proxy routes by prefix, so every document that has operations stands under `/api/<name>/v<number>`.
pub(super) fn base_path_names_the_document(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for spec in specs.documents.iter().filter(|spec| !spec.operations.is_empty()) {
        let version = spec.base_path().strip_prefix(&format!("/api/{}/v", spec.module));
        if version
            .is_none_or(|number| number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()))
        {
            let place = spec
                .servers
                .first()
                .map_or(&spec.location, |server| &server.location);
            let message = format!(
                "the base path is `{}`, not `/api/{}/v1`",
                spec.base_path(),
                spec.module
            );
            let help = format!("`servers: [{{url: /api/{}/v1}}]`", spec.module);
            found.push(Diagnostic::error("base-path", place, message).help(help));
        }
    }
    found
}
