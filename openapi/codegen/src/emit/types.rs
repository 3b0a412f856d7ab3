//! Writes the types of a document, one declaration after the other.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{structs, text, unions, validate};
use crate::plan::{Declaration, Plan, RustType, Scope, TypeShape, VariantPlan, snake};

pub(super) fn write(
    plan: &Plan<'_>,
    declaration: &Declaration<'_>,
    scope: &Scope<'_>,
    items: &mut Vec<TokenStream>,
) {
    match &declaration.shape {
        TypeShape::Struct { .. } => structs::write(plan, declaration, scope, items),
        TypeShape::Union { tag, variants } => {
            unions::write(plan, declaration, tag.as_deref(), variants, scope, items);
        }
        TypeShape::StringEnum(variants) => string_enum(declaration, variants, items),
        TypeShape::Text => string_newtype(plan, declaration, items),
        TypeShape::Scalar(inner) => scalar_newtype(plan, declaration, inner, scope, items),
        TypeShape::Wrapper(inner) => wrapper(plan, declaration, inner, scope, items),
        TypeShape::Alias(target) => {
            let (doc, name) = (doc(declaration), format_ident!("{}", declaration.name));
            let target = target.tokens(scope);
            items.push(quote!(#doc pub type #name = #target;));
        }
    }
}

/// The doc comment of a type.
pub(super) fn doc(declaration: &Declaration<'_>) -> TokenStream {
    let schema = declaration.schema;
    let otherwise = format!(
        "`{}` of the spec.",
        schema.name.as_ref().map_or(&declaration.name, |name| &name.name)
    );
    text::doc_of(schema.title.as_deref(), schema.description.as_deref(), &otherwise)
}

fn string_enum(declaration: &Declaration<'_>, variants: &[VariantPlan], items: &mut Vec<TokenStream>) {
    let (doc, name) = (doc(declaration), format_ident!("{}", declaration.name));
    let (shared, renames) = renames(variants);
    let idents: Vec<_> = variants
        .iter()
        .map(|variant| format_ident!("{}", variant.name))
        .collect();
    let docs = variants
        .iter()
        .map(|variant| text::doc(&format!("`{}`", variant.wire)));
    let wires = variants.iter().map(|variant| &variant.wire);
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #shared
        pub enum #name { #(#docs #renames #idents),* }
    });
    items.push(quote!(string_enum!(pub #name { #(#idents = #wires),* });));
}

/// One attribute for all variants where their texts follow one custom, else one for each.
pub(super) fn renames(variants: &[VariantPlan]) -> (TokenStream, Vec<TokenStream>) {
    let snake_case = |variant: &VariantPlan| snake(&variant.name) == variant.wire;
    let kebab_case = |variant: &VariantPlan| snake(&variant.name).replace('_', "-") == variant.wire;
    let has_digit = |variant: &VariantPlan| variant.wire.contains(|letter: char| letter.is_ascii_digit());
    let none = vec![TokenStream::new(); variants.len()];
    // serde and heck disagree about digits, so such texts are spelled out.
    if variants.iter().all(|variant| variant.name == variant.wire) {
        (TokenStream::new(), none)
    } else if variants
        .iter()
        .all(|variant| snake_case(variant) && !has_digit(variant))
    {
        (quote!(#[serde(rename_all = "snake_case")]), none)
    } else if variants
        .iter()
        .all(|variant| kebab_case(variant) && !has_digit(variant))
    {
        (quote!(#[serde(rename_all = "kebab-case")]), none)
    } else {
        let each = variants.iter().map(|variant| {
            let wire = &variant.wire;
            quote!(#[serde(rename = #wire)])
        });
        (TokenStream::new(), each.collect())
    }
}

fn string_newtype(plan: &Plan<'_>, declaration: &Declaration<'_>, items: &mut Vec<TokenStream>) {
    let (doc, name) = (doc(declaration), format_ident!("{}", declaration.name));
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct #name(String);
    });
    items.push(quote!(string_newtype!(pub #name);));
    items.push(validate::of_newtype(plan, declaration, &RustType::Text));
}

fn scalar_newtype(
    plan: &Plan<'_>,
    declaration: &Declaration<'_>,
    inner: &RustType,
    scope: &Scope<'_>,
    items: &mut Vec<TokenStream>,
) {
    let (doc, name) = (doc(declaration), format_ident!("{}", declaration.name));
    let tokens = inner.tokens(scope);
    let total = if matches!(inner, RustType::F32 | RustType::F64) {
        quote!(PartialOrd)
    } else {
        quote!(Eq, PartialOrd, Ord, Hash)
    };
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, #total, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct #name(#tokens);
    });
    items.push(quote!(scalar_newtype!(pub #name(#tokens));));
    items.push(validate::of_newtype(plan, declaration, inner));
}

fn wrapper(
    plan: &Plan<'_>,
    declaration: &Declaration<'_>,
    inner: &RustType,
    scope: &Scope<'_>,
    items: &mut Vec<TokenStream>,
) {
    let (doc, name) = (doc(declaration), format_ident!("{}", declaration.name));
    let tokens = inner.tokens(scope);
    let default = if matches!(inner, RustType::List(_) | RustType::Map(_)) {
        quote!(Default,)
    } else {
        quote!()
    };
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, #default PartialEq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct #name(pub #tokens);
    });
    items.push(validate::of_newtype(plan, declaration, inner));
    items.push(quote! {
        impl Described for #name {
            fn shape() -> JsonShape {
                <#tokens as Described>::shape()
            }
        }
    });
}
