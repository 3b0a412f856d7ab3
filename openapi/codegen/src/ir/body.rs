//! Bodies: what a request carries and what each response carries.

use std::fmt;

use super::{ComponentName, Example, Extensions, Header, Link, Location, ParameterStyle, SchemaId};

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestBody {
    /// Prose.
    pub description: Option<String>,
    /// Whether it must be sent.
    pub required: bool,
    /// Every media type that is accepted, in order.
    pub content: Vec<MediaType>,
    /// Its name when it is a reusable component.
    pub component: Option<ComponentName>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}

/// A body in one media type.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaType {
    /// The media type or range as written, such as `application/json; charset=utf-8` or `text/*`.
    pub name: String,
    /// The schema of the body.
    pub schema: Option<SchemaId>,
    /// Examples.
    pub examples: Vec<Example>,
    /// How the properties of a form or multipart body are written, by property.
    pub encodings: Vec<Encoding>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}

/// How one property of a form or multipart body is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoding {
    /// The property.
    pub property: String,
    /// The media type of the part.
    pub content_type: Option<String>,
    /// The headers of the part.
    pub headers: Vec<Header>,
    /// How arrays and objects become text (forms).
    pub style: Option<ParameterStyle>,
    /// Whether arrays and objects are written as several pairs (forms).
    pub explode: Option<bool>,
    /// Whether reserved characters may stand unescaped (forms).
    pub allow_reserved: bool,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}

/// One response of an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The status codes that it stands for.
    pub status: Status,
    /// Prose.
    pub description: String,
    /// Its headers, in order.
    pub headers: Vec<Header>,
    /// Every media type that it may be sent in, in order; empty means no body.
    pub content: Vec<MediaType>,
    /// Links to other operations.
    pub links: Vec<Link>,
    /// Its name when it is a reusable component.
    pub component: Option<ComponentName>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}

/// The status codes that a response stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Exactly this one.
    Code(u16),
    /// All of `4XX`, given by the first digit.
    Range(u8),
    /// Whatever no other response stands for.
    Default,
}

impl Status {
    /// Whether it stands for success: 2xx and 3xx.
    pub fn is_success(self) -> bool {
        match self {
            Self::Code(code) => (200..400).contains(&code),
            Self::Range(digit) => digit == 2 || digit == 3,
            Self::Default => false,
        }
    }

    /// Whether it stands for errors: 4xx, 5xx and `default`.
    pub fn is_error(self) -> bool {
        match self {
            Self::Code(code) => code >= 400,
            Self::Range(digit) => digit >= 4,
            Self::Default => true,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(digit) => write!(f, "{digit}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl MediaType {
    /// The media type without parameters, in lower case: `application/json`.
    pub fn essence(&self) -> String {
        self.name
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Whether the body is JSON: `application/json` or any `+json`.
    pub fn is_json(&self) -> bool {
        let essence = self.essence();
        essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
    }

    /// Whether the body is a stream of server-sent events.
    pub fn is_event_stream(&self) -> bool {
        self.essence() == "text/event-stream"
    }

    /// Whether the body is an RFC 9457 problem.
    pub fn is_problem(&self) -> bool {
        self.essence() == "application/problem+json"
    }
}

impl Response {
    /// The header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&Header> {
        self.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// Its JSON media type, if it has one.
    pub fn json(&self) -> Option<&MediaType> {
        self.content.iter().find(|media| media.is_json())
    }
}

impl RequestBody {
    /// Its JSON media type, if it has one.
    pub fn json(&self) -> Option<&MediaType> {
        self.content.iter().find(|media| media.is_json())
    }
}
