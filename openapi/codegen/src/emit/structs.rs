//! Writes structs: fields, what may be left out, defaults, rules, and the description for the error path.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{ident, text, types, validate};
use crate::plan::{Declaration, FieldPlan, Plan, Presence, RustType, Scope, TypeShape};

pub(super) fn write(
    plan: &Plan<'_>,
    declaration: &Declaration<'_>,
    scope: &Scope<'_>,
    items: &mut Vec<TokenStream>,
) {
    let TypeShape::Struct {
        fields,
        others,
        closed,
    } = &declaration.shape
    else {
        return;
    };
    let name = format_ident!("{}", declaration.name);
    let doc = types::doc(declaration);
    let written = fields
        .iter()
        .map(|field| write_field(plan, &declaration.name, field, scope));
    let rest = others.as_ref().map(|other| rest(fields, other, scope));
    let closed_attribute = closed.then(|| quote!(#[serde(deny_unknown_fields)]));
    let default = derives_default(fields).then(|| quote!(Default,));
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, #default PartialEq, Serialize, Deserialize)]
        #closed_attribute
        pub struct #name { #(#written,)* #rest }
    });
    let defaults: Vec<_> = fields
        .iter()
        .filter_map(|field| default_function(plan, field, scope))
        .collect();
    if !defaults.is_empty() {
        items.push(quote!(impl #name { #(#defaults)* }));
    }
    if let Some(implementation) = default_implementation(plan, declaration, fields, others.is_some(), scope) {
        items.push(implementation);
    }
    items.push(validate::of_struct(plan, declaration, fields, others.as_ref()));
    items.push(description(
        declaration,
        fields,
        *closed && others.is_none(),
        scope,
    ));
}

/// The type of a field, with what its presence wraps around it.
fn field_type(field: &FieldPlan, scope: &Scope<'_>) -> TokenStream {
    let inner = field.rust_type.tokens(scope);
    match field.presence {
        Presence::Required | Presence::Default(_) => inner,
        Presence::Optional | Presence::Nullable => quote!(Option<#inner>),
        Presence::Maybe => quote!(Maybe<#inner>),
    }
}

fn write_field(plan: &Plan<'_>, owner: &str, field: &FieldPlan, scope: &Scope<'_>) -> TokenStream {
    let doc = field_doc(plan, field);
    let name = ident(&field.name);
    let rust_type = field_type(field, scope);
    let attribute = serde_attribute(owner, field);
    quote!(#doc #attribute pub #name: #rust_type)
}

/// What the document says about the property, or else the first words about its type.
fn field_doc(plan: &Plan<'_>, field: &FieldPlan) -> TokenStream {
    let schema = plan.specs.resolve(field.schema);
    let prose = schema.description.as_deref().map(|prose| match schema.name {
        Some(_) => text::first_sentence(prose),
        None => prose,
    });
    text::doc_of(
        None,
        prose.or(schema.title.as_deref()),
        &format!("`{}`", field.wire),
    )
}

fn serde_attribute(owner: &str, field: &FieldPlan) -> TokenStream {
    let mut parts = Vec::new();
    if field.name.trim_start_matches("r#") != field.wire {
        let wire = &field.wire;
        parts.push(quote!(rename = #wire));
    }
    match &field.presence {
        Presence::Required => {}
        Presence::Nullable => parts.push(quote!(deserialize_with = "Option::deserialize")),
        Presence::Optional => parts.push(quote!(
            default,
            deserialize_with = "not_null",
            skip_serializing_if = "Option::is_none"
        )),
        Presence::Maybe => parts.push(quote!(default, skip_serializing_if = "Maybe::is_absent")),
        Presence::Default(value) if value.is_rust_default() => parts.push(quote!(default)),
        Presence::Default(_) => {
            let function = format!("{owner}::{}", default_name(field));
            parts.push(quote!(default = #function));
        }
    }
    if parts.is_empty() {
        TokenStream::new()
    } else {
        quote!(#[serde(#(#parts),*)])
    }
}

fn default_name(field: &FieldPlan) -> String {
    format!("default_{}", field.name.trim_start_matches("r#"))
}

fn default_function(plan: &Plan<'_>, field: &FieldPlan, scope: &Scope<'_>) -> Option<TokenStream> {
    let Presence::Default(value) = &field.presence else {
        return None;
    };
    if value.is_rust_default() {
        return None;
    }
    let (name, rust_type) = (
        format_ident!("{}", default_name(field)),
        field.rust_type.tokens(scope),
    );
    let value = plan.default_tokens(value, scope);
    Some(quote!(fn #name() -> #rust_type { #value }))
}

fn may_be_left_out(field: &FieldPlan) -> bool {
    !matches!(field.presence, Presence::Required | Presence::Nullable)
}

/// A struct of which nothing is required, and whose defaults are those of Rust.
fn derives_default(fields: &[FieldPlan]) -> bool {
    fields.iter().all(|field| match &field.presence {
        Presence::Optional | Presence::Maybe => true,
        Presence::Default(value) => value.is_rust_default(),
        Presence::Required | Presence::Nullable => false,
    })
}

fn default_implementation(
    plan: &Plan<'_>,
    declaration: &Declaration<'_>,
    fields: &[FieldPlan],
    has_others: bool,
    scope: &Scope<'_>,
) -> Option<TokenStream> {
    if derives_default(fields) || !fields.iter().all(may_be_left_out) {
        return None;
    }
    let name = format_ident!("{}", declaration.name);
    let values = fields.iter().map(|field| {
        let name = ident(&field.name);
        match &field.presence {
            Presence::Default(value) => {
                let value = plan.default_tokens(value, scope);
                quote!(#name: #value)
            }
            _ => quote!(#name: Default::default()),
        }
    });
    let others = has_others.then(|| quote!(others: BTreeMap::new()));
    Some(quote! {
        impl Default for #name {
            fn default() -> Self {
                Self { #(#values,)* #others }
            }
        }
    })
}

/// The members that the document does not name.
fn rest(fields: &[FieldPlan], other: &RustType, scope: &Scope<'_>) -> TokenStream {
    let other = other.tokens(scope);
    let name = rest_name(fields);
    quote! {
        /// Whatever else is there.
        #[serde(flatten)]
        pub #name: BTreeMap<String, #other>,
    }
}

/// A name that no field has.
pub(super) fn rest_name(fields: &[FieldPlan]) -> proc_macro2::Ident {
    if fields.iter().any(|field| field.name == "others") {
        format_ident!("others_")
    } else {
        format_ident!("others")
    }
}

fn description(
    declaration: &Declaration<'_>,
    fields: &[FieldPlan],
    closed: bool,
    scope: &Scope<'_>,
) -> TokenStream {
    let name = format_ident!("{}", declaration.name);
    let members = fields.iter().map(|field| {
        let (wire, inner) = (&field.wire, field.rust_type.tokens(scope));
        match field.presence {
            Presence::Required => quote!(JsonMember::required::<#inner>(#wire)),
            Presence::Nullable => quote!(JsonMember::required::<Option<#inner>>(#wire)),
            Presence::Maybe => quote!(JsonMember::optional::<Option<#inner>>(#wire)),
            Presence::Optional | Presence::Default(_) => quote!(JsonMember::optional::<#inner>(#wire)),
        }
    });
    let kind = format_ident!("{}", if closed { "closed" } else { "open" });
    quote! {
        impl Described for #name {
            fn shape() -> JsonShape {
                const MEMBERS: &[JsonMember] = &[#(#members),*];
                JsonShape::#kind(MEMBERS)
            }
        }
    }
}
