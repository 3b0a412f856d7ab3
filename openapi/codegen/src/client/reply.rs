//! How the answer of an operation comes back: as what progenitor decodes it, and what the adapter makes of it.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::ApiNames;
use super::outcome;
use crate::plan::{Outcome, Payload, ReplyPlan, RustType};

/// What progenitor is asked to make of a success.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// Nothing: there is no body.
    Nothing,
    /// The only body there is.
    Json(&'a RustType),
    /// Bytes, to be decoded by status and kind.
    Pieces,
}

impl<'a> Wanted<'a> {
    /// One type for all successes.
    pub(super) fn of(reply: &'a ReplyPlan) -> Self {
        let mut bodies = reply
            .outcomes()
            .iter()
            .filter(|outcome| is_2xx(outcome))
            .map(|outcome| &outcome.payload);
        match (bodies.next(), bodies.next()) {
            (None | Some(None), None) => Self::Nothing,
            (Some(Some(Payload::Json(rust_type))), None) => Self::Json(rust_type),
            _ => Self::Pieces,
        }
    }

    /// The statuses that the profile lists for it. An operation that only redirects is given a 204 that never comes.
    pub(super) fn statuses(self, reply: &ReplyPlan) -> Vec<u16> {
        let successes = reply.outcomes().iter().filter(|outcome| is_2xx(outcome));
        let statuses: Vec<u16> = successes.map(|outcome| outcome.status).collect();
        if statuses.is_empty() { vec![204] } else { statuses }
    }
}

fn is_2xx(outcome: &Outcome) -> bool {
    (200..300).contains(&outcome.status)
}

/// The statements that send `call` and end in a `Result<_, Error>`.
pub(super) fn send(reply: &ReplyPlan, names: &ApiNames<'_>) -> TokenStream {
    let redirects = reply.outcomes().iter().filter(|outcome| !is_2xx(outcome));
    let redirects: Vec<TokenStream> = redirects.map(|outcome| redirect(reply, outcome, names)).collect();
    let success = success(reply, names);
    // Where nothing of the reply is looked at, it needs no name.
    let reply = if tells_nothing(reply) {
        quote!()
    } else {
        quote!(let reply =)
    };
    if redirects.is_empty() {
        quote! {
            #reply call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
            #success
        }
    } else {
        quote! {
            #reply match call.send().await {
                Ok(reply) => reply,
                #(#redirects)*
                Err(error) => return Err(wire::failed(SERVICE, error)),
            };
            #success
        }
    }
}

/// Whether the one success is that it is one.
fn tells_nothing(reply: &ReplyPlan) -> bool {
    let mut successes = reply.outcomes().iter().filter(|outcome| is_2xx(outcome));
    let first = successes
        .next()
        .is_some_and(|only| only.payload.is_none() && only.headers.is_empty());
    first && successes.next().is_none()
}

/// 3XX come undecoded and have no body that anyone reads.
fn redirect(reply: &ReplyPlan, outcome: &Outcome, names: &ApiNames<'_>) -> TokenStream {
    let status = outcome.status;
    let headers = (!outcome.headers.is_empty()).then(|| quote!(let headers = response.headers();));
    let value = value(reply, outcome, None, names);
    quote! {
        Err(Unanswered::UnexpectedResponse(response)) if response.status().as_u16() == #status => {
            #headers
            return Ok(#value);
        }
    }
}

fn success(reply: &ReplyPlan, names: &ApiNames<'_>) -> TokenStream {
    let successes: Vec<&Outcome> = reply
        .outcomes()
        .iter()
        .filter(|outcome| is_2xx(outcome))
        .collect();
    let headers = needs_headers(&successes).then(|| quote!(let headers = &reply.headers().clone();));
    match (Wanted::of(reply), successes.as_slice()) {
        (_, []) => quote!(Err(wire::other_status(SERVICE, reply.status().as_u16()))),
        (Wanted::Nothing, [outcome, ..]) => {
            let value = value(reply, outcome, None, names);
            quote!(#headers Ok(#value))
        }
        (Wanted::Json(_), [outcome, ..]) => {
            let value = value(reply, outcome, Some(quote!(reply.into_inner())), names);
            quote!(#headers Ok(#value))
        }
        (Wanted::Pieces, [outcome]) => {
            let body = outcome.payload.as_ref().map(|payload| decode(payload, names));
            let value = value(reply, outcome, body, names);
            quote!(#headers let pieces = reply.into_inner(); Ok(#value))
        }
        (Wanted::Pieces, outcomes) => {
            let by_status = by_status(reply, outcomes, names);
            quote!(#headers #by_status)
        }
    }
}

/// Bytes say their length in a header.
fn needs_headers(outcomes: &[&Outcome]) -> bool {
    outcomes
        .iter()
        .any(|outcome| !outcome.headers.is_empty() || outcome.payload == Some(Payload::Bytes))
}

fn by_status(reply: &ReplyPlan, outcomes: &[&Outcome], names: &ApiNames<'_>) -> TokenStream {
    let arms = outcomes.iter().map(|outcome| {
        let status = outcome.status;
        let body = outcome.payload.as_ref().map(|payload| decode(payload, names));
        let value = value(reply, outcome, body, names);
        quote!(#status => Ok(#value),)
    });
    quote! {
        let status = reply.status().as_u16();
        let pieces = reply.into_inner();
        match status {
            #(#arms)*
            other => Err(wire::other_status(SERVICE, other)),
        }
    }
}

fn decode(payload: &Payload, names: &ApiNames<'_>) -> TokenStream {
    match payload {
        Payload::Json(rust_type) => {
            let rust_type = names.of(rust_type);
            quote!(wire::json::<#rust_type>(SERVICE, pieces).await?)
        }
        Payload::Text => quote!(wire::string(SERVICE, pieces).await?),
        Payload::Bytes => quote!(wire::bytes(SERVICE, &session, headers, pieces)),
        Payload::Events(rust_type) => {
            let rust_type = names.of(rust_type);
            quote!(wire::events::<#rust_type>(SERVICE, &session, pieces))
        }
    }
}

/// The result of an operation, made of a body and `headers`.
fn value(
    reply: &ReplyPlan,
    outcome: &Outcome,
    body: Option<TokenStream>,
    names: &ApiNames<'_>,
) -> TokenStream {
    outcome::value(
        reply,
        outcome,
        body,
        names,
        |read, rust_type, wire| quote!(wire::#read::<#rust_type>(SERVICE, headers, #wire)?),
    )
}
