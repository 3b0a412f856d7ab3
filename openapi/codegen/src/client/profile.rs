//! The client profile: a document that says the same as ours, as far as progenitor can express it.
//!
//! Progenitor takes OpenAPI 3.0 with one type for all successes and one for all errors, knows few media types and
//! makes types of its own. So the profile has, for each operation, one success that is JSON, empty, or else a
//! stream of bytes that the adapter decodes by status; problems as JSON for all of 4XX and 5XX (problem+json would
//! come back untyped); bodies that are JSON or a stream; no 1XX and 3XX, which reach the adapter undecoded; and
//! every schema replaced by an empty one whose name stands for a Rust type of ours. Why it is so, and why there is no
//! `x-dropshot-pagination`, stands in `docs/decisions/the-client-comes-from-the-plan.md`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};

use super::arguments::{Sent, sent_type};
use super::names::ApiNames;
use super::reply::Wanted;
use crate::ir::{ParameterIn, Spec};
use crate::plan::{Argument, BodyPlan, OperationPlan, Payload, Plan, RequestKind, RustType, TypeName};

/// A document for progenitor, and the Rust type behind each of its schemas.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) document: Value,
    pub(super) types: BTreeMap<String, String>,
}

/// The profile of one document.
pub(super) fn profile(plan: &Plan<'_>, spec: &Spec, api: &ApiNames<'_>) -> Profile {
    let mut types = Types {
        api,
        names: BTreeMap::new(),
    };
    let mut paths = Map::new();
    for operation in plan.operations_of(spec) {
        let method = operation.operation.method.as_str().to_ascii_lowercase();
        let item = paths
            .entry(operation.operation.path.raw.clone())
            .or_insert_with(|| json!({}));
        item[method] = types.operation(operation);
    }
    types.name("Problem", quote!(::crochet_openapi::Problem).to_string());
    let schemas: Map<String, Value> = types.names.keys().map(|name| (name.clone(), json!({}))).collect();
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": spec.info.title, "version": spec.info.version},
        "paths": paths,
        "components": {"schemas": schemas},
    });
    Profile {
        document,
        types: types.names,
    }
}

/// The schemas of the profile: names that stand for Rust types.
struct Types<'a> {
    api: &'a ApiNames<'a>,
    names: BTreeMap<String, String>,
}

impl Types<'_> {
    fn operation(&mut self, plan: &OperationPlan<'_>) -> Value {
        let params = plan.params.iter().flat_map(|params| &params.fields);
        let parameters: Vec<Value> = plan
            .path
            .iter()
            .chain(params)
            .map(|field| self.parameter(field))
            .collect();
        let mut operation = json!({
            "operationId": plan.method.trim_start_matches("r#"),
            "parameters": parameters,
            "responses": self.responses(plan),
        });
        if let Some(summary) = &plan.operation.summary {
            operation["summary"] = json!(summary);
        }
        if let Some(body) = &plan.body {
            operation["requestBody"] = self.body(body);
        }
        operation
    }

    fn parameter(&mut self, argument: &Argument) -> Value {
        let rust_type = match sent_type(argument) {
            Sent::AsItIs => &argument.rust_type,
            Sent::AsText => &RustType::Text,
        };
        json!({
            "name": argument.wire,
            "in": argument.place.as_str(),
            "required": argument.required || argument.place == ParameterIn::Path,
            "schema": self.reference(rust_type),
        })
    }

    /// JSON where it is the only form and must be sent, else whatever the adapter makes of it.
    fn body(&mut self, body: &BodyPlan) -> Value {
        match &body.kind {
            RequestKind::One(Payload::Json(rust_type), _) if body.required => {
                json!({"required": true, "content": {"application/json": {"schema": self.reference(rust_type)}}})
            }
            _ => json!({"required": true, "content": {"application/octet-stream": {"schema": bytes()}}}),
        }
    }

    fn responses(&mut self, plan: &OperationPlan<'_>) -> Value {
        let problem = json!({
            "description": "A problem.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        });
        let mut responses = json!({"4XX": problem, "5XX": problem});
        let wanted = Wanted::of(&plan.reply);
        for status in wanted.statuses(&plan.reply) {
            responses[status.to_string()] = match wanted {
                Wanted::Nothing => json!({"description": "Done."}),
                Wanted::Json(rust_type) => json!({
                    "description": "Done.",
                    "content": {"application/json": {"schema": self.reference(rust_type)}},
                }),
                Wanted::Pieces => json!({
                    "description": "Done.",
                    "content": {"application/octet-stream": {"schema": bytes()}},
                }),
            };
        }
        responses
    }

    fn reference(&mut self, rust_type: &RustType) -> Value {
        let path = absolute(rust_type, self.api).to_string();
        let name = self.name(&readable(rust_type), path);
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// The name for a Rust type: the wanted one, or with a number if another type has it.
    fn name(&mut self, wanted: &str, path: String) -> String {
        let mut name = wanted.to_owned();
        let mut count = 2;
        while self.names.get(&name).is_some_and(|known| *known != path) {
            name = format!("{wanted}N{count}");
            count += 1;
        }
        self.names.insert(name.clone(), path);
        name
    }
}

fn bytes() -> Value {
    json!({"type": "string", "format": "binary"})
}

/// A type by a path that holds in any module, as progenitor's modules have none of our imports.
fn absolute(rust_type: &RustType, api: &ApiNames<'_>) -> TokenStream {
    let inside = |inner: &RustType| absolute(inner, api);
    match rust_type {
        RustType::Text => quote!(::std::string::String),
        RustType::DateTime => quote!(::chrono::DateTime<::chrono::Utc>),
        RustType::Date => quote!(::chrono::NaiveDate),
        RustType::Uuid => quote!(::uuid::Uuid),
        RustType::Any => quote!(::serde_json::Value),
        RustType::List(item) => {
            let item = inside(item);
            quote!(::std::vec::Vec<#item>)
        }
        RustType::Map(value) => {
            let value = inside(value);
            quote!(::std::collections::BTreeMap<::std::string::String, #value>)
        }
        RustType::Boxed(inner) => {
            let inner = inside(inner);
            quote!(::std::boxed::Box<#inner>)
        }
        RustType::Nullable(inner) => {
            let inner = inside(inner);
            quote!(::std::option::Option<#inner>)
        }
        RustType::Bool
        | RustType::I32
        | RustType::I64
        | RustType::F32
        | RustType::F64
        | RustType::Named(_) => api.of(rust_type),
    }
}

/// A name that says what the type is. Capitals and letters only, so that progenitor leaves it as it is.
fn readable(rust_type: &RustType) -> String {
    match rust_type {
        RustType::Named(TypeName::Declared { name, .. }) => crate::plan::pascal(name),
        RustType::Named(TypeName::External(path)) => {
            crate::plan::pascal(path.rsplit("::").next().unwrap_or_default())
        }
        RustType::Bool => "Flag".to_owned(),
        RustType::I32 => "SmallInteger".to_owned(),
        RustType::I64 => "Integer".to_owned(),
        RustType::F32 => "SmallNumber".to_owned(),
        RustType::F64 => "Number".to_owned(),
        RustType::Text => "Text".to_owned(),
        RustType::DateTime => "Instant".to_owned(),
        RustType::Date => "Day".to_owned(),
        RustType::Uuid => "Id".to_owned(),
        RustType::Any => "Anything".to_owned(),
        RustType::List(item) => format!("{}List", readable(item)),
        RustType::Map(value) => format!("{}Map", readable(value)),
        RustType::Boxed(inner) => readable(inner),
        RustType::Nullable(inner) => format!("{}OrNull", readable(inner)),
    }
}
