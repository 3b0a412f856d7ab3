//! Writes Rust from the plan: types, traits, routes, guards, records, the table of operations.
//!
//! Every decision has been made in `crate::plan`; what is left is to write it down so that a person would be
//! content to have written it. It reads `crate::ir` and `crate::plan` only and never sees YAML or a file.

mod audits;
#[cfg(test)]
pub(crate) mod corpus;
#[cfg(test)]
pub(crate) mod golden;
mod guards;
mod output;
mod params;
mod probes;
mod replies;
mod routes;
mod shorten;
mod structs;
mod stubs;
mod table;
pub(crate) mod text;
mod traits;
mod types;
mod unions;
mod validate;

pub use output::{operations, scopes, sources, write_if_changed};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::diagnostic::Diagnostic;
use crate::ir::{Spec, Specs};
use crate::plan::{Plan, Scope, module};

/// One generated module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// The name of the module, which is the name of its file without `.rs`.
    pub module: String,
    /// Its code.
    pub code: String,
}

/// What was generated.
#[derive(Debug, Clone, Default)]
pub struct Generated {
    /// One file for each document, and the list of them.
    pub files: Vec<GeneratedFile>,
    /// What a document says and the code does not.
    pub diagnostics: Vec<Diagnostic>,
}

/// Types and traits: what a service implements and a client calls.
pub fn api(specs: &Specs) -> Generated {
    let plan = Plan::new(specs);
    let files = specs.documents.iter().map(|spec| api_file(&plan, spec)).collect();
    Generated {
        files,
        diagnostics: plan.diagnostics,
    }
}

/// Routes, guards and the table of operations, for types and traits found below `api`
/// (`crochet_api`, or `super::api`).
pub fn routes(specs: &Specs, api: &str) -> Generated {
    let plan = Plan::new(specs);
    let served = specs.documents.iter().filter(|spec| !spec.operations.is_empty());
    let files = served.map(|spec| routes_file(&plan, spec, api)).collect();
    Generated {
        files,
        diagnostics: plan.diagnostics,
    }
}

/// Services of which nothing is implemented, and probes of every operation, for traits found below `api`.
pub fn stubs(specs: &Specs, api: &str) -> Generated {
    let plan = Plan::new(specs);
    let served = specs.documents.iter().filter(|spec| !spec.operations.is_empty());
    let files = served.map(|spec| stubs_file(&plan, spec, api)).collect();
    Generated {
        files,
        diagnostics: plan.diagnostics,
    }
}

/// Types and routes, one after the other, for a person to read.
pub fn expand(specs: &Specs) -> String {
    let mut text = String::new();
    for (crate_name, generated) in [
        ("crochet-api", api(specs)),
        ("crochet-routes", routes(specs, "crochet_api")),
    ] {
        for file in generated.files {
            text.push_str(&format!(
                "// ==== {crate_name}: {}.rs ====\n{}\n",
                file.module, file.code
            ));
        }
    }
    text
}

