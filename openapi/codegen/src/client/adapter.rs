//! The adapter: the traits of a server, implemented over HTTP through progenitor's client. A service that is given
//! one cannot tell that the other side is in another process.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::arguments::{hand_over, hand_over_if, is_plain, setter};
use super::body;
use super::names::{ApiNames, Paths, ident};
use super::reply;
use crate::emit::text;
use crate::ir::{ParameterIn, Spec};
use crate::plan::{Argument, BodyPlan, OperationPlan, Outcome, Plan, ReplyPlan, pascal};

const IMPORTS: [text::Import; 20] = [
    ("BTreeMap", "std::collections"),
    ("Arc", "std::sync"),
    ("async_trait", "async_trait"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("Utc", "chrono"),
    ("ByteStream", "crochet_openapi"),
    ("Caller", "crochet_openapi"),
    ("EventStream", "crochet_openapi"),
    ("Problem", "crochet_openapi"),
    ("Uuid", "uuid"),
    ("Error", "crate"),
    ("wire", "crate::support"),
    ("resuming", "crate::support"),
    ("Call", "crate::support"),
    ("Connection", "crate"),
    ("Flow", "crate::support"),
    ("Forward", "crate::support"),
    ("Session", "crate::support"),
    ("Unanswered", "crate::support"),
];

/// The adapter of one document.
pub(super) fn code(plan: &Plan<'_>, spec: &Spec, names: &ApiNames<'_>, paths: &Paths) -> String {
    let Paths { api, generated } = paths;
    let adapter = name(spec);
    let operations = plan.operations_of(spec);
    let module = names.module();
    let mut items = vec![
        quote!(use #api as api;),
        quote!(use #generated::transport::#module::Client;),
        frame(spec, &adapter),
    ];
    items.extend(operations.iter().map(|operation| call_constant(spec, operation)));
    let methods = operations.iter().map(|operation| method(operation, names));
    items.push(quote!(impl #adapter { #(#methods)* }));
    items.extend(
        tags(operations)
            .into_iter()
            .map(|tag| implementation(&adapter, tag, operations, names)),
    );
    text::file(
        &format!("{} over HTTP: what a server offers, asked for.", spec.info.title),
        &IMPORTS,
        &items,
    )
}

/// `HttpOrthos`
pub(super) fn name(spec: &Spec) -> Ident {
    format_ident!("Http{}", pascal(&spec.module))
}

fn frame(spec: &Spec, adapter: &Ident) -> TokenStream {
    let (service, base_path) = (&spec.module, spec.base_path());
    let doc = text::doc(&format!("{} over HTTP. Cheap to clone.", spec.info.title));
    quote! {
        const SERVICE: &str = #service;

        #doc
        #[derive(Debug, Clone)]
        pub struct #adapter {
            connection: Connection,
            base: Arc<str>,
        }

        impl #adapter {
            /// The service where the connection says it is.
            #[must_use]
            pub fn new(connection: &Connection) -> Self {
                let base = connection.endpoints().base(SERVICE, #base_path).into();
                Self { connection: connection.clone(), base }
            }

            fn session(&self, call: &'static Call, forward: Forward, content_type: Option<&'static str>) -> Session {
                Session::new(self.connection.clone(), call, forward, content_type)
            }

            fn client(&self, session: &Session) -> Client {
                Client::new_with_client(&self.base, self.connection.http().clone(), session.clone())
            }
        }
    }
}

fn call_constant(spec: &Spec, plan: &OperationPlan<'_>) -> TokenStream {
    let (name, service, operation_id) = (ident(&plan.constant), &spec.module, plan.operation.name());
    let mut media_types = plan.reply.media_types();
    media_types.push("application/problem+json");
    let accept = media_types.join(", ");
    let uploads = plan.body.as_ref().is_some_and(BodyPlan::streams);
    let flow = match (uploads, plan.reply.streams()) {
        (true, _) => quote!(Flow::Upload),
        (false, true) => quote!(Flow::Download),
        (false, false) => quote!(Flow::Unary),
    };
    let idempotent = plan.operation.extensions.flag("x-idempotent");
    quote! {
        const #name: Call = Call {
            service: #service,
            operation_id: #operation_id,
            accept: #accept,
            flow: #flow,
            idempotent: #idempotent,
        };
    }
}

/// The tags in the order of first use; each is a trait.
fn tags<'a>(operations: &'a [OperationPlan<'_>]) -> Vec<&'a str> {
    let mut tags: Vec<&str> = Vec::new();
    for operation in operations {
        if !tags.contains(&operation.tag.as_str()) {
            tags.push(&operation.tag);
        }
    }
    tags
}

fn implementation(
    adapter: &Ident,
    tag: &str,
    operations: &[OperationPlan<'_>],
    names: &ApiNames<'_>,
) -> TokenStream {
    let tag_trait = names.own(&format!("{}Operations", pascal(tag)));
    let methods = operations
        .iter()
        .filter(|operation| operation.tag == tag)
        .map(|operation| {
            let name = ident(&operation.method);
            let Signature {
                arguments,
                declared,
                output,
            } = signature(operation, names);
            quote! {
                async fn #name(&self, caller: &Caller, #(#declared),*) -> Result<#output, Problem> {
                    Ok(#adapter::#name(self, Forward::from(caller), #(#arguments),*).await?)
                }
            }
        });
    quote! {
        #[async_trait]
        impl #tag_trait for #adapter { #(#methods)* }
    }
}

/// The arguments of a method after the caller, and its output.
pub(super) struct Signature {
    pub(super) arguments: Vec<Ident>,
    pub(super) declared: Vec<TokenStream>,
    pub(super) output: TokenStream,
}

pub(super) fn signature(plan: &OperationPlan<'_>, names: &ApiNames<'_>) -> Signature {
    let path = plan
        .path
        .iter()
        .map(|argument| (ident(&argument.name), names.of(&argument.rust_type)));
    let params = plan
        .params
        .iter()
        .map(|params| (format_ident!("params"), names.own(&params.name)));
    let body = plan
        .body
        .iter()
        .map(|body| (format_ident!("body"), body::rust_type(body, names)));
    let all: Vec<(Ident, TokenStream)> = path.chain(params).chain(body).collect();
    Signature {
        arguments: all.iter().map(|(name, _)| name.clone()).collect(),
        declared: all
            .iter()
            .map(|(name, rust_type)| quote!(#name: #rust_type))
            .collect(),
        output: output(&plan.reply, names),
    }
}

/// What an operation answers when all is well.
pub(super) fn output(reply: &ReplyPlan, names: &ApiNames<'_>) -> TokenStream {
    match reply {
        ReplyPlan::Plain(outcome) => outcome
            .payload
            .as_ref()
            .map_or_else(|| quote!(()), |payload| body::payload_type(payload, names)),
        ReplyPlan::Struct(name, _) | ReplyPlan::Enum(name, _) => names.own(name),
    }
}

fn method(plan: &OperationPlan<'_>, names: &ApiNames<'_>) -> TokenStream {
    let name = ident(&plan.method);
    let Signature { declared, output, .. } = signature(plan, names);
    let doc = text::doc_of(plan.operation.summary.as_deref(), None, &plan.method);
    if let (Some(events), Some(last_event_id)) = (plan.reply.events(), last_event_id(plan)) {
        let (follow, open) = (follow(plan, events, last_event_id, names), open(plan, names));
        return quote! {
            #doc
            pub(crate) async fn #name(&self, forward: Forward, #(#declared),*) -> Result<#output, Error> { #follow }

            #open
        };
    }
    let (ask, send) = (ask(plan, names), reply::send(&plan.reply, names));
    quote! {
        #doc
        pub(crate) async fn #name(&self, forward: Forward, #(#declared),*) -> Result<#output, Error> {
            #ask
            #send
        }
    }
}

/// A stream of events that can go on after the last one is opened by a method of its own, since it is opened again when it
/// breaks.
fn open(plan: &OperationPlan<'_>, names: &ApiNames<'_>) -> TokenStream {
    let open = opener(plan);
    let Signature { declared, output, .. } = signature(plan, names);
    let (ask, send) = (ask(plan, names), reply::send(&plan.reply, names));
    quote! {
        async fn #open(&self, forward: Forward, #(#declared),*) -> Result<#output, Error> {
            #ask
            #send
        }
    }
}

fn opener(plan: &OperationPlan<'_>) -> Ident {
    format_ident!("open_{}", plan.method.trim_start_matches("r#"))
}

/// Events over several connections, until one is answered with something else.
fn follow(
    plan: &OperationPlan<'_>,
    events: &Outcome,
    last_event_id: &Argument,
    names: &ApiNames<'_>,
) -> TokenStream {
    let (open, arguments) = (opener(plan), signature(plan, names).arguments);
    let field = ident(&last_event_id.name);
    let headers: Vec<Ident> = events.headers.iter().map(|header| ident(&header.name)).collect();
    let first = quote!(self.#open(forward.clone(), #(#arguments.clone()),*).await?);
    let next = quote!(adapter.#open(forward, #(#arguments),*).await?);
    let (first, next, all) = match &plan.reply {
        ReplyPlan::Plain(_) => (quote!(let body = #first;), quote!(Some(#next)), quote!(body)),
        ReplyPlan::Struct(name, _) => {
            let path = names.own(name);
            let all = quote!(#path { #(#headers,)* body });
            (quote!(let #all = #first;), quote!(Some(#next.body)), all)
        }
        ReplyPlan::Enum(name, _) => {
            let (path, variant) = (names.own(name), ident(&events.variant));
            let all = quote!(#path::#variant { #(#headers,)* body });
            (
                quote!(let (#(#headers,)* body,) = match #first { #all => (#(#headers,)* body,), other => return Ok(other) };),
                quote!(match #next { #path::#variant { body, .. } => Some(body), _ => None }),
                all,
            )
        }
    };
    quote! {
        #first
        let adapter = self.clone();
        let body = resuming(body, move |last_id| {
            let (adapter, forward) = (adapter.clone(), forward.clone());
            #(let #arguments = #arguments.clone();)*
            async move {
                let mut params = params;
                params.#field = last_id.and_then(|id| id.parse().ok()).or(params.#field);
                Ok(#next)
            }
        });
        Ok(#all)
    }
}

fn last_event_id<'a>(plan: &'a OperationPlan<'_>) -> Option<&'a Argument> {
    let fields = plan.params.as_ref()?.fields.iter();
    let mut headers = fields.filter(|field| field.place == ParameterIn::Header && !is_plain(field));
    headers.find(|field| field.wire.eq_ignore_ascii_case("last-event-id"))
}

/// The statements that make `session` and `call`, progenitor's builder with all arguments.
fn ask(plan: &OperationPlan<'_>, names: &ApiNames<'_>) -> TokenStream {
    let (constant, operation) = (
        ident(&plan.constant),
        setter(plan.method.trim_start_matches("r#")),
    );
    let (content_type, body) = plan.body.as_ref().map_or_else(
        || (quote!(None), TokenStream::new()),
        |body| body::hand_over(body, names),
    );
    let path = plan.path.iter().map(|argument| {
        let name = ident(&argument.name);
        hand_over(argument, &quote!(#name))
    });
    let mut fields = TokenStream::new();
    let mut later = TokenStream::new();
    for field in plan.params.iter().flat_map(|params| &params.fields) {
        let name = ident(&field.name);
        if is_plain(field) {
            fields.extend(hand_over(field, &quote!(params.#name)));
        } else {
            later.extend(hand_over_if(field, &quote!(params.#name)));
        }
    }
    quote! {
        let session = self.session(&#constant, forward, #content_type);
        let client = self.client(&session);
        let call = client.#operation() #(#path)* #fields;
        #later
        #body
    }
}
