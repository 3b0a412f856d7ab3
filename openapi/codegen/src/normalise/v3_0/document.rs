//! The frame of a document: info, servers, tags, components.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::ir::{Contact, Info, License, Server, ServerVariable, Spec, SpecVersion, Tag};
use crate::load::Cursor;
use crate::normalise::context::Normaliser;
use crate::normalise::fields::extensions;

impl Normaliser<'_> {
    /// Normalises one document.
    pub(in crate::normalise) fn document(&mut self, root: &Cursor, version: SpecVersion) {
        let fields = [
            "openapi",
            "info",
            "servers",
            "paths",
            "components",
            "security",
            "tags",
            "externalDocs",
        ];
        if !self.object(root, "a document", &fields) {
            return;
        }
        for field in ["info", "paths"] {
            if root.get(field).is_none() {
                self.missing(root, "the document", field);
            }
        }
        let schemas = self.components(root);
        let security_schemes = self.security_schemes(root);
        let security = self.security(root, false);
        let spec = Spec {
            module: self.module(&root.source.file),
            file: root.source.file.clone(),
            version,
            info: self.info(root),
            servers: self.servers(root),
            tags: self.tags(root),
            operations: self.paths(root, security.as_ref()),
            webhooks: Vec::new(),
            schemas,
            security_schemes,
            security,
            external_docs: self.external_docs(root),
            extensions: extensions(root),
            location: root.location(),
            source: root.source.text.clone(),
            raw: Arc::new(root.node.to_value()),
        };
        self.documents.push(spec);
        self.fill_all();
    }

    /// Declares all named schemas, used or not, and checks the names of components.
    fn components(&mut self, root: &Cursor) -> Vec<crate::ir::SchemaId> {
        let Some(components) = root.get("components") else {
            return Vec::new();
        };
        let kinds = [
            "schemas",
            "responses",
            "parameters",
            "examples",
            "requestBodies",
            "headers",
            "securitySchemes",
            "links",
            "callbacks",
        ];
        if !self.object(&components, "`components`", &kinds) {
            return Vec::new();
        }
        for kind in kinds {
            for (name, at) in self.map_all(&components, kind) {
                if !name
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
                {
                    let message = format!(
                        "the name `{name}` of a component may hold letters, digits, `.`, `_` and `-`"
                    );
                    self.report(Diagnostic::warning("component-name", &at.location(), message));
                }
            }
        }
        self.map_all(&components, "schemas")
            .iter()
            .map(|(_, at)| self.reserve(at))
            .collect()
    }

    fn info(&mut self, root: &Cursor) -> Info {
        let Some(info) = root.get("info") else {
            return Info::default();
        };
        let fields = [
            "title",
            "description",
            "termsOfService",
            "contact",
            "license",
            "version",
        ];
        if !self.object(&info, "`info`", &fields) {
            return Info::default();
        }
        Info {
            title: self.demanded_text(&info, "`info`", "title"),
            version: self.demanded_text(&info, "`info`", "version"),
            summary: None,
            description: self.text(&info, "description"),
            terms_of_service: self.text(&info, "termsOfService"),
            contact: self.contact(&info),
            license: self.license(&info),
            extensions: extensions(&info),
        }
    }

    fn contact(&mut self, info: &Cursor) -> Option<Contact> {
        let contact = info.get("contact")?;
        self.object(&contact, "`contact`", &["name", "url", "email"])
            .then(|| Contact {
                name: self.text(&contact, "name"),
                url: self.text(&contact, "url"),
                email: self.text(&contact, "email"),
            })
    }

    fn license(&mut self, info: &Cursor) -> Option<License> {
        let license = info.get("license")?;
        self.object(&license, "`license`", &["name", "url"])
            .then(|| License {
                name: self.demanded_text(&license, "`license`", "name"),
                url: self.text(&license, "url"),
            })
    }

    pub(super) fn servers(&mut self, at: &Cursor) -> Vec<Server> {
        let servers = self.list(at, "servers");
        servers.iter().filter_map(|server| self.server(server)).collect()
    }

    pub(super) fn server(&mut self, at: &Cursor) -> Option<Server> {
        if !self.object(at, "a server", &["url", "description", "variables"]) {
            return None;
        }
        let mut variables = Vec::new();
        for (name, variable) in self.map(at, "variables") {
            if self.object(
                &variable,
                "a server variable",
                &["enum", "default", "description"],
            ) {
                variables.push(ServerVariable {
                    name,
                    default: self.demanded_text(&variable, "a server variable", "default"),
                    values: self.texts(&variable, "enum"),
                    description: self.text(&variable, "description"),
                });
            }
        }
        Some(Server {
            url: self.demanded_text(at, "a server", "url"),
            description: self.text(at, "description"),
            variables,
            location: at.location(),
        })
    }

    fn tags(&mut self, root: &Cursor) -> Vec<Tag> {
        let mut tags = Vec::new();
        for at in self.list(root, "tags") {
            if self.object(&at, "a tag", &["name", "description", "externalDocs"]) {
                tags.push(Tag {
                    name: self.demanded_text(&at, "a tag", "name"),
                    description: self.text(&at, "description"),
                    external_docs: self.external_docs(&at),
                    extensions: extensions(&at),
                    location: at.location(),
                });
            }
        }
        tags
    }
}
