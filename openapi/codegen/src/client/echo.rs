//! The echo: a service that notes what it is asked and answers what a test tells it to, and a caller that asks what
//! a test tells it to. With both, one test sends random values through every operation of every document and
//! compares what came out of HTTP with what goes in. The test has the other half, `crate::roundtrip`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::adapter::{output, signature};
use super::arguments::is_plain;
use super::names::{ApiNames, Paths, ident};
use super::outcome;
use crate::emit::text;
use crate::ir::Spec;
use crate::plan::{
    Argument, BodyPlan, OperationPlan, Outcome, Payload, Plan, ReplyPlan, RequestKind, RustType, pascal,
};

const IMPORTS: [text::Import; 13] = [
    ("BTreeMap", "std::collections"),
    ("async_trait", "async_trait"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("Utc", "chrono"),
    ("ByteStream", "crochet_openapi"),
    ("Caller", "crochet_openapi"),
    ("EventStream", "crochet_openapi"),
    ("Problem", "crochet_openapi"),
    ("Uuid", "uuid"),
    ("Script", "crate::roundtrip"),
    ("Stage", "crate::roundtrip"),
    ("told", "crate::roundtrip"),
];

/// Service and caller of one document.
pub(super) fn code(plan: &Plan<'_>, spec: &Spec, names: &ApiNames<'_>, paths: &Paths) -> String {
    let api = &paths.api;
    let operations = plan.operations_of(spec);
    let mut items = vec![
        quote!(use #api as api;),
        quote! {
            /// Answers what the script on the stage says.
            pub struct Echo(pub Stage);
        },
    ];
    let mut tags: Vec<&str> = Vec::new();
    for operation in operations {
        if !tags.contains(&operation.tag.as_str()) {
            tags.push(&operation.tag);
        }
    }
    items.extend(tags.into_iter().map(|tag| service(tag, operations, names)));
    items.push(caller(spec, operations, names));
    items.extend(operations.iter().map(|operation| ask(spec, operation, names)));
    text::file(&format!("The echo of {}.", spec.info.title), &IMPORTS, &items)
}

fn service(tag: &str, operations: &[OperationPlan<'_>], names: &ApiNames<'_>) -> TokenStream {
    let tag_trait = names.own(&format!("{}Operations", pascal(tag)));
    let methods = operations
        .iter()
        .filter(|operation| operation.tag == tag)
        .map(|operation| {
            let (name, declared) = (ident(&operation.method), signature(operation, names).declared);
            let output = output(&operation.reply, names);
            let scalars = scalars(operation);
            let body = operation
                .body
                .as_ref()
                .map_or_else(|| quote!(String::new()), told_body);
            let arms = operation.reply.outcomes().iter().map(|outcome| {
                let (status, reply) = (outcome.status, made(&operation.reply, outcome, names));
                quote!(#status => Ok(#reply),)
            });
            quote! {
                async fn #name(&self, caller: &Caller, #(#declared),*) -> Result<#output, Problem> {
                    let script = self.0.script();
                    let noted = format!("{:?}", (#(&#scalars,)*));
                    let body = #body;
                    script.note(caller, noted, body);
                    match script.status() {
                        #(#arms)*
                        other => Err(script.problem(other)),
                    }
                }
            }
        });
    quote! {
        #[async_trait]
        impl #tag_trait for Echo { #(#methods)* }
    }
}

/// The arguments without the body.
fn scalars(plan: &OperationPlan<'_>) -> Vec<Ident> {
    let path = plan.path.iter().map(|argument| ident(&argument.name));
    path.chain(plan.params.iter().map(|_| format_ident!("params")))
        .collect()
}

fn told_body(body: &BodyPlan) -> TokenStream {
    let told = match &body.kind {
        RequestKind::One(payload, _) => told(payload, &quote!(body)),
        RequestKind::Several(..) => quote!(format!("{body:?}")),
    };
    if body.required {
        told
    } else {
        quote!(match body { Some(body) => #told, None => String::new() })
    }
}

/// A body as text, streams read to their end.
fn told(payload: &Payload, value: &TokenStream) -> TokenStream {
    match payload {
        Payload::Json(_) | Payload::Text => quote!(format!("{:?}", #value)),
        Payload::Bytes => quote!(told::bytes(#value).await),
        Payload::Events(_) => quote!(told::events(#value).await),
    }
}

/// The reply that the script asks for.
fn made(reply: &ReplyPlan, outcome: &Outcome, names: &ApiNames<'_>) -> TokenStream {
    let body = outcome.payload.as_ref().map(|payload| made_body(payload, names));
    outcome::value(
        reply,
        outcome,
        body,
        names,
        |read, rust_type, wire| quote!(script.#read::<#rust_type>(#wire)),
    )
}

fn made_body(payload: &Payload, names: &ApiNames<'_>) -> TokenStream {
    match payload {
        Payload::Json(rust_type) => {
            let rust_type = names.of(rust_type);
            quote!(script.reply_json::<#rust_type>())
        }
        Payload::Text => quote!(script.reply_text()),
        Payload::Bytes => quote!(script.reply_bytes()),
        Payload::Events(rust_type) => {
            let rust_type = names.of(rust_type);
            quote!(script.reply_events::<#rust_type>())
        }
    }
}

fn caller(spec: &Spec, operations: &[OperationPlan<'_>], names: &ApiNames<'_>) -> TokenStream {
    let api_trait = names.own(&format!("{}Api", pascal(&spec.module)));
    let arms = operations.iter().map(|operation| {
        let (id, ask) = (operation.operation.name(), asker(operation));
        quote!(#id => #ask(api, caller, script).await,)
    });
    quote! {
        /// Asks what the script says and tells the answer.
        pub async fn ask(operation: &str, api: &dyn #api_trait, caller: &Caller, script: &Script) -> String {
            match operation {
                #(#arms)*
                other => unreachable!("the document has no operation {other}"),
            }
        }
    }
}

fn asker(plan: &OperationPlan<'_>) -> Ident {
    format_ident!("ask_{}", plan.method.trim_start_matches("r#"))
}

fn ask(spec: &Spec, plan: &OperationPlan<'_>, names: &ApiNames<'_>) -> TokenStream {
    let api_trait = names.own(&format!("{}Api", pascal(&spec.module)));
    let (ask, method) = (asker(plan), ident(&plan.method));
    let arguments = signature(plan, names).arguments;
    let path = plan.path.iter().map(|argument| {
        let (name, value) = (ident(&argument.name), given(argument, names));
        quote!(let #name = #value;)
    });
    let params = plan.params.as_ref().map(|params| {
        let path = names.own(&params.name);
        let fields = params.fields.iter().map(|field| {
            let (name, value) = (ident(&field.name), given(field, names));
            quote!(#name: #value,)
        });
        quote!(let params = #path { #(#fields)* };)
    });
    let body = plan.body.as_ref().map(|body| given_body(body, names));
    let answer = told_reply(&plan.reply, names);
    quote! {
        async fn #ask(api: &dyn #api_trait, caller: &Caller, script: &Script) -> String {
            #(#path)*
            #params
            #body
            match api.#method(caller, #(#arguments),*).await {
                Ok(reply) => #answer,
                Err(problem) => told::problem(&problem),
            }
        }
    }
}

fn given(argument: &Argument, names: &ApiNames<'_>) -> TokenStream {
    let wire = &argument.wire;
    let (list, item) = match &argument.rust_type {
        RustType::List(item) => (true, names.of(item)),
        other => (false, names.of(other)),
    };
    match (is_plain(argument), list) {
        (true, false) => quote!(script.argument::<#item>(#wire)),
        (true, true) => quote!(script.list::<#item>(#wire).unwrap_or_default()),
        (false, false) => quote!(script.optional::<#item>(#wire)),
        (false, true) => quote!(script.list::<#item>(#wire)),
    }
}

fn given_body(body: &BodyPlan, names: &ApiNames<'_>) -> TokenStream {
    let value = match &body.kind {
        RequestKind::One(payload, _) => given_payload(payload, names),
        RequestKind::Several(name, variants) => {
            let path = names.own(name);
            variants
                .first()
                .map_or_else(TokenStream::new, |(variant, _, payload)| {
                    let (variant, payload) = (ident(variant), given_payload(payload, names));
                    quote!(#path::#variant(#payload))
                })
        }
    };
    if body.required {
        quote!(let body = #value;)
    } else {
        quote!(let body = Some(#value);)
    }
}

fn given_payload(payload: &Payload, names: &ApiNames<'_>) -> TokenStream {
    match payload {
        Payload::Json(rust_type) => {
            let rust_type = names.of(rust_type);
            quote!(script.body_json::<#rust_type>())
        }
        Payload::Text => quote!(script.body_text()),
        Payload::Bytes => quote!(script.body_bytes()),
        Payload::Events(rust_type) => {
            let rust_type = names.of(rust_type);
            quote!(script.body_events::<#rust_type>())
        }
    }
}

/// The reply as text.
fn told_reply(reply: &ReplyPlan, names: &ApiNames<'_>) -> TokenStream {
    match reply {
        ReplyPlan::Plain(outcome) => match &outcome.payload {
            Some(payload) => told(payload, &quote!(reply)),
            None => quote!(format!("{reply:?}")),
        },
        ReplyPlan::Struct(name, outcome) => {
            let path = names.own(name);
            let (pattern, told) = told_outcome(outcome);
            quote!({ let #path #pattern = reply; #told })
        }
        ReplyPlan::Enum(name, outcomes) => {
            let path = names.own(name);
            let arms = outcomes.iter().map(|outcome| {
                let (variant, (pattern, told)) = (ident(&outcome.variant), told_outcome(outcome));
                quote!(#path::#variant #pattern => #told,)
            });
            quote!(match reply { #(#arms)* })
        }
    }
}

fn told_outcome(outcome: &Outcome) -> (TokenStream, TokenStream) {
    let headers: Vec<Ident> = outcome.headers.iter().map(|header| ident(&header.name)).collect();
    let (variant, body_field) = (&outcome.variant, outcome.payload.as_ref().map(|_| quote!(body,)));
    let body = outcome
        .payload
        .as_ref()
        .map_or_else(|| quote!(""), |payload| told(payload, &quote!(body)));
    (
        quote!({ #(#headers,)* #body_field }),
        quote!(format!("{} {:?} {}", #variant, (#(#headers,)*), #body)),
    )
}
