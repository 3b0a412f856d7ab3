//! How the arguments of an operation reach progenitor's builder.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::ir::ParameterIn;
use crate::plan::{Argument, RustType};

/// How the value of a parameter is handed to progenitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// As the value of its own type.
    AsItIs,
    /// As text, where the type's own `Display` or `Serialize` would not write what the document asks for.
    AsText,
}

/// A list with separators is one text; a moment in a path or header is written as in JSON.
pub(super) fn sent_type(argument: &Argument) -> Sent {
    let outside_query = argument.place != ParameterIn::Query;
    match &argument.rust_type {
        RustType::List(_) if argument.separator.is_some() || outside_query => Sent::AsText,
        RustType::DateTime if outside_query => Sent::AsText,
        _ => Sent::AsItIs,
    }
}

/// Whether there is always a value: one that must be given, or one with a default.
pub(super) fn is_plain(argument: &Argument) -> bool {
    argument.required || argument.default.is_some()
}

/// Hands over one argument that always has a value: `.limit(value)`.
pub(super) fn hand_over(argument: &Argument, value: &TokenStream) -> TokenStream {
    let (setter, value) = (setter(&argument.wire), written(argument, value));
    quote!(.#setter(#value))
}

/// The statement that hands over one argument if it has a value.
pub(super) fn hand_over_if(argument: &Argument, value: &TokenStream) -> TokenStream {
    let hand_over = hand_over(argument, &quote!(value));
    quote! {
        let call = match #value {
            Some(value) => call #hand_over,
            None => call,
        };
    }
}

fn written(argument: &Argument, value: &TokenStream) -> TokenStream {
    match (sent_type(argument), &argument.rust_type) {
        (Sent::AsItIs, _) => value.clone(),
        (Sent::AsText, RustType::List(_)) => {
            let separator = argument.separator.unwrap_or(',');
            quote!(wire::joined(&#value, #separator))
        }
        (Sent::AsText, _) => quote!(wire::moment(#value)),
    }
}

/// What progenitor calls something of this name.
pub(super) fn setter(wire: &str) -> Ident {
    let words = wire
        .replace('\'', "")
        .replace(|c: char| !c.is_alphanumeric() && c != '_', "-");
    let name = words.to_snake_case();
    let name = match name.chars().next() {
        None => "x".to_owned(),
        Some(first) if first.is_alphabetic() => name,
        Some(_) => format!("_{name}"),
    };
    if syn::parse_str::<Ident>(&name).is_ok() {
        format_ident!("{name}")
    } else {
        format_ident!("{name}_")
    }
}

#[cfg(test)]
mod tests {
    use super::setter;

    #[test]
    fn setters_are_called_as_progenitor_calls_them() {
        for (wire, expected) in [
            ("If-Match", "if_match"),
            ("type", "type_"),
            ("pageToken", "page_token"),
            ("2x", "_2x"),
            ("$top", "top"),
        ] {
            assert_eq!(setter(wire).to_string(), expected);
        }
    }
}
