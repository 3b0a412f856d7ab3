//! Rules about operations: names, tags, outcomes, parameters.

use crate::diagnostic::Diagnostic;
use crate::ir::{
    MediaType, Method, Operation, Parameter, ParameterIn, ParameterStyle, Response, Specs, Status, ValueShape,
};

/// `<verb>_<noun>` in snake case: the same word in spec, trait, client, span and test.
pub(super) fn ids_are_verb_noun(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        let (message, place) = match &operation.operation_id {
            None => ("the operation has no operationId".to_owned(), &operation.location),
            Some(id) if is_verb_noun(id) => continue,
            Some(id) => (
                format!("the operationId `{id}` is not `<verb>_<noun>` in snake case"),
                &operation.location,
            ),
        };
        found.push(
            Diagnostic::error("operation-id", place, message).help("as in `list_orthos` or `lease_work`"),
        );
    }
    found
}

fn is_verb_noun(id: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    id.contains('_') && id.split('_').all(word)
}

/// One tag: it decides the trait that the operation belongs to.
pub(super) fn one_tag_each(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (spec, operation) in specs.operations() {
        match operation.single_tag() {
            None => {
                let message = format!(
                    "`{}` has {} tags, not one",
                    operation.name(),
                    operation.tags.len()
                );
                found.push(Diagnostic::error("operation-tag", &operation.location, message));
            }
            Some(tag) if spec.tag(tag).is_none() => {
                let message = format!("the tag `{tag}` is not described in `tags` of the document");
                found.push(Diagnostic::error("operation-tag", &operation.location, message));
            }
            Some(_) => {}
        }
    }
    found
}

/// Swagger UI's list and the docs of the trait need a line for each operation.
pub(super) fn summaries_are_given(specs: &Specs) -> Vec<Diagnostic> {
    let silent = specs
        .operations()
        .filter(|(_, operation)| operation.summary.is_none())
        .map(|(_, operation)| {
            Diagnostic::error(
                "summary-missing",
                &operation.location,
                format!("`{}` has no summary", operation.name()),
            )
        });
    silent.collect()
}

/// A success is at least one explicit code, each with at most one media type, so that it has one Rust type.
pub(super) fn one_success_type_each(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        if operation.success_responses().next().is_none() {
            let message = format!("`{}` says nothing about success", operation.name());
            found.push(Diagnostic::error(
                "success-response",
                &operation.location,
                message,
            ));
        }
        for response in operation.success_responses() {
            if !matches!(response.status, Status::Code(_)) {
                let message = format!("`{}` is a range; success is one code", response.status);
                found.push(Diagnostic::error("success-response", &response.location, message));
            }
            if response.content.len() > 1 {
                let message = format!(
                    "the response {} has {} media types",
                    response.status,
                    response.content.len()
                );
                found.push(Diagnostic::error("success-response", &response.location, message));
            }
        }
    }
    found
}

/// Errors are `4XX` and `5XX`, both the RFC 9457 `Problem`, and nothing else.
pub(super) fn errors_are_problems(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        for (range, usual) in [
            (Status::Range(4), "ClientError"),
            (Status::Range(5), "ServerError"),
        ] {
            if !operation
                .responses
                .iter()
                .any(|response| response.status == range)
            {
                let message = format!("`{}` has no `{range}` response", operation.name());
                let help = format!("`{range}: {{$ref: 'common.yaml#/components/responses/{usual}'}}`");
                found.push(Diagnostic::error("error-response", &operation.location, message).help(help));
            }
        }
        for response in operation.error_responses() {
            if !matches!(response.status, Status::Range(_)) {
                let message = format!(
                    "`{}` is listed apart; errors are `4XX` and `5XX`",
                    response.status
                );
                found.push(Diagnostic::error("error-response", &response.location, message));
            } else if !is_problem(specs, response) {
                let message = format!(
                    "the response {} is not `Problem` as application/problem+json",
                    response.status
                );
                let complaint = Diagnostic::error("error-response", &response.location, message);
                found.push(complaint.help("exactly one media type, with the schema `Problem`"));
            }
        }
    }
    found
}

fn is_problem(specs: &Specs, response: &Response) -> bool {
    let named = |media: &MediaType| {
        let name = media.schema.and_then(|id| specs.resolve(id).name.as_ref());
        name.is_some_and(|name| name.name == "Problem")
    };
    matches!(response.content.as_slice(), [media] if media.is_problem() && named(media))
}

/// One way to write each kind of parameter.
pub(super) fn parameters_are_plain(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        for parameter in &operation.parameters {
            if let Some(message) = oddity(parameter) {
                found.push(Diagnostic::error("parameter-style", &parameter.location, message));
            }
        }
    }
    found
}

fn oddity(parameter: &Parameter) -> Option<String> {
    let name = &parameter.name;
    let plain = match parameter.place {
        ParameterIn::Path | ParameterIn::Header => ParameterStyle::Simple,
        ParameterIn::Query | ParameterIn::Cookie => ParameterStyle::Form,
    };
    if parameter.place == ParameterIn::Cookie {
        Some(format!("`{name}` is a cookie parameter; use a header"))
    } else if matches!(parameter.shape, ValueShape::Content(_)) {
        Some(format!("`{name}` has `content`; use `schema`"))
    } else if parameter.style != plain {
        Some(format!(
            "`{name}` has `style: {}`; leave it out",
            parameter.style.as_str()
        ))
    } else if parameter.explode != (plain == ParameterStyle::Form) {
        Some(format!(
            "`{name}` has `explode: {}`; leave it out",
            parameter.explode
        ))
    } else {
        None
    }
}

/// The extensions that drive behaviour mean something where they stand; a misspelt one would be silent.
pub(super) fn extensions_are_known(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for spec in &specs.documents {
        for (name, value) in &spec.info.extensions.0 {
            if name != "x-order" || !value.is_u64() {
                let message =
                    format!("`{name}` of `info` means nothing here; known is `x-order`, a number from 0");
                found.push(Diagnostic::error("extension", &spec.location, message));
            }
        }
    }
    for (_, operation) in specs.operations() {
        for (name, value) in &operation.extensions.0 {
            if let Some(message) = extension_fault(operation, name, value) {
                found.push(Diagnostic::error("extension", &operation.location, message));
            }
        }
    }
    found
}

fn extension_fault(operation: &Operation, name: &str, value: &serde_json::Value) -> Option<String> {
    match name {
        "x-audit" | "x-no-compress" if value.is_boolean() => None,
        "x-idempotent" if operation.method != Method::Post => {
            Some("`x-idempotent` is for POST; the other methods are what they are by definition".to_owned())
        }
        "x-idempotent" if value.is_boolean() => None,
        "x-body-limit" if operation.request_body.is_none() => {
            Some("`x-body-limit` stands where there is no request body".to_owned())
        }
        "x-body-limit" if value.as_u64().is_some_and(|bytes| bytes > 0) => None,
        "x-audit" | "x-no-compress" | "x-idempotent" => Some(format!("`{name}` is `true` or `false`")),
        "x-body-limit" => Some("`x-body-limit` is a number of bytes".to_owned()),
        _ => Some(format!(
            "`{name}` means nothing here; known are `x-audit`, `x-body-limit`, `x-idempotent` and `x-no-compress`"
        )),
    }
}
