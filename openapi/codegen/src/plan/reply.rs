//! What an operation answers when all is well. Everything else is a `Problem`.

use std::collections::HashSet;

use super::names::{pascal, snake, unique};
use super::{Plan, RustType};
use crate::diagnostic::Diagnostic;
use crate::ir::{Operation, Response, SchemaId, Spec, Status};

/// What a body is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// JSON of this type.
    Json(RustType),
    /// Text, whole.
    Text,
    /// Bytes, piece by piece.
    Bytes,
    /// Server-sent events with payloads of this type.
    Events(RustType),
}

impl Payload {
    /// Whether it comes piece by piece.
    pub fn streams(&self) -> bool {
        matches!(self, Self::Bytes | Self::Events(_))
    }
}

/// The successful results of an operation.
#[derive(Debug, Clone)]
pub enum ReplyPlan {
    /// One, without headers: the plain type, or `()`.
    Plain(Outcome),
    /// One with headers: a struct.
    Struct(String, Outcome),
    /// Several: an enum with a variant for each.
    Enum(String, Vec<Outcome>),
}

/// One successful result.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its status code.
    pub status: u16,
    /// Its name among several: `NotModified`.
    pub variant: String,
    /// Its body.
    pub payload: Option<Payload>,
    /// The media type of the body.
    pub media_type: Option<String>,
    /// Its headers.
    pub headers: Vec<HeaderField>,
    /// What the document says about it.
    pub description: String,
}

/// A header of a reply.
#[derive(Debug, Clone)]
pub struct HeaderField {
    /// Its name in Rust.
    pub name: String,
    /// Its name on the wire.
    pub wire: String,
    /// The schema of its value.
    pub schema: Option<SchemaId>,
    /// The type of its value, without `Option`.
    pub rust_type: RustType,
    /// Whether it is always there.
    pub required: bool,
    /// What the document says about it.
    pub description: Option<String>,
}

impl ReplyPlan {
    /// Every successful result.
    pub fn outcomes(&self) -> &[Outcome] {
        match self {
            Self::Plain(outcome) | Self::Struct(_, outcome) => std::slice::from_ref(outcome),
            Self::Enum(_, outcomes) => outcomes,
        }
    }

    /// The media types of all bodies, each once.
    pub fn media_types(&self) -> Vec<&str> {
        let mut types: Vec<&str> = Vec::new();
        for media in self
            .outcomes()
            .iter()
            .filter_map(|outcome| outcome.media_type.as_deref())
        {
            if !types.contains(&media) {
                types.push(media);
            }
        }
        types
    }

    /// The result whose body is a stream of events.
    pub fn events(&self) -> Option<&Outcome> {
        let mut outcomes = self.outcomes().iter();
        outcomes.find(|outcome| matches!(outcome.payload, Some(Payload::Events(_))))
    }

    /// Whether any body comes piece by piece.
    pub fn streams(&self) -> bool {
        self.outcomes()
            .iter()
            .filter_map(|outcome| outcome.payload.as_ref())
            .any(Payload::streams)
    }
}

impl<'a> Plan<'a> {
    pub(super) fn reply(&mut self, spec: &Spec, operation: &'a Operation, stem: &str) -> ReplyPlan {
        let mut outcomes: Vec<Outcome> = Vec::new();
        for response in successes(operation) {
            let outcome = self.outcome(response);
            if outcomes.iter().all(|known| known.status != outcome.status) {
                outcomes.push(outcome);
            }
        }
        match outcomes.len() {
            0 => ReplyPlan::Plain(no_content()),
            1 => {
                let outcome = outcomes.remove(0);
                if outcome.headers.is_empty() {
                    ReplyPlan::Plain(outcome)
                } else {
                    ReplyPlan::Struct(self.take_name(&spec.module, &format!("{stem}Response")), outcome)
                }
            }
            _ => ReplyPlan::Enum(self.take_name(&spec.module, &format!("{stem}Response")), outcomes),
        }
    }

    fn outcome(&mut self, response: &Response) -> Outcome {
        let status = match response.status {
            Status::Code(code) => code,
            Status::Range(digit) => u16::from(digit) * 100,
            Status::Default => 200,
        };
        let media = response.json().or_else(|| response.content.first());
        if response.content.len() > 1 {
            let kept = media.map_or("", |media| media.name.as_str());
            self.diagnostics.push(Diagnostic::warning(
                "emit-one-media-type",
                &response.location,
                format!("of several media types only {kept} is answered"),
            ));
        }
        Outcome {
            status,
            variant: variant(status),
            payload: media.map(|media| self.payload(media)),
            media_type: media.map(crate::ir::MediaType::essence),
            headers: self.headers(response),
            description: response.description.clone(),
        }
    }

    fn headers(&self, response: &Response) -> Vec<HeaderField> {
        let mut taken = HashSet::from(["body".to_owned()]);
        let described = response
            .headers
            .iter()
            .filter(|header| !header.name.eq_ignore_ascii_case("content-type"));
        described
            .map(|header| HeaderField {
                name: unique(&field_name(&header.name), &mut taken),
                wire: header.name.clone(),
                schema: header.shape.schema(),
                rust_type: header
                    .shape
                    .schema()
                    .map_or(RustType::Text, |schema| self.header_type(schema)),
                required: header.required,
                description: header.description.clone(),
            })
            .collect()
    }

    /// Headers are text: a value that is not a scalar is left to the service to write.
    fn header_type(&self, schema: SchemaId) -> RustType {
        use crate::ir::Shape;
        match self.specs.shape(schema) {
            Shape::Boolean
            | Shape::Integer(_)
            | Shape::Number { .. }
            | Shape::String(_)
            | Shape::StringEnum(_) => self.type_of(schema),
            _ => RustType::Text,
        }
    }
}

/// `ETag` is one word to people, whatever its capitals say.
fn field_name(header: &str) -> String {
    if header.eq_ignore_ascii_case("etag") {
        "etag".to_owned()
    } else {
        snake(header)
    }
}

/// The responses for success; a document that only has `default` means success by it.
fn successes(operation: &Operation) -> impl Iterator<Item = &Response> {
    let none = operation.success_responses().next().is_none();
    operation.responses.iter().filter(move |response| {
        response.status.is_success()
            || (none && response.status == Status::Default && response.json().is_some())
    })
}

fn no_content() -> Outcome {
    Outcome {
        status: 204,
        variant: variant(204),
        payload: None,
        media_type: None,
        headers: Vec::new(),
        description: String::new(),
    }
}

/// The name of a status among several.
fn variant(status: u16) -> String {
    match status {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritative",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        other => return pascal(&format!("Status{other}")),
    }
    .to_owned()
}
