//! What the calls take for a named scalar: its text, and for a number the plain number. Whether it keeps to the rules
//! of the document is found out before anything is sent.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::{ApiNames, Paths};
use crate::emit::text;
use crate::ir::Spec;
use crate::plan::{Declaration, Plan, RustType, TypeShape};

const IMPORTS: [text::Import; 4] = [
    ("Error", "crate"),
    ("Value", "crate"),
    ("FromText", "crate::support"),
    ("checked", "crate::support"),
];

/// The conversions for the named scalars of one document.
pub(super) fn code(plan: &Plan<'_>, spec: &Spec, names: &ApiNames<'_>, paths: &Paths) -> String {
    let api = &paths.api;
    let mut items = vec![quote!(use #api as api;)];
    items.extend(
        plan.declarations_of(spec)
            .iter()
            .map(|declaration| conversions(declaration, names)),
    );
    text::file(
        &format!("What stands for the scalars of {}.", spec.info.title),
        &IMPORTS,
        &items,
    )
}

fn conversions(declaration: &Declaration<'_>, names: &ApiNames<'_>) -> TokenStream {
    let name = names.own(&declaration.name);
    let from_text = quote!(impl FromText for #name {});
    match &declaration.shape {
        TypeShape::Text | TypeShape::StringEnum(_) => from_text,
        TypeShape::Scalar(inner) => {
            let from_number = is_number(inner).then(|| {
                let inner = names.of(inner);
                quote! {
                    impl Value<#name> for #inner {
                        fn value(self) -> Result<#name, Error> {
                            checked(#name::try_from(self))
                        }
                    }
                }
            });
            quote!(#from_text #from_number)
        }
        TypeShape::Struct { .. } | TypeShape::Wrapper(_) | TypeShape::Union { .. } | TypeShape::Alias(_) => {
            TokenStream::new()
        }
    }
}

fn is_number(rust_type: &RustType) -> bool {
    matches!(
        rust_type,
        RustType::I32 | RustType::I64 | RustType::F32 | RustType::F64
    )
}
