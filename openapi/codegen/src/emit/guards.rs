//! Writes the guard: the same traits, with every call checked against the table of operations first.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{names_of, text, trait_of, traits};
use crate::ir::Spec;
use crate::plan::{OperationPlan, Plan, Scope};

pub(super) fn write(plan: &Plan<'_>, spec: &Spec, scope: &Scope<'_>, items: &mut Vec<TokenStream>) {
    let names = names_of(spec);
    let (api, guarded) = (&names.api, &names.guarded);
    let title = &spec.info.title;
    let doc = text::doc(&format!(
        "{title} for callers in the same process: every call is authorised as it would be over HTTP."
    ));
    items.push(quote! {
        #doc
        pub struct #guarded(Arc<dyn #api>, Audit);
    });
    let (doc, noting) = (
        text::doc("Guards a service."),
        text::doc("The same, which notes in `audit` whom it refuses."),
    );
    items.push(quote! {
        impl #guarded {
            #doc
            #[must_use]
            pub fn new(service: Arc<dyn #api>) -> Self {
                Self(service, Audit::default())
            }

            #noting
            #[must_use]
            pub fn noting(self, audit: Audit) -> Self {
                Self(self.0, audit)
            }
        }
    });
    let operations = plan.operations_of(spec);
    for tag in traits::tags(operations) {
        let name = trait_of(tag);
        let own = operations
            .iter()
            .filter(|operation| trait_of(&operation.tag) == name);
        let methods = own.map(|operation| method(operation, scope));
        items.push(quote! {
            #[async_trait]
            impl #name for #guarded { #(#methods)* }
        });
    }
}

fn method(operation: &OperationPlan<'_>, scope: &Scope<'_>) -> TokenStream {
    let signature = traits::signature(operation, scope);
    let (name, arguments) = (super::ident(&operation.method), traits::argument_names(operation));
    let info = format_ident!("{}", operation.constant);
    quote! {
        #signature {
            admit(&operations::#info, caller, &self.1)?;
            self.0.#name(caller #(, #arguments)*).await
        }
    }
}
