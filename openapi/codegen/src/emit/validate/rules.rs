//! The rules of one value, as statements that add what is wrong to `found`.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::ir::{Additional, Bound, Schema, SchemaId, Shape};
use crate::plan::{Plan, RustType, TypeName, TypeShape, constant};

/// Collects the patterns that the statements refer to.
pub(in crate::emit) struct Rules<'p, 'a> {
    pub(super) plan: &'p Plan<'a>,
    patterns: Vec<TokenStream>,
    /// Values of named types have been checked already: parameters check themselves as they are read.
    names_are_checked: bool,
}

impl<'p, 'a> Rules<'p, 'a> {
    pub(super) fn new(plan: &'p Plan<'a>) -> Self {
        Self {
            plan,
            patterns: Vec::new(),
            names_are_checked: false,
        }
    }

    /// The patterns, as statics that are compiled once.
    pub(super) fn patterns(&self) -> &[TokenStream] {
        &self.patterns
    }

    /// Whether a value has rules that its type does not know: written inline, or about the items of a list.
    pub(super) fn has_own(&self, id: SchemaId, rust_type: &RustType) -> bool {
        has_rules(self.plan, id, rust_type)
    }

    /// The statements for `value` (an expression), which stands at `at` (an expression).
    pub(super) fn of_value(
        &mut self,
        id: SchemaId,
        rust_type: &RustType,
        value: &TokenStream,
        at: &TokenStream,
        name: &str,
    ) -> Vec<TokenStream> {
        let schema = bearer(self.plan, id);
        match rust_type {
            RustType::Text => self.of_text(schema, value, at, name),
            RustType::I32 => integer(schema, value, at, (i64::from(i32::MIN), i64::from(i32::MAX))),
            RustType::I64 => integer(schema, value, at, (i64::MIN, i64::MAX)),
            RustType::F32 | RustType::F64 => float(schema, value, at, rust_type == &RustType::F32),
            RustType::List(item) => self.of_list(schema, item, value, at, name),
            RustType::Map(member) => self.of_map(schema, member, value, at, name),
            RustType::Boxed(inner) => self.of_value(id, inner, value, at, name),
            RustType::Named(_) if self.plan.is_checked(rust_type) => {
                let value = without_reference(value);
                vec![quote!(#value.validate(#at, found);)]
            }
            _ => Vec::new(),
        }
    }

    fn of_text(
        &mut self,
        schema: &Schema,
        text: &TokenStream,
        at: &TokenStream,
        name: &str,
    ) -> Vec<TokenStream> {
        let mut checks = Vec::new();
        if let Some(min) = schema.string.min_length.filter(|min| *min > 0) {
            let min = grouped(min);
            checks.push(quote!(found.min_length(#at, #text, #min);));
        }
        if let Some(max) = schema.string.max_length {
            let max = grouped(max);
            checks.push(quote!(found.max_length(#at, #text, #max);));
        }
        // A pattern that this dialect of regular expressions cannot compile has been reported by the lint.
        if let Some(pattern) = schema
            .string
            .pattern
            .as_ref()
            .filter(|pattern| regex::Regex::new(pattern).is_ok())
        {
            let name = format_ident!("{}", constant(name));
            let source = raw_string(pattern);
            let meaning = schema.pattern_meaning().map(|words| quote!(.meaning(#words)));
            self.patterns
                .push(quote!(static #name: Pattern = Pattern::new(#source) #meaning;));
            checks.push(quote!(found.pattern(#at, #text, &#name);));
        }
        checks
    }

    fn of_list(
        &mut self,
        schema: &Schema,
        item: &RustType,
        list: &TokenStream,
        at: &TokenStream,
        name: &str,
    ) -> Vec<TokenStream> {
        let mut checks = Vec::new();
        let plain = without_reference(list);
        let array = &schema.array;
        if let Some(min) = array.min_items.filter(|min| *min > 0) {
            let min = grouped(min);
            checks.push(quote!(found.min_items(#at, #plain.len(), #min);));
        }
        if let Some(max) = array.max_items {
            let max = grouped(max);
            checks.push(quote!(found.max_items(#at, #plain.len(), #max);));
        }
        if array.unique_items {
            checks.push(quote!(found.unique_items(#at, #list);));
        }
        if let Some(items) = array.items {
            let walk = quote!(for (index, item) in #plain.iter().enumerate());
            let step = quote!(index(index));
            let each = (items, item, format!("{name}_item"));
            checks.extend(self.of_items(each, &walk, &step, &plain, at));
        }
        checks
    }

    fn of_map(
        &mut self,
        schema: &Schema,
        member: &RustType,
        map: &TokenStream,
        at: &TokenStream,
        name: &str,
    ) -> Vec<TokenStream> {
        let mut checks = Vec::new();
        let plain = without_reference(map);
        if let Some(min) = schema.object.min_properties.filter(|min| *min > 0) {
            let min = grouped(min);
            checks.push(quote!(found.min_properties(#at, #plain.len(), #min);));
        }
        if let Some(max) = schema.object.max_properties {
            let max = grouped(max);
            checks.push(quote!(found.max_properties(#at, #plain.len(), #max);));
        }
        if let Additional::Schema(values) = schema.object.additional {
            let walk = quote!(for (key, item) in #map);
            let step = quote!(field(key));
            let each = (values, member, format!("{name}_value"));
            checks.extend(self.of_items(each, &walk, &step, &plain, at));
        }
        checks
    }

    /// The statements for the items of a list or map: one call where their type knows its rules, else a loop.
    fn of_items(
        &mut self,
        (id, rust_type, name): (SchemaId, &RustType, String),
        walk: &TokenStream,
        step: &TokenStream,
        container: &TokenStream,
        at: &TokenStream,
    ) -> Option<TokenStream> {
        if !has_rules(self.plan, id, rust_type) {
            let checked = !self.names_are_checked && self.plan.is_checked(rust_type);
            return checked.then(|| quote!(#container.validate(#at, found);));
        }
        let each = self.of_item(id, rust_type, &name)?;
        let place = without_reference(at);
        Some(quote! {
            #walk {
                let at = #place.#step;
                #each
            }
        })
    }

    /// The statements for one item of a list or map, called `item` there.
    fn of_item(&mut self, id: SchemaId, rust_type: &RustType, name: &str) -> Option<TokenStream> {
        let (inner, nullable) = match rust_type {
            RustType::Nullable(inner) => (inner.as_ref(), true),
            other => (other, false),
        };
        let value = if inner.is_plain() {
            quote!(*item)
        } else {
            quote!(item)
        };
        let checks = self.of_value(id, inner, &value, &quote!(&at), name);
        if checks.is_empty() {
            return None;
        }
        Some(if nullable {
            quote!(if let Some(item) = item { #(#checks)* })
        } else {
            quote!(#(#checks)*)
        })
    }
}

/// The schema that bears the rules: behind aliases that have no name.
fn bearer<'a>(plan: &Plan<'a>, id: SchemaId) -> &'a Schema {
    let mut seen = HashSet::new();
    let mut id = id;
    loop {
        let schema = plan.specs.schema(id);
        match schema.shape(plan.specs) {
            Shape::Alias(target) if seen.insert(id) => id = target,
            _ => return schema,
        }
    }
}

/// Whether a value of this type has rules that its type does not know.
pub(in crate::emit) fn has_rules(plan: &Plan<'_>, id: SchemaId, rust_type: &RustType) -> bool {
    let schema = bearer(plan, id);
    match rust_type {
        RustType::Text => {
            let rules = &schema.string;
            rules.min_length.is_some_and(|min| min > 0)
                || rules.max_length.is_some()
                || rules.pattern.is_some()
        }
        RustType::I32 | RustType::I64 | RustType::F32 | RustType::F64 => {
            let rules = &schema.number;
            rules.minimum.is_some() || rules.maximum.is_some() || rules.multiple_of.is_some()
        }
        RustType::List(item) => {
            let rules = &schema.array;
            let own =
                rules.min_items.is_some_and(|min| min > 0) || rules.max_items.is_some() || rules.unique_items;
            own || rules.items.is_some_and(|items| has_rules(plan, items, item))
        }
        RustType::Map(member) => {
            let rules = &schema.object;
            let own = rules.min_properties.is_some_and(|min| min > 0) || rules.max_properties.is_some();
            own || matches!(rules.additional, Additional::Schema(values) if has_rules(plan, values, member))
        }
        RustType::Boxed(inner) | RustType::Nullable(inner) => has_rules(plan, id, inner),
        _ => false,
    }
}

/// The rules of a parameter, as a closure that a route applies to its value.
pub(in crate::emit) fn closure(
    plan: &Plan<'_>,
    id: SchemaId,
    rust_type: &RustType,
    name: &str,
    scope: &crate::plan::Scope<'_>,
) -> TokenStream {
    let mut rules = Rules::new(plan);
    rules.names_are_checked = true;
    let plain_name = name.trim_start_matches("r#");
    let argument = super::ident(name);
    let value = if rust_type.is_plain() {
        quote!(*#argument)
    } else {
        quote!(#argument)
    };
    let checks = rules.of_value(id, rust_type, &value, &quote!(at), plain_name);
    if checks.is_empty() || !has_rules(plan, id, rust_type) {
        return quote!(by_type);
    }
    let patterns = rules.patterns();
    let rust_type = rust_type.tokens(scope);
    quote!(|#argument: &#rust_type, at, found| { #(#patterns)* #(#checks)* })
}

impl Plan<'_> {
    /// Whether validating a value of this type can find anything.
    pub(in crate::emit) fn is_checked(&self, rust_type: &RustType) -> bool {
        self.is_checked_within(rust_type, &mut HashSet::new())
    }

    fn is_checked_within(&self, rust_type: &RustType, seen: &mut HashSet<TypeName>) -> bool {
        match rust_type {
            RustType::List(inner)
            | RustType::Map(inner)
            | RustType::Boxed(inner)
            | RustType::Nullable(inner) => self.is_checked_within(inner, seen),
            RustType::Named(name) => seen.insert(name.clone()) && self.is_name_checked(name, seen),
            _ => false,
        }
    }

    fn is_name_checked(&self, name: &TypeName, seen: &mut HashSet<TypeName>) -> bool {
        let Some(declaration) = self.declaration(name) else {
            return false;
        };
        let id = declaration.schema.id;
        match &declaration.shape {
            TypeShape::Struct { fields, others, .. } => {
                let in_fields = fields.iter().any(|field| {
                    has_rules(self, field.schema, &field.rust_type)
                        || self.is_checked_within(&field.rust_type, seen)
                });
                in_fields
                    || others
                        .as_ref()
                        .is_some_and(|other| self.is_checked_within(other, seen))
            }
            TypeShape::StringEnum(_) => false,
            TypeShape::Text => has_rules(self, id, &RustType::Text),
            TypeShape::Scalar(inner) | TypeShape::Wrapper(inner) => {
                has_rules(self, id, inner) || self.is_checked_within(inner, seen)
            }
            TypeShape::Alias(target) => self.is_checked_within(target, seen),
            TypeShape::Union { variants, .. } => variants
                .iter()
                .any(|(_, inner)| self.is_checked_within(inner, seen)),
        }
    }
}

fn integer(schema: &Schema, value: &TokenStream, at: &TokenStream, range: (i64, i64)) -> Vec<TokenStream> {
    let rules = &schema.number;
    let bounds = [(&rules.minimum, true), (&rules.maximum, false)];
    let mut checks = Vec::new();
    for (bound, lower) in bounds {
        let Some(bound) = bound else { continue };
        let Some((number, check)) = whole(bound, lower) else {
            continue;
        };
        // What the type cannot exceed anyway needs no check.
        let idle = !bound.exclusive && number == if lower { range.0 } else { range.1 };
        if idle || !(range.0..=range.1).contains(&number) {
            continue;
        }
        let (number, check) = (grouped(number), format_ident!("{check}"));
        checks.push(quote!(found.#check(#at, #value, #number);));
    }
    let factor = rules.multiple_of.as_ref().and_then(serde_json::Number::as_i64);
    if let Some(factor) = factor.filter(|factor| *factor > 1) {
        let factor = grouped(factor);
        checks.push(quote!(found.multiple_of(#at, i64::from(#value), #factor);));
    }
    checks
}

/// A bound as an integer, and the check it calls for. A bound that no `i64` reaches says nothing.
fn whole(bound: &Bound, lower: bool) -> Option<(i64, &'static str)> {
    let check = match (lower, bound.exclusive) {
        (true, false) => "minimum",
        (true, true) => "above",
        (false, false) => "maximum",
        (false, true) => "below",
    };
    if let Some(whole) = bound.value.as_i64() {
        return Some((whole, check));
    }
    let number = bound.value.as_f64().filter(|number| number.abs() < 9.0e18)?;
    if number.fract() == 0.0 {
        return Some((number as i64, check));
    }
    // Between two integers it does not matter whether the bound itself is allowed.
    let rounded = if lower { number.ceil() } else { number.floor() };
    Some((rounded as i64, if lower { "minimum" } else { "maximum" }))
}

fn float(schema: &Schema, value: &TokenStream, at: &TokenStream, single: bool) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    let rules = &schema.number;
    for (bound, inclusive, exclusive) in [
        (&rules.minimum, "minimum", "above"),
        (&rules.maximum, "maximum", "below"),
    ] {
        let Some(bound) = bound else { continue };
        let Some(number) = bound.value.as_f64() else {
            continue;
        };
        let check = format_ident!("{}", if bound.exclusive { exclusive } else { inclusive });
        let bound = Literal::f64_unsuffixed(number);
        checks.push(quote!(found.#check(#at, #value, #bound);));
    }
    if let Some(factor) = rules
        .multiple_of
        .as_ref()
        .and_then(serde_json::Number::as_f64)
        .filter(|factor| *factor > 0.0)
    {
        let factor = Literal::f64_unsuffixed(factor);
        let value = if single {
            quote!(f64::from(#value))
        } else {
            value.clone()
        };
        checks.push(quote!(found.multiple_of_float(#at, #value, #factor);));
    }
    checks
}

/// `&self.name` as the receiver of a method, where the reference goes without saying.
fn without_reference(expression: &TokenStream) -> TokenStream {
    let mut tokens = expression.clone().into_iter().peekable();
    if matches!(tokens.peek(), Some(proc_macro2::TokenTree::Punct(sign)) if sign.as_char() == '&') {
        tokens.next();
    }
    tokens.collect()
}

/// An integer as a person would write it: in groups of three digits from five digits on.
pub(in crate::emit) fn grouped(number: impl std::fmt::Display) -> TokenStream {
    let digits = number.to_string();
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits.as_str()), |digits| ("-", digits));
    let mut text = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text.parse().expect("digits are a literal")
}

/// A string literal as a person would write it: raw where it holds backslashes or quotes.
fn raw_string(text: &str) -> TokenStream {
    if !text.contains(['\\', '"']) || text.contains(|letter: char| letter.is_control()) {
        return quote!(#text);
    }
    let mut fence = String::new();
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    format!("r{fence}\"{text}\"{fence}")
        .parse()
        .unwrap_or_else(|_| quote!(#text))
}
