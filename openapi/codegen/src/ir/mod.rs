//! The intermediate representation: what a set of OpenAPI documents says, with every reference resolved.
//!
//! Any OpenAPI 3.0 document fits, and 3.1 and 2.0 are normalised into the same shape, so emitters and lints are
//! written once. Schemas live in one arena and are named by [`SchemaId`]: a `$ref` is simply the id of its target,
//! which is how recursion stays finite. Every node keeps the [`Location`] it was written at. Nothing in here may
//! know YAML, Rust code or Crochet's own profile.

mod body;
mod document;
mod location;
mod operation;
mod parameter;
mod path;
mod schema;
mod security;
mod shape;
mod specs;
mod value;

pub use body::{Encoding, MediaType, RequestBody, Response, Status};
pub use document::{Contact, Info, License, Server, ServerVariable, Spec, SpecVersion, Tag};
pub use location::Location;
pub use operation::{Callback, Link, Method, Operation};
pub use parameter::{Header, Parameter, ParameterIn, ParameterStyle, ValueShape};
pub use path::{PathPart, PathSegment, PathTemplate};
pub use schema::{
    Additional, ArrayRules, Bound, Discriminator, DiscriminatorCase, JsonType, NumberRules, ObjectRules,
    Property, Schema, SchemaId, StringRules,
};
pub use security::{
    ApiKeyIn, OAuthFlow, OAuthFlows, SchemeUse, Security, SecurityAlternative, SecurityScheme,
    SecuritySchemeKind,
};
pub use shape::{Flattened, IntegerWidth, Shape, StringFormat};
pub use specs::Specs;
pub use value::{ComponentName, Example, Extensions, ExternalDocs};
