//! Writes unions: one of several types, told apart by a member or tried in order.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{text, types};
use crate::plan::{Declaration, Plan, RustType, Scope, TypeShape, VariantPlan};

pub(super) fn write(
    plan: &Plan<'_>,
    declaration: &Declaration<'_>,
    tag: Option<&str>,
    variants: &[(VariantPlan, RustType)],
    scope: &Scope<'_>,
    items: &mut Vec<TokenStream>,
) {
    let name = format_ident!("{}", declaration.name);
    let doc = types::doc(declaration);
    let (shared, renames, representation) = match tag {
        Some(tag) => {
            let plans: Vec<VariantPlan> = variants.iter().map(|(variant, _)| variant.clone()).collect();
            let (shared, renames) = types::renames(&plans);
            (shared, renames, quote!(#[serde(tag = #tag)]))
        }
        None => (
            TokenStream::new(),
            vec![TokenStream::new(); variants.len()],
            quote!(#[serde(untagged)]),
        ),
    };
    let names: Vec<_> = variants
        .iter()
        .map(|(variant, _)| format_ident!("{}", variant.name))
        .collect();
    let inners: Vec<_> = variants.iter().map(|(_, inner)| inner.tokens(scope)).collect();
    let docs = variants.iter().map(|(variant, _)| match tag {
        Some(_) => text::doc(&format!("`{}`", variant.wire)),
        None => text::doc("One of the alternatives."),
    });
    items.push(quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #representation
        #shared
        pub enum #name { #(#docs #renames #names(#inners)),* }
    });
    items.push(validation(plan, &name, variants));
    items.push(description(&name, tag, variants, scope));
    items.extend(conversions(plan, &name, variants, scope));
}

fn validation(
    plan: &Plan<'_>,
    name: &proc_macro2::Ident,
    variants: &[(VariantPlan, RustType)],
) -> TokenStream {
    let checked: Vec<bool> = variants.iter().map(|(_, inner)| plan.is_checked(inner)).collect();
    let arms = variants
        .iter()
        .zip(&checked)
        .filter(|(_, checked)| **checked)
        .map(|((variant, _), _)| {
            let variant = format_ident!("{}", variant.name);
            quote!(Self::#variant(value) => value.validate(at, found),)
        });
    let rest = (!checked.iter().all(|checked| *checked)).then(|| quote!(_ => {}));
    if checked.contains(&true) {
        quote! {
            impl Validate for #name {
                fn validate(&self, at: &At<'_>, found: &mut Violations) {
                    match self { #(#arms)* #rest }
                }
            }
        }
    } else {
        quote! {
            impl Validate for #name {
                fn validate(&self, _: &At<'_>, _: &mut Violations) {}
            }
        }
    }
}

fn description(
    name: &proc_macro2::Ident,
    tag: Option<&str>,
    variants: &[(VariantPlan, RustType)],
    scope: &Scope<'_>,
) -> TokenStream {
    let body = match tag {
        Some(tag) => {
            let cases = variants.iter().map(|(variant, inner)| {
                let (wire, inner) = (&variant.wire, inner.tokens(scope));
                quote!(JsonCase::new::<#inner>(#wire))
            });
            quote! {
                const CASES: &[JsonCase] = &[#(#cases),*];
                JsonShape::Union { tag: #tag, cases: CASES }
            }
        }
        None => quote!(JsonShape::Any),
    };
    quote! {
        impl Described for #name {
            fn shape() -> JsonShape { #body }
        }
    }
}

/// `From` for each alternative whose type occurs once, under whatever name.
fn conversions(
    plan: &Plan<'_>,
    name: &proc_macro2::Ident,
    variants: &[(VariantPlan, RustType)],
    scope: &Scope<'_>,
) -> Vec<TokenStream> {
    let real: Vec<RustType> = variants
        .iter()
        .map(|(_, inner)| behind_aliases(plan, inner))
        .collect();
    let once = |inner: &RustType| real.iter().filter(|other| *other == inner).count() == 1;
    let named = variants
        .iter()
        .zip(&real)
        .filter(|(_, inner)| matches!(inner, RustType::Named(_)) && once(inner));
    named
        .map(|((variant, inner), _)| {
            let (variant, inner) = (format_ident!("{}", variant.name), inner.tokens(scope));
            quote! {
                impl From<#inner> for #name {
                    fn from(value: #inner) -> Self {
                        Self::#variant(value)
                    }
                }
            }
        })
        .collect()
}

fn behind_aliases(plan: &Plan<'_>, rust_type: &RustType) -> RustType {
    let RustType::Named(name) = rust_type else {
        return rust_type.clone();
    };
    match plan.declaration(name).map(|declaration| &declaration.shape) {
        Some(TypeShape::Alias(target)) if target != rust_type => behind_aliases(plan, target),
        _ => rust_type.clone(),
    }
}