const API_IMPORTS: [text::Import; 20] = [
    ("BTreeMap", "std::collections"),
    ("async_trait", "async_trait"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("Utc", "chrono"),
    ("At", "crochet_openapi"),
    ("ByteStream", "crochet_openapi"),
    ("Caller", "crochet_openapi"),
    ("Described", "crochet_openapi"),
    ("EventStream", "crochet_openapi"),
    ("JsonCase", "crochet_openapi"),
    ("JsonMember", "crochet_openapi"),
    ("JsonShape", "crochet_openapi"),
    ("Maybe", "crochet_openapi"),
    ("Pattern", "crochet_openapi"),
    ("Problem", "crochet_openapi"),
    ("Validate", "crochet_openapi"),
    ("Violations", "crochet_openapi"),
    ("not_null", "crochet_openapi"),
    ("Uuid", "uuid"),
];

fn api_file(plan: &Plan<'_>, spec: &Spec) -> GeneratedFile {
    let scope = Scope::inside(&spec.module);
    let mut items = Vec::new();
    traits::write(plan, spec, &scope, &mut items);
    for operation in plan.operations_of(spec) {
        params::write(plan, operation, &scope, &mut items);
        replies::write(operation, &scope, &mut items);
    }
    for declaration in plan.declarations_of(spec) {
        types::write(plan, declaration, &scope, &mut items);
    }
    let mut imports = API_IMPORTS.to_vec();
    imports.extend([
        ("Deserialize", "serde"),
        ("Serialize", "serde"),
        ("string_enum", "crochet_openapi"),
    ]);
    imports.extend([
        ("string_newtype", "crochet_openapi"),
        ("scalar_newtype", "crochet_openapi"),
    ]);
    let code = finished(plan, &header(spec, "Types and traits"), &imports, &scope, items);
    GeneratedFile {
        module: module(&spec.module),
        code,
    }
}

const ROUTES_IMPORTS: [text::Import; 34] = [
    ("BTreeMap", "std::collections"),
    ("Arc", "std::sync"),
    ("async_trait", "async_trait"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("Utc", "chrono"),
    ("Audit", "crochet_openapi"),
    ("ByteStream", "crochet_openapi"),
    ("Caller", "crochet_openapi"),
    ("Described", "crochet_openapi"),
    ("EventStream", "crochet_openapi"),
    ("OperationInfo", "crochet_openapi"),
    ("Problem", "crochet_openapi"),
    ("Requirement", "crochet_openapi"),
    ("Scheme", "crochet_openapi"),
    ("SchemeKind", "crochet_openapi"),
    ("Security", "crochet_openapi"),
    ("admit", "crochet_openapi"),
    ("smallest", "crochet_openapi"),
    ("Call", "crochet_openapi_poem"),
    ("GeneratedRoutes", "crochet_openapi_poem"),
    ("Operations", "crochet_openapi_poem"),
    ("Pattern", "crochet_openapi"),
    ("Refused", "crochet_openapi_poem"),
    ("Reply", "crochet_openapi_poem"),
    ("RouteTable", "crochet_openapi_poem"),
    ("Routes", "crochet_openapi_poem"),
    ("by_type", "crochet_openapi_poem"),
    ("Response", "poem"),
    ("OpenApi", "poem_openapi"),
    ("MetaApi", "poem_openapi::registry"),
    ("Registry", "poem_openapi::registry"),
    ("Uuid", "uuid"),
    ("At", "crochet_openapi"),
];

fn routes_file(plan: &Plan<'_>, spec: &Spec, api: &str) -> GeneratedFile {
    let scope = Scope {
        module: &spec.module,
        others: path(api),
    };
    let mut items = Vec::new();
    routes::write(plan, spec, &scope, &mut items);
    guards::write(plan, spec, &scope, &mut items);
    audits::write(plan, spec, &scope, &mut items);
    table::write(plan, spec, &mut items);
    let code = finished(
        plan,
        &header(spec, "Routes, guards and operations"),
        &ROUTES_IMPORTS,
        &scope,
        items,
    );
    GeneratedFile {
        module: module(&spec.module),
        code,
    }
}

fn stubs_file(plan: &Plan<'_>, spec: &Spec, api: &str) -> GeneratedFile {
    let scope = Scope {
        module: &spec.module,
        others: path(api),
    };
    let mut items = Vec::new();
    stubs::write(plan, spec, &scope, &mut items);
    probes::write(plan, spec, &scope, &mut items);
    let code = finished(plan, &header(spec, "A stub"), &ROUTES_IMPORTS, &scope, items);
    GeneratedFile {
        module: module(&spec.module),
        code,
    }
}

fn path(api: &str) -> TokenStream {
    api.parse().unwrap_or_else(|_| quote!(crochet_api))
}

/// The file around its items: what other documents give is imported by name, and, where the types of the
/// document itself are in another crate, these all together.
fn finished(
    plan: &Plan<'_>,
    header: &str,
    imports: &[text::Import],
    scope: &Scope<'_>,
    items: Vec<TokenStream>,
) -> String {
    let (items, mut uses) = shorten::shorten(items, &scope.others, plan.names_in(scope.module));
    if scope.others.to_string() != "super" {
        let (others, own) = (&scope.others, format_ident!("{}", module(scope.module)));
        uses.insert(0, quote!(use #others::#own::*;));
    }
    text::file_with(header, imports, &uses, &items)
}

fn header(spec: &Spec, what: &str) -> String {
    let title = &spec.info.title;
    format!(
        "{what} of {title}, generated from {}: change that file, not this one.",
        short_name(&spec.file)
    )
}

fn short_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// The names of what is generated once for each document.
struct SpecNames {
    api: Ident,
    routes: Ident,
    guarded: Ident,
    audited: Ident,
    stub: Ident,
}

fn names_of(spec: &Spec) -> SpecNames {
    let stem = crate::plan::pascal(&spec.module);
    SpecNames {
        api: format_ident!("{stem}Api"),
        routes: format_ident!("{stem}Routes"),
        guarded: format_ident!("Guarded{stem}"),
        audited: format_ident!("Audited{stem}"),
        stub: format_ident!("Stub{stem}"),
    }
}

/// The trait of one tag.
fn trait_of(tag: &str) -> Ident {
    format_ident!("{}Operations", crate::plan::pascal(tag))
}

/// An identifier, raw where the plan says so.
fn ident(name: &str) -> Ident {
    name.strip_prefix("r#")
        .map_or_else(|| format_ident!("{name}"), |raw| format_ident!("r#{raw}"))
}
