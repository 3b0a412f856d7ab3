//! Writes the table of operations: what routes, guards, the authorisation walk and "what may I call" read.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::text;
use crate::ir::{ApiKeyIn, Method, SchemeUse, Security, SecurityScheme, SecuritySchemeKind, Spec};
use crate::plan::{BodyPlan, OperationPlan, Plan, constant, module};

pub(super) fn write(plan: &Plan<'_>, spec: &Spec, items: &mut Vec<TokenStream>) {
    let operations = plan.operations_of(spec);
    let used = |scheme: &&SecurityScheme| {
        let uses = operations
            .iter()
            .filter_map(|plan| plan.operation.security.as_ref())
            .flat_map(Security::uses);
        uses.into_iter().any(|used| used.scheme == scheme.name)
    };
    let schemes: Vec<_> = spec.security_schemes.iter().filter(used).map(scheme).collect();
    let constants: Vec<_> = operations
        .iter()
        .map(|operation| format_ident!("{}", operation.constant))
        .collect();
    let written = operations.iter().map(|operation| info(spec, operation));
    let doc = text::doc(&format!(
        "The operations of {}, as its document describes them.",
        spec.info.title
    ));
    let all_doc = text::doc("Every operation, in the order of the document.");
    items.push(quote! {
        #doc
        pub mod operations {
            use super::*;

            #all_doc
            pub static ALL: &[&OperationInfo] = &[#(&#constants),*];
            #(#schemes)*
            #(#written)*
        }
    });
}

fn scheme(scheme: &SecurityScheme) -> TokenStream {
    let (constant, name) = (format_ident!("{}", constant(&scheme.name)), &scheme.name);
    let kind = match &scheme.kind {
        SecuritySchemeKind::ApiKey {
            name,
            place: ApiKeyIn::Header,
        } => quote!(Header(#name)),
        SecuritySchemeKind::ApiKey {
            name,
            place: ApiKeyIn::Query,
        } => quote!(Query(#name)),
        SecuritySchemeKind::ApiKey {
            name,
            place: ApiKeyIn::Cookie,
        } => quote!(Cookie(#name)),
        SecuritySchemeKind::Http { scheme, .. } if scheme == "basic" => quote!(Basic),
        // A client certificate never shows in a request: such a scheme falls to whoever ends TLS.
        SecuritySchemeKind::Http { .. }
        | SecuritySchemeKind::OAuth2(_)
        | SecuritySchemeKind::OpenIdConnect { .. }
        | SecuritySchemeKind::MutualTls => quote!(Bearer),
    };
    quote!(static #constant: Scheme = Scheme::new(#name, SchemeKind::#kind);)
}

fn info(spec: &Spec, plan: &OperationPlan<'_>) -> TokenStream {
    let operation = plan.operation;
    let constant = format_ident!("{}", plan.constant);
    let (method, path) = (operation.method.as_str(), &operation.path.raw);
    let (base, id, tag) = (spec.base_path(), operation.name(), &plan.tag);
    let summary = operation.summary.as_deref().unwrap_or_default();
    let doc = text::doc(&format!("`{method} {path}`"));
    let name = module(&spec.module);
    let security = security(operation.security.as_ref());
    let consumes: Vec<&str> = plan.body.as_ref().map(BodyPlan::media_types).unwrap_or_default();
    let query = match &plan.query {
        Some(names) => quote!(Some(&[#(#names),*])),
        None => quote!(None),
    };
    let produces = plan.reply.media_types();
    let limit = super::validate::grouped(plan.body_bytes_max);
    let streams = plan.reply.streams() || plan.body.as_ref().is_some_and(BodyPlan::streams);
    let flag = |name: &str| operation.extensions.flag(name);
    let (idempotent, no_compress, audit) = (
        flag("x-idempotent") && operation.method != Method::Get,
        flag("x-no-compress"),
        flag("x-audit"),
    );
    let deprecated = operation.deprecated;
    quote! {
        #doc
        pub static #constant: OperationInfo = OperationInfo {
            spec: #name,
            tag: #tag,
            operation_id: #id,
            summary: #summary,
            method: #method,
            base_path: #base,
            path: #path,
            security: #security,
            query: #query,
            consumes: &[#(#consumes),*],
            produces: &[#(#produces),*],
            body_bytes_max: #limit,
            streams: #streams,
            idempotent: #idempotent,
            no_compress: #no_compress,
            audit: #audit,
            deprecated: #deprecated,
        };
    }
}

/// Silence is not `security: []`: the lint of Crochet's own profile refuses it, and for a foreign document it
/// says that nothing is demanded.
fn security(security: Option<&Security>) -> TokenStream {
    let Some(security) = security.filter(|security| !security.is_public()) else {
        return quote!(Security::PUBLIC);
    };
    let alternatives = security.alternatives.iter().map(|alternative| {
        let requirements = alternative.schemes.iter().map(requirement);
        quote!(&[#(#requirements),*])
    });
    let scopes = security.scopes();
    quote!(Security { any_of: &[#(#alternatives),*], scopes: &[#(#scopes),*] })
}

fn requirement(used: &SchemeUse) -> TokenStream {
    let (scheme, scopes) = (format_ident!("{}", constant(&used.scheme)), &used.scopes);
    quote!(Requirement::new(&#scheme, &[#(#scopes),*]))
}
