//! Writes the probe: a call of every operation of a document with the smallest arguments there are. Whoever
//! walks through all operations (the authorisation walk) needs no list of them and no arguments of its own.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{ident, names_of, text};
use crate::ir::Spec;
use crate::plan::{Argument, BodyPlan, OperationPlan, Payload, Plan, RequestKind, Scope};

pub(super) fn write(plan: &Plan<'_>, spec: &Spec, scope: &Scope<'_>, items: &mut Vec<TokenStream>) {
    let api = names_of(spec).api;
    let doc = text::doc(&format!(
        "Calls every operation of {} with the smallest arguments there are, and says how each ended.",
        spec.info.title
    ));
    let calls = plan
        .operations_of(spec)
        .iter()
        .map(|operation| call(plan, operation, scope));
    items.push(quote! {
        #doc
        pub async fn probe(service: &dyn #api, caller: &Caller) -> Vec<(&'static str, Result<(), Problem>)> {
            vec![#(#calls),*]
        }
    });
}

fn call(plan: &Plan<'_>, operation: &OperationPlan<'_>, scope: &Scope<'_>) -> TokenStream {
    let (id, method) = (operation.operation.name(), ident(&operation.method));
    let path = operation.path.iter().map(|_| quote!(smallest()));
    let params = operation.params.as_ref().map(|params| {
        let name = scope.path(scope.module, &params.name);
        let fields = params.fields.iter().map(|field| {
            let (name, value) = (ident(&field.name), parameter(plan, field, scope));
            quote!(#name: #value)
        });
        quote!(#name { #(#fields),* })
    });
    let body = operation.body.as_ref().map(|body| smallest_body(body, scope));
    let arguments = path.chain(params).chain(body);
    quote!((#id, service.#method(caller #(, #arguments)*).await.map(drop)))
}

fn parameter(plan: &Plan<'_>, field: &Argument, scope: &Scope<'_>) -> TokenStream {
    match &field.default {
        Some(value) => plan.default_tokens(value, scope),
        None if field.required => quote!(smallest()),
        None => quote!(None),
    }
}

fn smallest_body(body: &BodyPlan, scope: &Scope<'_>) -> TokenStream {
    if !body.required {
        return quote!(None);
    }
    match &body.kind {
        RequestKind::One(payload, _) => smallest_payload(payload),
        RequestKind::Several(name, variants) => {
            let name = scope.path(scope.module, name);
            let first = variants.iter().take(1).map(|(variant, _, payload)| {
                let (variant, payload) = (format_ident!("{variant}"), smallest_payload(payload));
                quote!(#name::#variant(#payload))
            });
            quote!(#(#first)*)
        }
    }
}

fn smallest_payload(payload: &Payload) -> TokenStream {
    match payload {
        Payload::Json(_) => quote!(smallest()),
        Payload::Text => quote!(String::new()),
        Payload::Bytes | Payload::Events(_) => quote!(ByteStream::from("")),
    }
}
