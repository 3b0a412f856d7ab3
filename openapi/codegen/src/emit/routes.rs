//! Writes the routes: for each operation a function from the request to the reply.
//!
//! By the time such a function runs, the caller is known and authorised. It reads parameters and body, asks
//! for the verdict on all of them at once, calls the service and writes what it answers.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{ident, names_of, text, validate};
use crate::ir::{ParameterIn, Spec};
use crate::plan::{
    Argument, BodyPlan, HeaderField, OperationPlan, Outcome, Payload, Plan, ReplyPlan, RequestKind, RustType,
    Scope,
};

pub(super) fn write(plan: &Plan<'_>, spec: &Spec, scope: &Scope<'_>, items: &mut Vec<TokenStream>) {
    let names = names_of(spec);
    let (api, routes) = (&names.api, &names.routes);
    let doc = text::doc(&format!("The routes of {}.", spec.info.title));
    items.push(quote! {
        #doc
        pub struct #routes(Arc<dyn #api>);
    });
    let doc = text::doc("Routes that call `service`.");
    items.push(quote! {
        impl #routes {
            #doc
            #[must_use]
            pub fn new(service: Arc<dyn #api>) -> Self {
                Self(service)
            }
        }
    });
    let operations = plan.operations_of(spec);
    let added = operations.iter().map(|operation| {
        let (info, function) = (format_ident!("{}", operation.constant), ident(&operation.method));
        quote!(routes.add(&operations::#info, #function);)
    });
    items.push(quote! {
        impl GeneratedRoutes for #routes {
            fn operations(self) -> Operations {
                let mut routes = Routes::new(self.0);
                #(#added)*
                routes.finish()
            }
        }
    });
    items.push(quote! {
        impl OpenApi for #routes {
            fn meta() -> Vec<MetaApi> {
                Vec::new()
            }

            fn register(_: &mut Registry) {}

            fn add_routes(self, table: &mut RouteTable) {
                self.operations().fill(table);
            }
        }
    });
    items.extend(
        operations
            .iter()
            .map(|operation| function(plan, api, operation, scope)),
    );
}

