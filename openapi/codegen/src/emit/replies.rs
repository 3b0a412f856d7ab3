//! Writes the types of successful results that are more than a body.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::params::payload_type;
use super::{ident, text};
use crate::plan::{OperationPlan, Outcome, ReplyPlan, Scope};

pub(super) fn write(operation: &OperationPlan<'_>, scope: &Scope<'_>, items: &mut Vec<TokenStream>) {
    let about = format!("What `{}` answers.", operation.operation.name());
    match &operation.reply {
        ReplyPlan::Plain(_) => {}
        ReplyPlan::Struct(name, outcome) => {
            let (doc, name) = (text::doc(&about), format_ident!("{name}"));
            let fields = fields(outcome, &quote!(pub), scope);
            items.push(quote! {
                #doc
                #[derive(Debug)]
                pub struct #name { #(#fields),* }
            });
        }
        ReplyPlan::Enum(name, outcomes) => {
            let (doc, name) = (text::doc(&about), format_ident!("{name}"));
            let variants = outcomes.iter().map(|outcome| {
                let doc = text::doc_of(None, Some(&outcome.description), &format!("{}", outcome.status));
                let variant = format_ident!("{}", outcome.variant);
                let fields = fields(outcome, &quote!(), scope);
                if fields.is_empty() {
                    quote!(#doc #variant)
                } else {
                    quote!(#doc #variant { #(#fields),* })
                }
            });
            items.push(quote! {
                #doc
                #[derive(Debug)]
                pub enum #name { #(#variants),* }
            });
        }
    }
}

fn fields(outcome: &Outcome, visibility: &TokenStream, scope: &Scope<'_>) -> Vec<TokenStream> {
    let body = outcome.payload.as_ref().map(|payload| {
        let doc = text::doc_of(None, Some(&outcome.description), "The body.");
        let inner = payload_type(payload, scope);
        quote!(#doc #visibility body: #inner)
    });
    let headers = outcome.headers.iter().map(|header| {
        let doc = text::doc_of(
            None,
            header.description.as_deref(),
            &format!("The header `{}`.", header.wire),
        );
        let (name, inner) = (ident(&header.name), header.rust_type.tokens(scope));
        let rust_type = if header.required {
            inner
        } else {
            quote!(Option<#inner>)
        };
        quote!(#doc #visibility #name: #rust_type)
    });
    body.into_iter().chain(headers).collect()
}

/// The type that a trait method returns when all is well.
pub(super) fn reply_type(reply: &ReplyPlan, scope: &Scope<'_>) -> TokenStream {
    match reply {
        ReplyPlan::Plain(outcome) => match &outcome.payload {
            Some(payload) => payload_type(payload, scope),
            None => quote!(()),
        },
        ReplyPlan::Struct(name, _) | ReplyPlan::Enum(name, _) => scope.path(scope.module, name),
    }
}
