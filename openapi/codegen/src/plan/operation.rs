//! The signature of each operation.

use std::collections::HashSet;

use super::defaults::DefaultValue;
use super::names::{constant, method, pascal, snake, unique};
use super::{Payload, Plan, ReplyPlan, RustType};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    MediaType, Operation, Parameter, ParameterIn, ParameterStyle, SchemaId, Shape, Spec, StringFormat,
    ValueShape,
};

/// How many bytes a JSON body may have where the document does not say.
const JSON_BYTES_MAX: u64 = 1 << 20;
/// How many bytes any other body may have where the document does not say.
const STREAM_BYTES_MAX: u64 = 64 << 20;
/// The tag of operations that have none.
const NO_TAG: &str = "Default";

/// One operation.
#[derive(Debug, Clone)]
pub struct OperationPlan<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its method in the trait: `list_orthos`.
    pub method: String,
    /// What its types are named after: `ListOrthos`.
    pub stem: String,
    /// Its constant in the table of operations: `LIST_ORTHOS`.
    pub constant: String,
    /// Its tag.
    pub tag: String,
    /// Its path parameters, in the order of the path.
    pub path: Vec<Argument>,
    /// Its query and header parameters.
    pub params: Option<ParamsPlan>,
    /// The names of its query parameters; `None` when the document has one that is not read, whose pairs may have
    /// any name.
    pub query: Option<Vec<String>>,
    /// Its body.
    pub body: Option<BodyPlan>,
    /// How many bytes the body may have.
    pub body_bytes_max: u64,
    /// What it answers when all is well.
    pub reply: ReplyPlan,
}

/// The struct of an operation's query and header parameters.
#[derive(Debug, Clone)]
pub struct ParamsPlan {
    /// Its name: `ListOrthosParams`.
    pub name: String,
    /// Its fields, in the order of the document.
    pub fields: Vec<Argument>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its name in Rust.
    pub name: String,
    /// Its name on the wire.
    pub wire: String,
    /// Where it is sent.
    pub place: ParameterIn,
    /// The schema of its value.
    pub schema: SchemaId,
    /// The type of its value, without `Option`.
    pub rust_type: RustType,
    /// Whether it must be sent.
    pub required: bool,
    /// The value when it is not sent.
    pub default: Option<DefaultValue>,
    /// What separates the items of a list; `None` when each is a pair of its own (`x=a&x=b`).
    pub separator: Option<char>,
    /// What the document says about it.
    pub description: Option<String>,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub struct BodyPlan {
    /// Whether it must be sent; else it is an `Option`.
    pub required: bool,
    /// What it may be.
    pub kind: RequestKind,
}

/// What the body of a request may be.
#[derive(Debug, Clone)]
pub enum RequestKind {
    /// One thing, with the media types that carry it.
    One(Payload, Vec<String>),
    /// A choice by media type: the enum's name and its variants.
    Several(String, Vec<(String, String, Payload)>),
}

impl BodyPlan {
    /// Every media type that it may have.
    pub fn media_types(&self) -> Vec<&str> {
        match &self.kind {
            RequestKind::One(_, media) => media.iter().map(String::as_str).collect(),
            RequestKind::Several(_, variants) => {
                variants.iter().map(|(_, media, _)| media.as_str()).collect()
            }
        }
    }