fn function(
    plan: &Plan<'_>,
    api: &proc_macro2::Ident,
    operation: &OperationPlan<'_>,
    scope: &Scope<'_>,
) -> TokenStream {
    let name = ident(&operation.method);
    let mut reads: Vec<TokenStream> = operation
        .path
        .iter()
        .map(|argument| read(plan, argument, scope))
        .collect();
    let fields = operation
        .params
        .as_ref()
        .map_or(&[][..], |params| params.fields.as_slice());
    reads.extend(fields.iter().map(|argument| read(plan, argument, scope)));
    reads.extend(operation.body.as_ref().map(|body| read_body(body, scope)));
    let params = operation.params.as_ref().map(|params| {
        let name = scope.path(scope.module, &params.name);
        let values = params.fields.iter().map(|field| filled_in(plan, field, scope));
        quote!(let params = #name { #(#values),* };)
    });
    let arguments = operation.path.iter().map(|argument| {
        let name = local(argument);
        quote!(#name?)
    });
    let arguments: Vec<_> = arguments
        .chain(operation.params.as_ref().map(|_| quote!(params)))
        .chain(operation.body.as_ref().map(|_| quote!(body?)))
        .collect();
    let called = quote!(service.#name(&call.caller #(, #arguments)*).await?);
    let reply = reply(&operation.reply, &called, scope);
    quote! {
        async fn #name(service: Arc<dyn #api>, mut call: Call) -> Result<Response, Problem> {
            #(#reads)*
            call.verdict()?;
            #params
            #reply
        }
    }
}

/// The local variable that holds a parameter, kept clear of the names that every route uses.
fn local(argument: &Argument) -> proc_macro2::Ident {
    match argument.name.as_str() {
        "service" | "call" | "params" | "body" => format_ident!("{}_value", argument.name),
        name => ident(name),
    }
}

fn read(plan: &Plan<'_>, argument: &Argument, scope: &Scope<'_>) -> TokenStream {
    let (name, wire) = (local(argument), &argument.wire);
    let place = match argument.place {
        ParameterIn::Path => format_ident!("path"),
        ParameterIn::Query => format_ident!("query"),
        ParameterIn::Header | ParameterIn::Cookie => format_ident!("header"),
    };
    let rules = validate::closure(plan, argument.schema, &argument.rust_type, &argument.name, scope);
    let call = match (&argument.rust_type, argument.required) {
        (RustType::List(_), required) => {
            let separator = argument
                .separator
                .map_or_else(|| quote!(None), |sign| quote!(Some(#sign)));
            let method = format_ident!(
                "{}",
                if required {
                    "required_list"
                } else {
                    "optional_list"
                }
            );
            quote!(#method(#separator, #rules))
        }
        (_, true) => quote!(required(#rules)),
        (_, false) => quote!(optional(#rules)),
    };
    quote!(let #name = call.#place(#wire).#call;)
}

fn filled_in(plan: &Plan<'_>, field: &Argument, scope: &Scope<'_>) -> TokenStream {
    let (name, local) = (ident(&field.name), local(field));
    match &field.default {
        Some(default) if default.is_rust_default() => quote!(#name: #local?.unwrap_or_default()),
        Some(default) => {
            let value = plan.default_tokens(default, scope);
            quote!(#name: #local?.unwrap_or(#value))
        }
        None => quote!(#name: #local?),
    }
}

fn read_body(body: &BodyPlan, scope: &Scope<'_>) -> TokenStream {
    match &body.kind {
        RequestKind::One(payload, _) => {
            let read = read_payload(payload, body.required, scope);
            quote!(let body = #read;)
        }
        RequestKind::Several(name, variants) => {
            let name = scope.path(scope.module, name);
            let arms = variants.iter().map(|(variant, media, payload)| {
                let (variant, read) = (
                    format_ident!("{variant}"),
                    read_payload(payload, body.required, scope),
                );
                let wrap = if body.required {
                    quote!(map(#name::#variant))
                } else {
                    quote!(map(|body| body.map(#name::#variant)))
                };
                quote!(#media => #read.#wrap,)
            });
            let missing = if body.required {
                quote!(call.no_body())
            } else {
                quote!(Ok(None))
            };
            quote! {
                let body = match call.media_type() {
                    #(#arms)*
                    _ => #missing,
                };
            }
        }
    }
}

fn read_payload(payload: &Payload, required: bool, scope: &Scope<'_>) -> TokenStream {
    match (payload, required) {
        (Payload::Json(inner), true) => {
            let inner = inner.tokens(scope);
            quote!(call.json::<#inner>().await)
        }
        (Payload::Json(inner), false) => {
            let inner = inner.tokens(scope);
            quote!(call.optional_json::<#inner>().await)
        }
        (Payload::Text, true) => quote!(call.text().await),
        (Payload::Text, false) => quote!(call.optional_text().await),
        (Payload::Bytes | Payload::Events(_), true) => quote!(call.bytes()),
        (Payload::Bytes | Payload::Events(_), false) => quote!(call.optional_bytes()),
    }
}

fn reply(reply: &ReplyPlan, called: &TokenStream, scope: &Scope<'_>) -> TokenStream {
    match reply {
        ReplyPlan::Plain(outcome) => {
            let result = outcome.payload.as_ref().map(|_| quote!(let body =));
            let written = written(outcome, &quote!(body), |_| TokenStream::new());
            quote!(#result #called; #written)
        }
        ReplyPlan::Struct(_, outcome) => {
            let written = written(outcome, &quote!(reply.body), |header| {
                let name = ident(&header.name);
                quote!(&reply.#name)
            });
            quote!(let reply = #called; #written)
        }
        ReplyPlan::Enum(name, outcomes) => {
            let name = scope.path(scope.module, name);
            let arms = outcomes.iter().map(|outcome| arm(&name, outcome));
            quote!(match #called { #(#arms)* })
        }
    }
}

fn arm(name: &TokenStream, outcome: &Outcome) -> TokenStream {
    let variant = format_ident!("{}", outcome.variant);
    let body = outcome.payload.as_ref().map(|_| format_ident!("body"));
    let fields: Vec<_> = body
        .into_iter()
        .chain(outcome.headers.iter().map(|header| ident(&header.name)))
        .collect();
    let pattern = (!fields.is_empty()).then(|| quote!({ #(#fields),* }));
    let written = written(outcome, &quote!(body), |header| {
        let name = ident(&header.name);
        quote!(&#name)
    });
    quote!(#name::#variant #pattern => #written,)
}

/// `Reply::new(200).header("etag", &etag).json(&body)`.
fn written(
    outcome: &Outcome,
    body: &TokenStream,
    header: impl Fn(&HeaderField) -> TokenStream,
) -> TokenStream {
    let status = proc_macro2::Literal::u16_unsuffixed(outcome.status);
    let media = outcome.media_type.as_deref().unwrap_or_default();
    let headers = outcome.headers.iter().map(|field| {
        let (wire, value) = (field.wire.to_ascii_lowercase(), header(field));
        if field.required {
            quote!(.header(#wire, #value))
        } else {
            quote!(.optional_header(#wire, #value))
        }
    });
    let finish = match &outcome.payload {
        None => quote!(empty()),
        Some(Payload::Json(_)) if media == "application/json" => quote!(json(&#body)),
        Some(Payload::Json(_)) => quote!(json_as(#media, &#body)),
        Some(Payload::Text) => quote!(text(#media, #body)),
        Some(Payload::Bytes) => quote!(bytes(#media, #body)),
        Some(Payload::Events(_)) => quote!(events(#body)),
    };
    quote!(Reply::new(#status) #(#headers)* .#finish)
}
