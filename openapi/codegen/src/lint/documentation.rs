//! Rules about prose: whoever opens Swagger UI finds a sentence and an example at everything.

use crate::diagnostic::Diagnostic;
use crate::ir::{SchemaId, Shape, Specs};

/// Every named schema says what it is.
pub(super) fn schemas_are_described(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for schema in specs.schemas() {
        let Some(name) = &schema.name else { continue };
        if schema.alias_of.is_none() && is_blank(schema.description.as_ref()) {
            let message = format!("the schema `{}` has no description", name.name);
            found.push(Diagnostic::error(
                "description-missing",
                &schema.location,
                message,
            ));
        }
    }
    found
}

/// Every property says what it is and shows a value.
pub(super) fn properties_are_described(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for schema in specs.schemas() {
        for property in &schema.object.properties {
            if !is_described(specs, property.schema) {
                let message = format!("the property `{}` has no description", property.name);
                found.push(Diagnostic::error(
                    "description-missing",
                    &property.location,
                    message,
                ));
            }
            if !has_example(specs, property.schema, 0) {
                let message = format!("the property `{}` has no example", property.name);
                found.push(Diagnostic::error("example-missing", &property.location, message));
            }
        }
    }
    found
}

/// Every parameter says what it is and shows a value.
pub(super) fn parameters_are_described(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, operation) in specs.operations() {
        for parameter in &operation.parameters {
            if is_blank(parameter.description.as_ref()) {
                let message = format!("the parameter `{}` has no description", parameter.name);
                found.push(Diagnostic::error(
                    "description-missing",
                    &parameter.location,
                    message,
                ));
            }
            let shown = parameter
                .shape
                .schema()
                .is_some_and(|schema| has_example(specs, schema, 0));
            if parameter.examples.is_empty() && !shown {
                let message = format!("the parameter `{}` has no example", parameter.name);
                found.push(Diagnostic::error("example-missing", &parameter.location, message));
            }
        }
    }
    found
}

fn is_blank(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// Its own description, or that of the schema it wraps or refers to.
fn is_described(specs: &Specs, id: SchemaId) -> bool {
    let schema = specs.resolve(id);
    !is_blank(schema.description.as_ref())
        || matches!(schema.all_of.as_slice(), [only] if !is_blank(specs.resolve(*only).description.as_ref()))
}

/// A value of its own; enumerations and booleans show theirs anyhow, and objects show their parts.
fn has_example(specs: &Specs, id: SchemaId, depth: usize) -> bool {
    let schema = specs.resolve(id);
    if !schema.examples.is_empty() || depth > 8 {
        return true;
    }
    match specs.shape(id) {
        Shape::Boolean | Shape::StringEnum(_) | Shape::Object | Shape::OneOf(..) => true,
        Shape::Array(Some(items)) | Shape::Map(Some(items)) => has_example(specs, items, depth + 1),
        _ => matches!(schema.all_of.as_slice(), [only] if has_example(specs, *only, depth + 1)),
    }
}
