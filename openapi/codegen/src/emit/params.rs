//! Writes the struct of an operation's query and header parameters, and the choice of its body.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{ident, text};
use crate::plan::{Argument, OperationPlan, Payload, Plan, RequestKind, Scope};

pub(super) fn write(
    plan: &Plan<'_>,
    operation: &OperationPlan<'_>,
    scope: &Scope<'_>,
    items: &mut Vec<TokenStream>,
) {
    if let Some(params) = &operation.params {
        parameters(plan, operation, &params.name, &params.fields, scope, items);
    }
    if let Some(RequestKind::Several(name, variants)) = operation.body.as_ref().map(|body| &body.kind) {
        items.push(choice(operation, name, variants, scope));
    }
}

fn parameters(
    plan: &Plan<'_>,
    operation: &OperationPlan<'_>,
    name: &str,
    fields: &[Argument],
    scope: &Scope<'_>,
    items: &mut Vec<TokenStream>,
) {
    let name = format_ident!("{name}");
    let doc = text::doc(&format!(
        "The query and header parameters of `{}`.",
        operation.operation.name()
    ));
    let written = fields.iter().map(|field| {
        let doc = text::doc_of(None, field.description.as_deref(), &format!("`{}`", field.wire));
        let (name, rust_type) = (ident(&field.name), field_type(field, scope));
        quote!(#doc pub #name: #rust_type)
    });
    let plain = fields.iter().all(|field| {
        !field.required
            && field
                .default
                .as_ref()
                .is_none_or(crate::plan::DefaultValue::is_rust_default)
    });
    let default = plain.then(|| quote!(, Default));
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, PartialEq #default)]
        pub struct #name { #(#written),* }
    });
    if plain || fields.iter().any(|field| field.required) {
        return;
    }
    let values = fields.iter().map(|field| {
        let name = ident(&field.name);
        match &field.default {
            Some(value) => {
                let value = plan.default_tokens(value, scope);
                quote!(#name: #value)
            }
            None => quote!(#name: None),
        }
    });
    items.push(quote! {
        impl Default for #name {
            fn default() -> Self {
                Self { #(#values),* }
            }
        }
    });
}

fn field_type(field: &Argument, scope: &Scope<'_>) -> TokenStream {
    let inner = field.rust_type.tokens(scope);
    if field.required || field.default.is_some() {
        inner
    } else {
        quote!(Option<#inner>)
    }
}

fn choice(
    operation: &OperationPlan<'_>,
    name: &str,
    variants: &[(String, String, Payload)],
    scope: &Scope<'_>,
) -> TokenStream {
    let name = format_ident!("{name}");
    let doc = text::doc(&format!(
        "The body of `{}`, in one of its media types.",
        operation.operation.name()
    ));
    let written = variants.iter().map(|(variant, media, payload)| {
        let doc = text::doc(&format!("`{media}`"));
        let (variant, inner) = (format_ident!("{variant}"), payload_type(payload, scope));
        quote!(#doc #variant(#inner))
    });
    quote! {
        #doc
        #[derive(Debug)]
        pub enum #name { #(#written),* }
    }
}

/// The type that holds a body.
pub(super) fn payload_type(payload: &Payload, scope: &Scope<'_>) -> TokenStream {
    match payload {
        Payload::Json(inner) => inner.tokens(scope),
        Payload::Text => quote!(String),
        Payload::Bytes => quote!(ByteStream),
        Payload::Events(inner) => {
            let inner = inner.tokens(scope);
            quote!(EventStream<#inner>)
        }
    }
}
