//! What is not built: for foreign documents, each thing that generation would have to leave out, and where.

use crate::diagnostic::Diagnostic;
use crate::ir::{MediaType, Parameter, ParameterIn, ParameterStyle, Shape, Specs, ValueShape};

/// Parameters in forms that generated routes do not read.
pub(super) fn parameters_are_supported(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        for parameter in &operation.parameters {
            if let Some(why) = unsupported(parameter) {
                let message = format!(
                    "the parameter `{}` {why}, which is not supported yet",
                    parameter.name
                );
                found.push(Diagnostic::error(
                    "unsupported-parameter",
                    &parameter.location,
                    message,
                ));
            }
        }
    }
    found
}

fn unsupported(parameter: &Parameter) -> Option<String> {
    match (&parameter.shape, parameter.place, parameter.style) {
        (ValueShape::Content(_), ..) => Some("is described by `content`".to_owned()),
        (_, ParameterIn::Cookie, _) => Some("is a cookie".to_owned()),
        (_, _, ParameterStyle::Simple | ParameterStyle::Form) => None,
        (_, _, style) => Some(format!("has `style: {}`", style.as_str())),
    }
}

/// Bodies that have no media type which generated code reads and writes.
pub(super) fn bodies_are_supported(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        let request = operation
            .request_body
            .iter()
            .map(|body| ("the request", &body.location, &body.content));
        let success = operation
            .success_responses()
            .map(|one| ("the response", &one.location, &one.content));
        for (what, location, content) in request.chain(success) {
            let odd: Vec<&str> = content
                .iter()
                .filter(|media| !is_supported(media))
                .map(|media| media.name.as_str())
                .collect();
            if odd.is_empty() {
                continue;
            }
            let names = odd.join("`, `");
            found.push(if odd.len() == content.len() {
                let message = format!("{what} is only `{names}`, which is not supported yet");
                Diagnostic::error("unsupported-media-type", location, message)
            } else {
                let message = format!("{what} may also be `{names}`, which is left out");
                Diagnostic::warning("media-type-left-out", location, message)
            });
        }
    }
    found
}

/// JSON, event streams, text, and anything else that is passed through as bytes; structured encodings are not built.
fn is_supported(media: &MediaType) -> bool {
    let essence = media.essence();
    let structured = essence.starts_with("multipart/")
        || essence == "application/x-www-form-urlencoded"
        || essence.ends_with("/xml")
        || essence.ends_with("+xml");
    media.is_json() || !structured
}

/// Schemas that no Rust type mirrors.
pub(super) fn schemas_are_supported(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for schema in specs.schemas() {
        let why = match schema.shape(specs) {
            Shape::Mixed => "mixes keywords that have no common type",
            Shape::AnyOf(..) => "has `anyOf`",
            Shape::OneOf(_, None) => "has `oneOf` without a discriminator",
            Shape::ValueEnum(_) => "enumerates values that are not strings",
            _ if schema.not.is_some() => "has `not`",
            _ => continue,
        };
        let message = format!("the schema {why}, which is not supported yet");
        found.push(Diagnostic::error("unsupported-schema", &schema.location, message));
    }
    found
}

/// Callbacks are read and kept; no code is generated for them.
pub(super) fn callbacks_are_ignored(specs: &Specs) -> Vec<Diagnostic> {
    let callbacks = specs.operations().flat_map(|(_, operation)| &operation.callbacks);
    let complain = |callback: &crate::ir::Callback| {
        let message = format!("no code is generated for the callback `{}`", callback.name);
        Diagnostic::warning("callback-left-out", &callback.location, message)
    };
    callbacks.map(complain).collect()
}