    /// Whether any form of it arrives piece by piece.
    pub fn streams(&self) -> bool {
        match &self.kind {
            RequestKind::One(payload, _) => payload.streams(),
            RequestKind::Several(_, variants) => variants.iter().any(|(_, _, payload)| payload.streams()),
        }
    }
}

impl<'a> Plan<'a> {
    pub(super) fn plan_operations(&mut self, spec: &'a Spec) -> Vec<OperationPlan<'a>> {
        let mut methods = HashSet::new();
        let mut constants = HashSet::new();
        let mut plans = Vec::new();
        for operation in &spec.operations {
            let name = operation.name();
            let stem = pascal(&name);
            let path = self.path_arguments(operation);
            let fields = self.parameters(operation);
            let query = query_names(operation, &fields);
            let params = (!fields.is_empty()).then(|| ParamsPlan {
                name: self.take_name(&spec.module, &format!("{stem}Params")),
                fields,
            });
            let body = self.body(spec, operation, &stem);
            let extension = operation
                .extensions
                .get("x-body-limit")
                .and_then(serde_json::Value::as_u64);
            let streams = body.as_ref().is_some_and(BodyPlan::streams);
            let usual = if streams { STREAM_BYTES_MAX } else { JSON_BYTES_MAX };
            plans.push(OperationPlan {
                operation,
                method: unique(&method(&name), &mut methods),
                constant: unique(&constant(&name), &mut constants),
                tag: operation
                    .tags
                    .first()
                    .cloned()
                    .unwrap_or_else(|| NO_TAG.to_owned()),
                path,
                params,
                query,
                body_bytes_max: if body.is_some() {
                    extension.unwrap_or(usual)
                } else {
                    0
                },
                body,
                reply: self.reply(spec, operation, &stem),
                stem,
            });
        }
        plans
    }

    fn path_arguments(&mut self, operation: &Operation) -> Vec<Argument> {
        let mut taken = HashSet::from(["caller".to_owned(), "params".to_owned(), "body".to_owned()]);
        let parameters = operation.path_parameters();
        parameters
            .into_iter()
            .filter_map(|parameter| self.argument(parameter, &mut taken))
            .collect()
    }

    fn parameters(&mut self, operation: &Operation) -> Vec<Argument> {
        let mut taken = HashSet::new();
        let mut arguments = Vec::new();
        for parameter in &operation.parameters {
            match parameter.place {
                ParameterIn::Path => {}
                ParameterIn::Cookie => self.ignore(parameter, "cookie parameters are not read"),
                ParameterIn::Header if is_framing(&parameter.name) => {}
                ParameterIn::Query | ParameterIn::Header => {
                    arguments.extend(self.argument(parameter, &mut taken));
                }
            }
        }
        arguments
    }

    fn ignore(&mut self, parameter: &Parameter, why: &str) {
        let message = format!("`{}` is ignored: {why}", parameter.name);
        self.diagnostics.push(Diagnostic::warning(
            "emit-parameter",
            &parameter.location,
            message,
        ));
    }

    fn argument(&mut self, parameter: &Parameter, taken: &mut HashSet<String>) -> Option<Argument> {
        let ValueShape::Schema(schema) = parameter.shape else {
            self.ignore(parameter, "a parameter described by a media type is not read");
            return None;
        };
        if !self.is_readable(schema, 0) {
            self.ignore(parameter, "only scalars and lists of scalars are read");
            return None;
        }
        let required = parameter.required || parameter.place == ParameterIn::Path;
        let default = self.specs.schema(schema).default.as_ref();
        let default = default
            .filter(|_| !required)
            .and_then(|value| self.default_value(schema, value));
        Some(Argument {
            name: unique(&snake(&parameter.name), taken),
            wire: parameter.name.clone(),
            place: parameter.place,
            schema,
            rust_type: self.type_of(schema),
            required,
            default,
            separator: separator(parameter),
            description: parameter.description.clone(),
        })
    }

    /// Whether text can become a value of the schema: a scalar, or a list of scalars.
    fn is_readable(&self, id: SchemaId, depth: u8) -> bool {
        match self.specs.shape(id) {
            Shape::Boolean
            | Shape::Integer(_)
            | Shape::Number { .. }
            | Shape::String(_)
            | Shape::StringEnum(_) => true,
            // A named list is a type of its own, which text is not read into.
            Shape::Array(Some(items)) => {
                depth == 0 && !matches!(self.type_of(id), RustType::Named(_)) && self.is_readable(items, 1)
            }
            _ => false,
        }
    }

    fn body(&mut self, spec: &Spec, operation: &Operation, stem: &str) -> Option<BodyPlan> {
        let body = operation.request_body.as_ref()?;
        let mut payloads: Vec<(String, Payload)> = Vec::new();
        for media in &body.content {
            payloads.push((media.essence(), self.payload(media)));
        }
        let first = payloads.first()?.1.clone();
        let kind = if payloads.iter().all(|(_, payload)| *payload == first) {
            RequestKind::One(first, payloads.into_iter().map(|(media, _)| media).collect())
        } else {
            let name = self.take_name(&spec.module, &format!("{stem}Body"));
            let mut taken = HashSet::new();
            let variants = payloads.into_iter().map(|(media, payload)| {
                let subtype = media.rsplit(['/', '+']).next().unwrap_or_default();
                (unique(&pascal(subtype), &mut taken), media, payload)
            });
            RequestKind::Several(name, variants.collect())
        };
        Some(BodyPlan {
            required: body.required,
            kind,
        })
    }

    /// How a body of this media type is held.
    pub(super) fn payload(&self, media: &MediaType) -> Payload {
        if media.is_json() {
            return Payload::Json(media.schema.map_or(RustType::Any, |schema| self.type_of(schema)));
        }
        if media.is_event_stream() {
            return Payload::Events(media.schema.map_or(RustType::Text, |schema| self.type_of(schema)));
        }
        let text =
            media.schema.map(|schema| self.specs.shape(schema)) == Some(Shape::String(StringFormat::Text));
        if text && media.essence().starts_with("text/") {
            Payload::Text
        } else {
            Payload::Bytes
        }
    }
}

fn query_names(operation: &Operation, fields: &[Argument]) -> Option<Vec<String>> {
    let described = operation.parameters.iter();
    let described = described.filter(|parameter| parameter.place == ParameterIn::Query);
    let read = fields.iter().filter(|field| field.place == ParameterIn::Query);
    let names: Vec<String> = read.map(|field| field.wire.clone()).collect();
    (names.len() == described.count()).then_some(names)
}

/// Headers that HTTP itself speaks with; a document may list them but does not define them.
fn is_framing(name: &str) -> bool {
    ["accept", "content-type", "authorization"]
        .iter()
        .any(|framing| name.eq_ignore_ascii_case(framing))
}

fn separator(parameter: &Parameter) -> Option<char> {
    match parameter.style {
        ParameterStyle::Form if parameter.explode => None,
        ParameterStyle::SpaceDelimited => Some(' '),
        ParameterStyle::PipeDelimited => Some('|'),
        _ => Some(','),
    }
}
