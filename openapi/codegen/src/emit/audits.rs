//! Writes the record: the same traits, with every call of an operation that is marked `x-audit` written down before it is
//! done and after it has ended. It stands around the service itself, so there is no way past it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{ident, names_of, text, trait_of, traits};
use crate::ir::Spec;
use crate::plan::{HeaderField, OperationPlan, Plan, ReplyPlan, RustType, Scope};

pub(super) fn write(plan: &Plan<'_>, spec: &Spec, scope: &Scope<'_>, items: &mut Vec<TokenStream>) {
    let names = names_of(spec);
    let (api, audited) = (&names.api, &names.audited);
    let doc = text::doc(&format!(
        "{}, where every call of an operation that is marked `x-audit` is recorded.",
        spec.info.title
    ));
    let new = text::doc("Records in `audit` what `service` is asked to do.");
    let operations = plan.operations_of(spec);
    // Where nothing is marked there is nothing to write to; it is made in the same way all the same, so that whoever
    // wraps all services need not know which.
    let (field, argument, value) = if operations.iter().any(is_marked) {
        (quote!(Audit), quote!(audit), quote!(audit))
    } else {
        (TokenStream::new(), quote!(_), TokenStream::new())
    };
    items.push(quote! {
        #doc
        pub struct #audited(Arc<dyn #api>, #field);
    });
    items.push(quote! {
        impl #audited {
            #new
            #[must_use]
            pub fn new(service: Arc<dyn #api>, #argument: Audit) -> Self {
                Self(service, #value)
            }
        }
    });
    for tag in traits::tags(operations) {
        let name = trait_of(tag);
        let own = operations
            .iter()
            .filter(|operation| trait_of(&operation.tag) == name);
        let methods = own.map(|operation| method(spec, operation, scope));
        items.push(quote! {
            #[async_trait]
            impl #name for #audited { #(#methods)* }
        });
    }
}

fn is_marked(operation: &OperationPlan<'_>) -> bool {
    operation.operation.extensions.flag("x-audit")
}

fn method(spec: &Spec, operation: &OperationPlan<'_>, scope: &Scope<'_>) -> TokenStream {
    let signature = traits::signature(operation, scope);
    let (name, arguments) = (ident(&operation.method), traits::argument_names(operation));
    if !is_marked(operation) {
        return quote! {
            #signature {
                self.0.#name(caller #(, #arguments)*).await
            }
        };
    }
    let info = format_ident!("{}", operation.constant);
    let resource = resource(spec, operation);
    let place = place(&operation.reply);
    quote! {
        #signature {
            let recording = self.1.begin(&operations::#info, caller, #resource).await?;
            let outcome = self.0.#name(caller #(, #arguments)*).await;
            recording.end(outcome, #place).await
        }
    }
}

/// The address of what is asked for, with its parameters filled in.
fn resource(spec: &Spec, operation: &OperationPlan<'_>) -> TokenStream {
    let mut pattern = format!("{}{}", spec.base_path(), operation.operation.path.raw);
    if operation.path.is_empty() {
        return quote!(#pattern.to_owned());
    }
    for argument in &operation.path {
        let name = argument.name.trim_start_matches("r#");
        pattern = pattern.replace(&format!("{{{}}}", argument.wire), &format!("{{{name}}}"));
    }
    quote!(format!(#pattern))
}

/// Where what was made can be found, if the reply says so.
fn place(reply: &ReplyPlan) -> TokenStream {
    let location = |header: &&HeaderField| header.wire.eq_ignore_ascii_case("location");
    let header = match reply {
        ReplyPlan::Struct(_, outcome) => outcome.headers.iter().find(location),
        ReplyPlan::Plain(_) | ReplyPlan::Enum(..) => None,
    };
    let Some(header) = header else {
        return quote!(|_| None);
    };
    let name = ident(&header.name);
    match (&header.rust_type, header.required) {
        (RustType::Text, true) => quote!(|reply| Some(reply.#name.clone())),
        (RustType::Text, false) => quote!(|reply| reply.#name.clone()),
        (_, true) => quote!(|reply| Some(reply.#name.to_string())),
        (_, false) => quote!(|reply| reply.#name.as_ref().map(ToString::to_string)),
    }
}
