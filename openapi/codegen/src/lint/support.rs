//! What generated code leaves out: for foreign documents, each loss and where.
//!
//! The plan of the generated code knows most of it; here stands what the plan has no reason to say.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::ir::{MediaType, Schema, Shape, Specs};
use crate::plan::Plan;

/// What the plan of the generated code leaves out or reads more loosely than the document says.
pub(super) fn plans_lose_little(specs: &Specs) -> Vec<Diagnostic> {
    let plan = Plan::new(specs);
    let mut found = plan.diagnostics.clone();
    for spec in &specs.documents {
        for planned in plan.operations_of(spec) {
            let wanted = planned.operation.path_parameters().len();
            if planned.path.len() < wanted {
                let message = format!(
                    "a parameter of the path `{}` cannot be read",
                    planned.operation.path
                );
                let complaint =
                    Diagnostic::error("unsupported-path-parameter", &planned.operation.location, message);
                found.push(complaint.help("path parameters are scalars or comma-separated lists of scalars"));
            }
        }
    }
    let mut seen = HashSet::new();
    found.retain(|one| seen.insert((one.code, one.location.clone())));
    found
}

/// Inline schemas that no Rust type mirrors are any JSON value, alternatives without a discriminator are tried in
/// order, and what `not` excludes is not checked.
pub(super) fn values_are_checked(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for schema in specs.schemas() {
        if schema.not.is_some() {
            found.push(Diagnostic::warning(
                "not-checked",
                &schema.location,
                "what `not` excludes is not checked",
            ));
        }
        if let Shape::OneOf(_, None) | Shape::AnyOf(_, None) = schema.shape(specs) {
            let message = "the alternatives are tried in order and the first that fits is taken: there is no discriminator";
            found.push(Diagnostic::warning(
                "emit-untagged-union",
                &schema.location,
                message,
            ));
        }
        if schema.name.is_none() && is_any_value(specs, schema) {
            let message = "no Rust type mirrors these keywords together; any JSON value is taken";
            found.push(Diagnostic::warning("emit-any-value", &schema.location, message));
        }
    }
    found
}

fn is_any_value(specs: &Specs, schema: &Schema) -> bool {
    matches!(schema.shape(specs), Shape::Mixed | Shape::ValueEnum(_))
}

/// Forms, multipart and XML are handed over as the bytes that came.
pub(super) fn bodies_are_parsed(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        let requests = operation.request_body.iter().flat_map(|body| &body.content);
        let replies = operation
            .success_responses()
            .flat_map(|response| &response.content);
        for media in requests.chain(replies).filter(|media| is_structured(media)) {
            let message = format!("a body of `{}` is handed over as bytes", media.name);
            found.push(Diagnostic::warning("body-as-bytes", &media.location, message));
        }
    }
    found
}

fn is_structured(media: &MediaType) -> bool {
    let essence = media.essence();
    essence.starts_with("multipart/")
        || essence == "application/x-www-form-urlencoded"
        || essence.ends_with("/xml")
        || essence.ends_with("+xml")
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
