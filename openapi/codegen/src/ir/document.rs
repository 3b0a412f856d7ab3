//! One document: its frame, its operations, and the names it declares.

use std::sync::Arc;

use serde_json::Value;

use super::{Extensions, ExternalDocs, Location, Operation, SchemaId, Security, SecurityScheme};

/// One OpenAPI document, normalised.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The module that its code is generated into: the stem of the file in snake case.
    pub module: String,
    /// The file as it was named to the loader.
    pub file: Arc<str>,
    /// The dialect that it was written in.
    pub version: SpecVersion,
    /// Title, version, licence.
    pub info: Info,
    /// Where it is served, in order.
    pub servers: Vec<Server>,
    /// The tags that it describes, in order.
    pub tags: Vec<Tag>,
    /// Its operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// Requests that the server makes by itself (3.1).
    pub webhooks: Vec<Operation>,
    /// The named schemas that it declares, in order.
    pub schemas: Vec<SchemaId>,
    /// The security schemes that it declares, in order.
    pub security_schemes: Vec<SecurityScheme>,
    /// What it demands of callers where an operation says nothing.
    pub security: Option<Security>,
    /// Documentation elsewhere.
    pub external_docs: Option<ExternalDocs>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it begins.
    pub location: Location,
    /// The text as it was read, to be served byte for byte.
    pub source: Arc<str>,
    /// The document as plain JSON, references untouched; for transforms that feed other generators.
    pub raw: Arc<Value>,
}

/// The dialect of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecVersion {
    /// Swagger 2.0.
    V2_0,
    /// OpenAPI 3.0, with the patch version as written.
    V3_0(String),
    /// OpenAPI 3.1, with the patch version as written.
    V3_1(String),
}

impl Spec {
    /// The path under which all operations stand: the path of the first server, without a slash at the end.
    pub fn base_path(&self) -> &str {
        let url = self.servers.first().map_or("", |server| server.url.as_str());
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
            None => url,
        };
        path.trim_end_matches('/')
    }

    /// The operations of one tag, in the order of the document.
    pub fn operations_of<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.operations
            .iter()
            .filter(move |operation| operation.tags.iter().any(|one| one == tag))
    }

    /// What the document says about a tag.
    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.name == name)
    }

    /// A security scheme by name.
    pub fn security_scheme(&self, name: &str) -> Option<&SecurityScheme> {
        self.security_schemes.iter().find(|scheme| scheme.name == name)
    }
}

/// What the document says about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Info {
    /// The title.
    pub title: String,
    /// The version of the API, not of OpenAPI.
    pub version: String,
    /// One line (3.1).
    pub summary: Option<String>,
    /// Prose.
    pub description: Option<String>,
    /// Where the terms are.
    pub terms_of_service: Option<String>,
    /// Whom to ask.
    pub contact: Option<Contact>,
    /// The licence.
    pub license: Option<License>,
    /// Vendor extensions.
    pub extensions: Extensions,
}

impl Info {
    /// Where a list of documents names it (`x-order`); those that do not say come last.
    pub fn position(&self) -> u64 {
        let order = self.extensions.get("x-order");
        order.and_then(Value::as_u64).unwrap_or(u64::MAX)
    }
}

/// Whom to ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contact {
    /// A name.
    pub name: Option<String>,
    /// A page.
    pub url: Option<String>,
    /// A mail address.
    pub email: Option<String>,
}

/// The licence of an API.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct License {
    /// Its name.
    pub name: String,
    /// Its text.
    pub url: Option<String>,
}

/// Where a document is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// The address, possibly relative, possibly with `{variables}`.
    pub url: String,
    /// Prose.
    pub description: Option<String>,
    /// The variables of the address, in order.
    pub variables: Vec<ServerVariable>,
    /// Where it is written.
    pub location: Location,
}

/// A variable in the address of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// The value used when nobody chooses.
    pub default: String,
    /// The values allowed; empty for any.
    pub values: Vec<String>,
    /// Prose.
    pub description: Option<String>,
}

/// A tag and what the document says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// The name.
    pub name: String,
    /// Prose.
    pub description: Option<String>,
    /// Documentation elsewhere.
    pub external_docs: Option<ExternalDocs>,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}
