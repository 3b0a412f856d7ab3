//! The calls: for each operation a builder that a person can use without knowing HTTP. What must be given is an
//! argument, what may be given is a method, awaiting the builder sends the request, and a list can be streamed
//! page by page.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::adapter;
use super::arguments::is_plain;
use super::body;
use super::names::{ApiNames, Paths, ident};
use crate::emit::text;
use crate::ir::Spec;
use crate::plan::{
    Argument, BodyPlan, OperationPlan, Payload, Plan, ReplyPlan, RequestKind, RustType, TypeShape,
};

const IMPORTS: [text::Import; 16] = [
    ("BTreeMap", "std::collections"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("Utc", "chrono"),
    ("ByteStream", "crochet_openapi"),
    ("EventStream", "crochet_openapi"),
    ("BoxStream", "futures_util::stream"),
    ("Uuid", "uuid"),
    ("Crochet", "crate"),
    ("Error", "crate"),
    ("Upload", "crate"),
    ("Value", "crate"),
    ("Answer", "crate"),
    ("Given", "crate::support"),
    ("pages", "crate::support"),
    ("Forward", "crate::support"),
];

/// The calls of one document: the methods that begin them and the builders.
pub(super) fn code(plan: &Plan<'_>, spec: &Spec, names: &ApiNames<'_>, paths: &Paths) -> String {
    let Paths { api, generated } = paths;
    let (module, adapter) = (names.module(), adapter::name(spec));
    let calls: Vec<Call<'_>> = plan
        .operations_of(spec)
        .iter()
        .map(|operation| Call {
            plan,
            operation,
            adapter: adapter.clone(),
            names,
        })
        .collect();
    let starts = calls.iter().map(Call::start);
    let mut items = vec![
        quote!(use #api as api;),
        quote!(use #generated::adapter::#module::#adapter;),
        quote!(impl Crochet { #(#starts)* }),
    ];
    items.extend(calls.iter().flat_map(Call::builder));
    text::file(&format!("The calls of {}.", spec.info.title), &IMPORTS, &items)
}

/// One operation and what is needed to write its builder.
struct Call<'a> {
    plan: &'a Plan<'a>,
    operation: &'a OperationPlan<'a>,
    adapter: Ident,
    names: &'a ApiNames<'a>,
}

impl Call<'_> {
    fn name(&self) -> Ident {
        format_ident!("{}Call", self.operation.stem)
    }

    fn fields(&self) -> &[Argument] {
        self.operation
            .params
            .as_ref()
            .map_or(&[], |params| params.fields.as_slice())
    }

    fn doc(&self) -> TokenStream {
        let operation = self.operation.operation;
        let otherwise = format!("Calls `{}`.", operation.name());
        text::doc_of(
            operation.summary.as_deref(),
            operation.description.as_deref(),
            &otherwise,
        )
    }

    /// The method of the client that takes what must be given.
    fn start(&self) -> TokenStream {
        let (method, name, adapter, doc) = (
            ident(&self.operation.method),
            self.name(),
            &self.adapter,
            self.doc(),
        );
        let fields = self.fields().iter().filter(|field| field.required);
        let needed = self.operation.path.iter().chain(fields).map(|argument| {
            let (name, rust_type) = (ident(&argument.name), self.names.of(&argument.rust_type));
            quote!(#name: impl Value<#rust_type>,)
        });
        let body = self
            .operation
            .body
            .as_ref()
            .filter(|body| body.required)
            .map(|body| self.body_argument(body));
        let given = self.given();
        quote! {
            #doc
            #[must_use = "nothing is sent until it is awaited"]
            pub fn #method(&self, #(#needed)* #body) -> #name {
                #name { adapter: #adapter::new(self.connection()), given: Given::new(|| Ok(#given)) }
            }
        }
    }

    fn body_argument(&self, body: &BodyPlan) -> TokenStream {
        if is_upload(body) {
            return quote!(body: impl Into<Upload>,);
        }
        let rust_type = body::required_type(body, self.names);
        quote!(body: impl Value<#rust_type>,)
    }

    /// The arguments at the start: what was given, and nothing or the default for the rest.
    fn given(&self) -> TokenStream {
        let mut parts: Vec<TokenStream> = self
            .operation
            .path
            .iter()
            .map(|argument| read(&argument.name))
            .collect();
        if let Some(params) = &self.operation.params {
            let path = self.names.own(&params.name);
            let fields = params.fields.iter().map(|field| {
                let (name, value) = (ident(&field.name), self.initial(field));
                quote!(#name: #value,)
            });
            parts.push(quote!(#path { #(#fields)* }));
        }
        if let Some(body) = &self.operation.body {
            parts.push(match (body.required, is_upload(body)) {
                (false, _) => quote!(None),
                (true, true) => quote!(body.into()),
                (true, false) => read("body"),
            });
        }
        quote!((#(#parts,)*))
    }

    fn initial(&self, field: &Argument) -> TokenStream {
        match &field.default {
            _ if field.required => read(&field.name),
            Some(default) => self.plan.default_tokens(default, self.names.scope()),
            None => quote!(None),
        }
    }

    /// The types of the arguments, in the order of the adapter's method.
    fn given_type(&self) -> TokenStream {
        let mut types: Vec<TokenStream> = self
            .operation
            .path
            .iter()
            .map(|argument| self.names.of(&argument.rust_type))
            .collect();
        if let Some(params) = &self.operation.params {
            types.push(self.names.own(&params.name));
        }
        if let Some(body) = &self.operation.body {
            types.push(match (is_upload(body), body.required) {
                (true, true) => quote!(Upload),
                (true, false) => quote!(Option<Upload>),
                (false, _) => body::rust_type(body, self.names),
            });
        }
        quote!((#(#types,)*))
    }

    fn builder(&self) -> [TokenStream; 3] {
        let (name, adapter, given) = (self.name(), &self.adapter, self.given_type());
        let setters = self
            .fields()
            .iter()
            .filter(|field| !field.required)
            .map(|field| self.setter(field));
        let body = self
            .operation
            .body
            .as_ref()
            .filter(|body| !body.required)
            .map(|body| self.body_setter(body));
        let (stream, answer) = (self.stream(), self.answer());
        let doc = text::doc(&format!(
            "A call of `{}`, sent when it is awaited.",
            self.operation.operation.name()
        ));
        let builder = quote! {
            #doc
            #[must_use = "nothing is sent until it is awaited"]
            pub struct #name {
                adapter: #adapter,
                given: Given<#given>,
            }
        };
        let methods = quote!(#(#setters)* #body #stream);
        let methods = if methods.is_empty() {
            methods
        } else {
            quote!(impl #name { #methods })
        };
        [builder, methods, answer]
    }

    /// Where the parameters stand among the arguments.
    fn params_index(&self) -> syn::Index {
        syn::Index::from(self.operation.path.len())
    }

    fn setter(&self, field: &Argument) -> TokenStream {
        let (name, rust_type, index) = (
            ident(&field.name),
            self.names.of(&field.rust_type),
            self.params_index(),
        );
        let doc = text::doc_of(
            None,
            field.description.as_deref(),
            &format!("Sets `{}`.", field.wire),
        );
        let value = if is_plain(field) {
            quote!(#name.value()?)
        } else {
            quote!(Some(#name.value()?))
        };
        quote! {
            #doc
            pub fn #name(mut self, #name: impl Value<#rust_type>) -> Self {
                self.given.change(|given| {
                    given.#index.#name = #value;
                    Ok(())
                });
                self
            }
        }
    }

    fn body_setter(&self, body: &BodyPlan) -> TokenStream {
        let index =
            syn::Index::from(self.operation.path.len() + usize::from(self.operation.params.is_some()));
        let argument = self.body_argument(body);
        let value = if is_upload(body) {
            quote!(body.into())
        } else {
            quote!(body.value()?)
        };
        quote! {
            /// Sets the body.
            pub fn body(mut self, #argument) -> Self {
                self.given.change(|given| {
                    given.#index = Some(#value);
                    Ok(())
                });
                self
            }
        }
    }

    fn answer(&self) -> TokenStream {
        let (name, output) = (self.name(), adapter::output(&self.operation.reply, self.names));
        let (names, method) = (
            adapter::signature(self.operation, self.names).arguments,
            ident(&self.operation.method),
        );
        let open = self
            .operation
            .body
            .as_ref()
            .filter(|body| is_upload(body))
            .map(|body| {
                if body.required {
                    quote!(let body = body.open().await?;)
                } else {
                    quote!(let body = match body { Some(body) => Some(body.open().await?), None => None };)
                }
            });
        quote! {
            impl IntoFuture for #name {
                type Output = Result<#output, Error>;
                type IntoFuture = Answer<#output>;

                fn into_future(self) -> Self::IntoFuture {
                    Box::pin(async move {
                        let (#(#names,)*) = self.given.take()?;
                        #open
                        self.adapter.#method(Forward::default(), #(#names),*).await
                    })
                }
            }
        }
    }

    /// The items of all pages, for an operation that answers pages.
    fn stream(&self) -> Option<TokenStream> {
        let item = self.names.of(self.page_item()?);
        let token = ident(
            &self
                .fields()
                .iter()
                .find(|field| field.wire == "page_token")?
                .name,
        );
        let (names, method) = (
            adapter::signature(self.operation, self.names).arguments,
            ident(&self.operation.method),
        );
        Some(quote! {
            /// All items, page after page as they are asked for.
            pub fn stream(self) -> BoxStream<'static, Result<#item, Error>> {
                let adapter = self.adapter;
                pages(self.given, move |given, next| {
                    let (adapter, (#(#names,)*)) = (adapter.clone(), given);
                    async move {
                        let mut params = params;
                        params.#token = next.or(params.#token);
                        let page = adapter.#method(Forward::default(), #(#names),*).await?;
                        Ok((page.items, page.next_page))
                    }
                })
            }
        })
    }

    /// The type of the items if the only answer is `{items, next_page}`.
    fn page_item(&self) -> Option<&RustType> {
        let ReplyPlan::Plain(outcome) = &self.operation.reply else {
            return None;
        };
        let Some(Payload::Json(RustType::Named(page))) = &outcome.payload else {
            return None;
        };
        let TypeShape::Struct { fields, .. } = &self.plan.declaration(page)?.shape else {
            return None;
        };
        fields.iter().find(|field| field.wire == "next_page")?;
        match &fields.iter().find(|field| field.wire == "items")?.rust_type {
            RustType::List(item) => Some(item),
            _ => None,
        }
    }
}

fn read(name: &str) -> TokenStream {
    let name = ident(name);
    quote!(#name.value()?)
}

fn is_upload(body: &BodyPlan) -> bool {
    matches!(&body.kind, RequestKind::One(Payload::Bytes, _))
}
