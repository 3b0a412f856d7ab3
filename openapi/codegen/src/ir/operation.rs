//! Operations: one method of one path, with everything that path item and document add to it.

use serde_json::Value;

use super::{
    Extensions, ExternalDocs, Location, Parameter, ParameterIn, PathTemplate, RequestBody, Response,
    Security, Server,
};

/// One method of one path.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The `operationId`, as written.
    pub operation_id: Option<String>,
    /// The method.
    pub method: Method,
    /// The path, relative to the base path of the document.
    pub path: PathTemplate,
    /// The tags, in order.
    pub tags: Vec<String>,
    /// One line.
    pub summary: Option<String>,
    /// Prose.
    pub description: Option<String>,
    /// Parameters of path item and operation together; the operation's win.
    pub parameters: Vec<Parameter>,
    /// The body, if there is one.
    pub request_body: Option<RequestBody>,
    /// The responses, in the order of the document.
    pub responses: Vec<Response>,
    /// What is demanded of the caller, taken from the document when the operation says nothing; `None` when both
    /// are silent.
    pub security: Option<Security>,
    /// Servers of the operation or path item, where they differ from the document's.
    pub servers: Vec<Server>,
    /// Requests that the server makes to the caller.
    pub callbacks: Vec<Callback>,
    /// Whether it should no longer be called.
    pub deprecated: bool,
    /// Documentation elsewhere.
    pub external_docs: Option<ExternalDocs>,
    /// Vendor extensions: `x-idempotent`, `x-no-compress`, `x-audit` and foreign ones.
    pub extensions: Extensions,
    /// Where it is written: its key under the path.
    pub location: Location,
}

impl Operation {
    /// The `operationId`, or a name made from method and path when the document gives none:
    /// `get /pets/{id}` becomes `get_pets_by_id`.
    pub fn name(&self) -> String {
        self.operation_id.clone().unwrap_or_else(|| self.made_up_name())
    }

    fn made_up_name(&self) -> String {
        let mut name = self.method.as_str().to_ascii_lowercase();
        for part in self.path.segments.iter().flat_map(|segment| &segment.parts) {
            let (link, text) = match part {
                super::PathPart::Literal(text) => ("_", text),
                super::PathPart::Parameter(text) => ("_by_", text),
            };
            name.push_str(link);
            name.extend(text.chars().map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            }));
        }
        name
    }

    /// The parameters sent in one place, in the order of the document.
    pub fn parameters_in(&self, place: ParameterIn) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(move |parameter| parameter.place == place)
    }

    /// The path parameters in the order in which the path has them.
    pub fn path_parameters(&self) -> Vec<&Parameter> {
        self.path
            .parameters()
            .filter_map(|name| {
                self.parameters_in(ParameterIn::Path)
                    .find(|parameter| parameter.name == name)
            })
            .collect()
    }

    /// A parameter by place and name; header names match whatever their case.
    pub fn parameter(&self, place: ParameterIn, name: &str) -> Option<&Parameter> {
        self.parameters_in(place).find(|parameter| match place {
            ParameterIn::Header => parameter.name.eq_ignore_ascii_case(name),
            _ => parameter.name == name,
        })
    }

    /// The responses that stand for success (2xx and 3xx), in the order of the document.
    pub fn success_responses(&self) -> impl Iterator<Item = &Response> {
        self.responses
            .iter()
            .filter(|response| response.status.is_success())
    }

    /// The responses that stand for errors (4xx, 5xx, `default`), in the order of the document.
    pub fn error_responses(&self) -> impl Iterator<Item = &Response> {
        self.responses
            .iter()
            .filter(|response| response.status.is_error())
    }

    /// The one tag, when there is exactly one.
    pub fn single_tag(&self) -> Option<&str> {
        match self.tags.as_slice() {
            [tag] => Some(tag),
            _ => None,
        }
    }
}

/// An HTTP method that a path item may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// GET.
    Get,
    /// PUT.
    Put,
    /// POST.
    Post,
    /// DELETE.
    Delete,
    /// OPTIONS.
    Options,
    /// HEAD.
    Head,
    /// PATCH.
    Patch,
    /// TRACE.
    Trace,
}

impl Method {
    /// Every method, in the order of the specification.
    pub const ALL: [Self; 8] = [
        Self::Get,
        Self::Put,
        Self::Post,
        Self::Delete,
        Self::Options,
        Self::Head,
        Self::Patch,
        Self::Trace,
    ];

    /// The method as it stands in a request: `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }
}

/// Requests that the server makes to an address found at run time.
#[derive(Debug, Clone, PartialEq)]
pub struct Callback {
    /// Its key under `callbacks`.
    pub name: String,
    /// The runtime expression that gives the address.
    pub expression: String,
    /// What may be sent there.
    pub operations: Vec<Operation>,
    /// Where it is written.
    pub location: Location,
}

/// How a response leads to another operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Its key under `links`.
    pub name: String,
    /// The target by `operationId`.
    pub operation_id: Option<String>,
    /// The target by reference.
    pub operation_ref: Option<String>,
    /// Values or runtime expressions for the target's parameters.
    pub parameters: Vec<(String, Value)>,
    /// Value or runtime expression for the target's body.
    pub request_body: Option<Value>,
    /// Prose.
    pub description: Option<String>,
    /// The server of the target.
    pub server: Option<Server>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}
