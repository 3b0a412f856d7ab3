//! Parameters and headers: a name, a place, and how a value is written there.

use super::{ComponentName, Example, Extensions, Location, MediaType, SchemaId};

/// A parameter of an operation, its own or taken from the path item.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// Where it is sent.
    pub place: ParameterIn,
    /// Whether it must be sent.
    pub required: bool,
    /// How its value is described.
    pub shape: ValueShape,
    /// How its value is written.
    pub style: ParameterStyle,
    /// Whether arrays and objects are written as several pairs.
    pub explode: bool,
    /// Whether reserved characters may stand unescaped (query only).
    pub allow_reserved: bool,
    /// Whether an empty value is allowed (query only).
    pub allow_empty_value: bool,
    /// Whether it should no longer be sent.
    pub deprecated: bool,
    /// Prose.
    pub description: Option<String>,
    /// Examples.
    pub examples: Vec<Example>,
    /// Its name when it is a reusable component.
    pub component: Option<ComponentName>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written (the component, when it is one).
    pub location: Location,
}

/// A header of a response or of one part of a multipart body.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The name, as written.
    pub name: String,
    /// Whether it is always there.
    pub required: bool,
    /// How its value is described.
    pub shape: ValueShape,
    /// Whether objects are written as `k=v`.
    pub explode: bool,
    /// Whether it should no longer be relied on.
    pub deprecated: bool,
    /// Prose.
    pub description: Option<String>,
    /// Examples.
    pub examples: Vec<Example>,
    /// Its name when it is a reusable component.
    pub component: Option<ComponentName>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}

/// How the value of a parameter or header is described.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueShape {
    /// By a schema, written in the parameter's style.
    Schema(SchemaId),
    /// By a media type, written as that media type says.
    Content(Box<MediaType>),
}

impl ValueShape {
    /// The schema, whichever way the value is written.
    pub fn schema(&self) -> Option<SchemaId> {
        match self {
            Self::Schema(id) => Some(*id),
            Self::Content(media) => media.schema,
        }
    }
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterIn {
    /// In the path template.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

impl ParameterIn {
    /// The word that documents use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// How arrays and objects become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterStyle {
    /// `a,b` (path and header).
    Simple,
    /// `.a.b` (path).
    Label,
    /// `;x=a,b` (path).
    Matrix,
    /// `x=a&x=b` or `x=a,b` (query and cookie).
    Form,
    /// `x=a%20b` (query).
    SpaceDelimited,
    /// `x=a|b` (query).
    PipeDelimited,
    /// `x[k]=v` (query).
    DeepObject,
}

impl ParameterStyle {
    /// The word that documents use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
        }
    }
}
