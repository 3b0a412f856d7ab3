//! Writes the stub: a service of which nothing is implemented. For tests, and for whoever begins to implement
//! a document.

use proc_macro2::TokenStream;
use quote::quote;

use super::{names_of, text, trait_of, traits};
use crate::ir::Spec;
use crate::plan::{Plan, Scope};

pub(super) fn write(plan: &Plan<'_>, spec: &Spec, scope: &Scope<'_>, items: &mut Vec<TokenStream>) {
    let stub = names_of(spec).stub;
    let doc = text::doc(&format!(
        "{} with nothing implemented: every operation is a 501.",
        spec.info.title
    ));
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, Copy, Default)]
        pub struct #stub;
    });
    let operations = plan.operations_of(spec);
    for tag in traits::tags(operations) {
        let name = trait_of(tag);
        let own = operations
            .iter()
            .filter(|operation| trait_of(&operation.tag) == name);
        let methods = own.map(|operation| {
            let method = super::ident(&operation.method);
            let types = traits::argument_types(operation, scope);
            let unused = types.iter().map(|rust_type| quote!(_: #rust_type));
            let reply = super::replies::reply_type(&operation.reply, scope);
            let id = operation.operation.name();
            quote! {
                async fn #method(&self, _: &Caller #(, #unused)*) -> Result<#reply, Problem> {
                    Err(Problem::not_implemented(#id))
                }
            }
        });
        items.push(quote! {
            #[async_trait]
            impl #name for #stub { #(#methods)* }
        });
    }
}
