//! Path items, operations, callbacks and links.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::ir::{Callback, Link, Method, Operation, Parameter, PathTemplate, Security, Server};
use crate::load::Cursor;
use crate::normalise::context::Normaliser;
use crate::normalise::fields::extensions;

const OPERATION: [&str; 12] = [
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
];

const PATH_ITEM: [&str; 13] = [
    "$ref",
    "summary",
    "description",
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "servers",
    "parameters",
];

/// Callbacks hold path items whose operations may hold callbacks; more levels than this are a circle of references.
const CALLBACK_DEPTH_MAX: usize = 4;

/// What a path item and the document add to an operation.
struct Surroundings<'a> {
    path: &'a str,
    parameters: Vec<Parameter>,
    servers: Vec<Server>,
    summary: Option<String>,
    description: Option<String>,
    security: Option<&'a Security>,
    depth: usize,
}

impl Normaliser<'_> {
    pub(super) fn paths(&mut self, root: &Cursor, security: Option<&Security>) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.map(root, "paths") {
            if !path.starts_with('/') {
                let message = format!("the path `{path}` must begin with a slash");
                self.report(Diagnostic::error("path-slash", &item.location(), message));
            }
            operations.extend(self.path_item(&path, &item, security, 0));
        }
        operations
    }

    fn path_item(
        &mut self,
        path: &str,
        at: &Cursor,
        security: Option<&Security>,
        depth: usize,
    ) -> Vec<Operation> {
        let Some(at) = self.follow(at) else {
            return Vec::new();
        };
        if !self.object(&at, "a path item", &PATH_ITEM) {
            return Vec::new();
        }
        let around = Surroundings {
            path,
            parameters: self.parameters(&at),
            servers: self.servers(&at),
            summary: self.text(&at, "summary"),
            description: self.text(&at, "description"),
            security,
            depth,
        };
        // In the order of the document, which is the order that its author meant.
        let entries = at.entries();
        let methods = entries.iter().filter_map(|(key, operation)| {
            let method = Method::ALL
                .into_iter()
                .find(|method| method.as_str().eq_ignore_ascii_case(key))?;
            (PATH_ITEM.contains(&key.as_str())).then_some((method, operation))
        });
        methods
            .filter_map(|(method, operation)| self.operation(method, operation, &around))
            .collect()
    }

    fn operation(&mut self, method: Method, at: &Cursor, around: &Surroundings<'_>) -> Option<Operation> {
        if !self.object(at, "an operation", &OPERATION) {
            return None;
        }
        let inherited = around.security.map(|security| Security {
            inherited: true,
            ..security.clone()
        });
        let own_servers = self.servers(at);
        Some(Operation {
            operation_id: self.text(at, "operationId"),
            method,
            path: PathTemplate::parse(around.path),
            tags: self.texts(at, "tags"),
            summary: self.text(at, "summary").or_else(|| around.summary.clone()),
            description: self
                .text(at, "description")
                .or_else(|| around.description.clone()),
            parameters: self.merged_parameters(at, &around.parameters),
            request_body: self.request_body(at),
            responses: self.responses(at),
            security: self.security(at, false).or(inherited),
            servers: if own_servers.is_empty() {
                around.servers.clone()
            } else {
                own_servers
            },
            callbacks: self.callbacks(at, around.depth),
            deprecated: self.is(at, "deprecated"),
            external_docs: self.external_docs(at),
            extensions: extensions(at),
            location: at.location(),
        })
    }

    /// The parameters of the path item that the operation does not replace, then its own.
    fn merged_parameters(&mut self, at: &Cursor, shared: &[Parameter]) -> Vec<Parameter> {
        let own = self.parameters(at);
        let mut names = HashSet::new();
        for one in own
            .iter()
            .filter(|one| !names.insert((one.place, one.name.as_str())))
        {
            let message = format!(
                "the {} parameter `{}` is declared twice",
                one.place.as_str(),
                one.name
            );
            self.report(Diagnostic::error("duplicate-parameter", &one.location, message));
        }
        let kept = shared
            .iter()
            .filter(|one| !names.contains(&(one.place, one.name.as_str())));
        kept.chain(&own).cloned().collect()
    }

    fn callbacks(&mut self, at: &Cursor, depth: usize) -> Vec<Callback> {
        let mut callbacks = Vec::new();
        for (name, place) in self.map(at, "callbacks") {
            if depth >= CALLBACK_DEPTH_MAX {
                let message = "callbacks of callbacks go too deep and are ignored";
                self.report(Diagnostic::warning("callback-depth", &place.location(), message));
                break;
            }
            let Some(place) = self.follow(&place) else {
                continue;
            };
            for (expression, item) in place
                .entries()
                .into_iter()
                .filter(|(key, _)| !key.starts_with("x-"))
            {
                let operations = self.path_item(&expression, &item, None, depth + 1);
                callbacks.push(Callback {
                    name: name.clone(),
                    expression,
                    operations,
                    location: item.location(),
                });
            }
        }
        callbacks
    }

    pub(super) fn links(&mut self, at: &Cursor) -> Vec<Link> {
        let links = self.map(at, "links");
        links
            .into_iter()
            .filter_map(|(name, at)| self.link(name, &at))
            .collect()
    }

    fn link(&mut self, name: String, at: &Cursor) -> Option<Link> {
        let at = self.follow(at)?;
        let fields = [
            "operationRef",
            "operationId",
            "parameters",
            "requestBody",
            "description",
            "server",
        ];
        if !self.object(&at, "a link", &fields) {
            return None;
        }
        let parameters = self.map_all(&at, "parameters");
        Some(Link {
            name,
            operation_id: self.text(&at, "operationId"),
            operation_ref: self.text(&at, "operationRef"),
            parameters: parameters
                .into_iter()
                .map(|(name, value)| (name, value.node.to_value()))
                .collect(),
            request_body: at.get("requestBody").map(|body| body.node.to_value()),
            description: self.text(&at, "description"),
            server: at.get("server").and_then(|server| self.server(&server)),
            extensions: extensions(&at),
            location: at.location(),
        })
    }
}
