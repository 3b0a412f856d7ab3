//! Writes the traits: one for each tag, and one for each document that joins them.

use proc_macro2::TokenStream;
use quote::quote;

use super::params::payload_type;
use super::replies::reply_type;
use super::{ident, names_of, text, trait_of};
use crate::ir::Spec;
use crate::plan::{BodyPlan, OperationPlan, Plan, RequestKind, Scope};

pub(super) fn write(plan: &Plan<'_>, spec: &Spec, scope: &Scope<'_>, items: &mut Vec<TokenStream>) {
    let operations = plan.operations_of(spec);
    if operations.is_empty() {
        return;
    }
    let tags = tags(operations);
    let traits: Vec<_> = tags.iter().map(|tag| trait_of(tag)).collect();
    let api = names_of(spec).api;
    let doc = text::doc_of(
        Some(&format!("Everything that {} can do", spec.info.title)),
        spec.info.description.as_deref(),
        "",
    );
    items.push(quote! {
        #doc
        pub trait #api: #(#traits)+* {}
    });
    items.push(quote!(impl<T> #api for T where T: #(#traits +)* ?Sized {}));
    for (tag, name) in tags.iter().zip(&traits) {
        let said = spec.tag(tag).and_then(|tag| tag.description.as_deref());
        let doc = text::doc_of(None, said, &format!("The operations tagged `{tag}`."));
        let methods = operations
            .iter()
            .filter(|operation| operation.tag == *tag)
            .map(|operation| {
                let doc = method_doc(operation);
                let signature = signature(operation, scope);
                quote!(#doc #signature;)
            });
        items.push(quote! {
            #doc
            #[async_trait]
            pub trait #name: Send + Sync { #(#methods)* }
        });
    }
}

/// The tags in the order of first use.
pub(super) fn tags<'p>(operations: &'p [OperationPlan<'_>]) -> Vec<&'p str> {
    let mut tags: Vec<&str> = Vec::new();
    for operation in operations {
        if !tags.iter().any(|tag| trait_of(tag) == trait_of(&operation.tag)) {
            tags.push(&operation.tag);
        }
    }
    tags
}

fn method_doc(operation: &OperationPlan<'_>) -> TokenStream {
    let said = operation.operation;
    let call = format!("`{} {}`", said.method.as_str(), said.path);
    let doc = text::doc_of(said.summary.as_deref(), said.description.as_deref(), &call);
    let call = text::doc(&call);
    let deprecated = said
        .deprecated
        .then(|| text::doc("Deprecated: it will go away.\n\n "));
    quote!(#doc #[doc = ""] #deprecated #call)
}

/// The names of a method's arguments after `caller`, in order.
pub(super) fn argument_names(operation: &OperationPlan<'_>) -> Vec<proc_macro2::Ident> {
    let mut names: Vec<_> = operation
        .path
        .iter()
        .map(|argument| ident(&argument.name))
        .collect();
    names.extend(operation.params.as_ref().map(|_| ident("params")));
    names.extend(operation.body.as_ref().map(|_| ident("body")));
    names
}

/// The types of a method's arguments after `caller`, in order.
pub(super) fn argument_types(operation: &OperationPlan<'_>, scope: &Scope<'_>) -> Vec<TokenStream> {
    let mut types: Vec<_> = operation
        .path
        .iter()
        .map(|argument| argument.rust_type.tokens(scope))
        .collect();
    types.extend(
        operation
            .params
            .as_ref()
            .map(|params| scope.path(scope.module, &params.name)),
    );
    types.extend(operation.body.as_ref().map(|body| body_type(body, scope)));
    types
}

/// The method without its body.
pub(super) fn signature(operation: &OperationPlan<'_>, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&operation.method);
    let (names, types) = (argument_names(operation), argument_types(operation, scope));
    let reply = reply_type(&operation.reply, scope);
    quote!(async fn #name(&self, caller: &Caller #(, #names: #types)*) -> Result<#reply, Problem>)
}

fn body_type(body: &BodyPlan, scope: &Scope<'_>) -> TokenStream {
    let inner = match &body.kind {
        RequestKind::One(payload, _) => payload_type(payload, scope),
        RequestKind::Several(name, _) => scope.path(scope.module, name),
    };
    if body.required {
        inner
    } else {
        quote!(Option<#inner>)
    }
}
