//! The value that a success of an operation has in the API: the plain body, a struct, or a variant of an enum. Both
//! who decodes a reply and who makes one up write it, and differ only in where body and headers come from.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::names::{ApiNames, ident};
use crate::plan::{Outcome, ReplyPlan};

/// The value of `outcome`. A header is what `read` makes of the function that reads it (`header` or
/// `optional_header`), its type and its name on the wire.
pub(super) fn value(
    reply: &ReplyPlan,
    outcome: &Outcome,
    body: Option<TokenStream>,
    names: &ApiNames<'_>,
    read: impl Fn(Ident, TokenStream, &str) -> TokenStream,
) -> TokenStream {
    let body_field = body.as_ref().map(|body| quote!(body: #body,));
    let headers = outcome.headers.iter().map(|header| {
        let name = ident(&header.name);
        let function = if header.required {
            format_ident!("header")
        } else {
            format_ident!("optional_header")
        };
        let value = read(function, names.of(&header.rust_type), &header.wire);
        quote!(#name: #value,)
    });
    match reply {
        ReplyPlan::Plain(_) => body.unwrap_or_else(|| quote!(())),
        ReplyPlan::Struct(name, _) => {
            let path = names.own(name);
            quote!(#path { #(#headers)* #body_field })
        }
        ReplyPlan::Enum(name, _) => {
            let (path, variant) = (names.own(name), ident(&outcome.variant));
            quote!(#path::#variant { #(#headers)* #body_field })
        }
    }
}
