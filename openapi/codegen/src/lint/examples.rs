//! Rules about values in documents: an example that its own schema refuses misleads everybody.

use serde_json::Value;

use super::instance::Checker;
use crate::diagnostic::Diagnostic;
use crate::ir::{Example, Location, MediaType, Operation, SchemaId, Specs};

/// Examples of schemas, parameters, headers and bodies validate against their schema.
pub(super) fn examples_are_valid(specs: &Specs) -> Vec<Diagnostic> {
    let mut judge = Judge {
        checker: Checker::new(specs),
        code: "example-invalid",
        what: "the example",
        found: Vec::new(),
    };
    for schema in specs.schemas() {
        for (value, location) in &schema.examples {
            judge.value(schema.id, value, location);
        }
    }
    for (_, operation) in specs.operations() {
        judge.operation(operation);
    }
    judge.found
}

/// What the server assumes when nothing is sent has to be allowed.
pub(super) fn defaults_are_valid(specs: &Specs) -> Vec<Diagnostic> {
    let mut judge = Judge {
        checker: Checker::new(specs),
        code: "default-invalid",
        what: "the default",
        found: Vec::new(),
    };
    for schema in specs.schemas() {
        if let Some(value) = &schema.default {
            judge.value(schema.id, value, &schema.location);
        }
    }
    judge.found
}

struct Judge<'a> {
    checker: Checker<'a>,
    code: &'static str,
    what: &'static str,
    found: Vec<Diagnostic>,
}

impl Judge<'_> {
    fn operation(&mut self, operation: &Operation) {
        for parameter in &operation.parameters {
            self.examples(parameter.shape.schema(), &parameter.examples);
        }
        for media in operation.request_body.iter().flat_map(|body| &body.content) {
            self.media(media);
        }
        for response in &operation.responses {
            for header in &response.headers {
                self.examples(header.shape.schema(), &header.examples);
            }
            for media in &response.content {
                self.media(media);
            }
        }
    }

    /// The example of a stream or a form is its text, not a value of the schema.
    fn media(&mut self, media: &MediaType) {
        if media.is_json() {
            self.examples(media.schema, &media.examples);
        }
    }

    fn examples(&mut self, schema: Option<SchemaId>, examples: &[Example]) {
        let Some(schema) = schema else { return };
        for example in examples {
            if let Some(value) = &example.value {
                self.value(schema, value, &example.location);
            }
        }
    }

    fn value(&mut self, schema: SchemaId, value: &Value, location: &Location) {
        if let Some(fault) = self.checker.first_fault(schema, value) {
            let place = if fault.pointer.is_empty() {
                String::new()
            } else {
                format!(" at `{}`", fault.pointer)
            };
            let message = format!("{} does not fit its schema{place}: {}", self.what, fault.message);
            self.found.push(Diagnostic::error(self.code, location, message));
        }
    }
}
