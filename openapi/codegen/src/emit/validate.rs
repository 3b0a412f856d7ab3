//! Writes the rules of a document as code that costs a comparison each.

mod rules;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{ident, structs};
use crate::plan::{Declaration, FieldPlan, Plan, Presence, RustType};
use rules::Rules;

pub(super) use rules::{closure, grouped};

/// The rules of a struct.
pub(super) fn of_struct(
    plan: &Plan<'_>,
    declaration: &Declaration<'_>,
    fields: &[FieldPlan],
    others: Option<&RustType>,
) -> TokenStream {
    let mut rules = Rules::new(plan);
    let mut checks: Vec<TokenStream> = fields
        .iter()
        .filter_map(|field| of_field(&mut rules, field))
        .collect();
    if others.is_some_and(|other| plan.is_checked(other)) {
        let rest = structs::rest_name(fields);
        checks.push(quote!(self.#rest.validate(at, found);));
    }
    implementation(&format_ident!("{}", declaration.name), &rules, &checks)
}

/// The rules of a struct around one value.
pub(super) fn of_newtype(plan: &Plan<'_>, declaration: &Declaration<'_>, inner: &RustType) -> TokenStream {
    let mut rules = Rules::new(plan);
    let value = if inner.is_plain() {
        quote!(self.0)
    } else {
        quote!(&self.0)
    };
    let place = quote!(at);
    let checks = rules.of_value(declaration.schema.id, inner, &value, &place, &declaration.name);
    implementation(&format_ident!("{}", declaration.name), &rules, &checks)
}

fn implementation(name: &Ident, rules: &Rules<'_, '_>, checks: &[TokenStream]) -> TokenStream {
    let patterns = rules.patterns();
    if checks.is_empty() {
        return quote! {
            impl Validate for #name {
                fn validate(&self, _: &At<'_>, _: &mut Violations) {}
            }
        };
    }
    quote! {
        impl Validate for #name {
            fn validate(&self, at: &At<'_>, found: &mut Violations) {
                #(#patterns)*
                #(#checks)*
            }
        }
    }
}

fn of_field(rules: &mut Rules<'_, '_>, field: &FieldPlan) -> Option<TokenStream> {
    let (name, wire) = (ident(&field.name), &field.wire);
    // A value whose type knows its own rules is asked, through Option, Vec and Box alike.
    if !rules.has_own(field.schema, &field.rust_type) {
        return rules
            .plan
            .is_checked(&field.rust_type)
            .then(|| quote!(self.#name.validate(&at.field(#wire), found);));
    }
    let plain_name = field.name.trim_start_matches("r#");
    let place = format_ident!("{plain_name}_at");
    let (value, inside) = if matches!(field.presence, Presence::Required | Presence::Default(_)) {
        (
            if field.rust_type.is_plain() {
                quote!(self.#name)
            } else {
                quote!(&self.#name)
            },
            None,
        )
    } else {
        (
            if field.rust_type.is_plain() {
                quote!(*#name)
            } else {
                quote!(#name)
            },
            Some(()),
        )
    };
    let here = if inside.is_some() {
        quote!(&at)
    } else {
        quote!(&#place)
    };
    let checks = rules.of_value(field.schema, &field.rust_type, &value, &here, plain_name);
    if checks.is_empty() {
        return None;
    }
    Some(match (&field.presence, inside) {
        (Presence::Maybe, Some(())) => quote! {
            if let Maybe::Value(#name) = &self.#name {
                let at = at.field(#wire);
                #(#checks)*
            }
        },
        (_, Some(())) => quote! {
            if let Some(#name) = &self.#name {
                let at = at.field(#wire);
                #(#checks)*
            }
        },
        (_, None) => quote! {
            let #place = at.field(#wire);
            #(#checks)*
        },
    })
}
