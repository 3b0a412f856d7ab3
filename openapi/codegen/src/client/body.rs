//! How the body of a request is named in Rust and handed to progenitor's builder.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::{ApiNames, ident};
use crate::plan::{BodyPlan, Payload, RequestKind};

/// The type of the argument of the method.
pub(super) fn rust_type(body: &BodyPlan, names: &ApiNames<'_>) -> TokenStream {
    let rust_type = required_type(body, names);
    if body.required {
        rust_type
    } else {
        quote!(Option<#rust_type>)
    }
}

/// The same where there is one.
pub(super) fn required_type(body: &BodyPlan, names: &ApiNames<'_>) -> TokenStream {
    match &body.kind {
        RequestKind::One(payload, _) => payload_type(payload, names),
        RequestKind::Several(name, _) => names.own(name),
    }
}

/// How a body of this kind is held.
pub(super) fn payload_type(payload: &Payload, names: &ApiNames<'_>) -> TokenStream {
    match payload {
        Payload::Json(rust_type) => names.of(rust_type),
        Payload::Text => quote!(String),
        Payload::Bytes => quote!(ByteStream),
        Payload::Events(rust_type) => {
            let rust_type = names.of(rust_type);
            quote!(EventStream<#rust_type>)
        }
    }
}

/// The media type to announce, and the statement that hands over the body.
pub(super) fn hand_over(body: &BodyPlan, names: &ApiNames<'_>) -> (TokenStream, TokenStream) {
    match (&body.kind, body.required) {
        (RequestKind::One(Payload::Json(_), media_types), true) => {
            let media_type = first(media_types);
            (quote!(Some(#media_type)), quote!(let call = call.body(body);))
        }
        (RequestKind::One(payload, media_types), required) => {
            let (media_type, raw) = (first(media_types), raw(payload));
            given(required, &quote!(#media_type), &quote!(call.body(#raw)))
        }
        (RequestKind::Several(name, variants), required) => {
            let name = names.own(name);
            let types = variants.iter().map(|(variant, media_type, _)| {
                let variant = ident(variant);
                quote!(#name::#variant(_) => #media_type,)
            });
            let gives = variants.iter().map(|(variant, _, payload)| {
                let (variant, raw) = (ident(variant), raw(payload));
                quote!(#name::#variant(body) => call.body(#raw),)
            });
            given(
                required,
                &quote!(match &body { #(#types)* }),
                &quote!(match body { #(#gives)* }),
            )
        }
    }
}

/// Both for a body that must be there, or that may be: then an empty one of no type is sent in its place.
fn given(required: bool, media_type: &TokenStream, give: &TokenStream) -> (TokenStream, TokenStream) {
    if required {
        return (quote!(Some(#media_type)), quote!(let call = #give;));
    }
    let give = quote! {
        let call = match body {
            Some(body) => #give,
            None => call.body(reqwest::Body::default()),
        };
    };
    (quote!(body.as_ref().map(|body| #media_type)), give)
}

fn first(media_types: &[String]) -> &str {
    media_types
        .first()
        .map_or("application/octet-stream", String::as_str)
}

/// `body` as a `reqwest::Body`.
fn raw(payload: &Payload) -> TokenStream {
    match payload {
        Payload::Json(_) => quote!(wire::to_json(&body)?),
        Payload::Text => quote!(reqwest::Body::from(body)),
        Payload::Bytes => quote!(session.upload(body)),
        Payload::Events(_) => quote! {{
            drop(body);
            return Err(Error::Unsendable("streams of events are only received".to_owned()));
        }},
    }
}
