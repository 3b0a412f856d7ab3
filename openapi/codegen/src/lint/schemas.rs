//! Rules about schemas: those that have one Rust type which says the same.

use crate::diagnostic::Diagnostic;
use crate::ir::{Additional, JsonType, Schema, Shape, Specs};

/// Patterns are checked by the `regex` crate, which knows no look-around and no back references.
pub(super) fn patterns_compile(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for schema in specs.schemas() {
        let Some(pattern) = &schema.string.pattern else {
            continue;
        };
        if let Err(error) = regex::Regex::new(pattern) {
            let why = error.to_string();
            let why = why
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned();
            let message = format!("the pattern `{pattern}` is not a regular expression of Rust: {why}");
            found.push(Diagnostic::error("pattern-invalid", &schema.location, message));
        }
    }
    found
}

/// Nobody should have to read a regular expression to learn why a value was refused.
pub(super) fn patterns_say_what_they_mean(specs: &Specs) -> Vec<Diagnostic> {
    let patterns = specs.schemas().filter(|schema| schema.string.pattern.is_some());
    let silent = patterns.filter(|schema| schema.pattern_meaning().is_none());
    silent
        .map(|schema| {
            let message = "the pattern has no `x-pattern-means`: words that go on from \"must be\"";
            Diagnostic::error("pattern-meaning", &schema.location, message)
        })
        .collect()
}

/// A name in `required` that is declared nowhere is a slip of the pen.
pub(super) fn required_properties_are_declared(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let typed = specs
        .schemas()
        .filter(|schema| !schema.object.properties.is_empty() && schema.all_of.is_empty());
    for schema in typed.filter(|schema| schema.one_of.is_empty() && schema.any_of.is_empty()) {
        for name in schema
            .object
            .required
            .iter()
            .filter(|name| schema.property(name).is_none())
        {
            let message = format!("`required` names `{name}`, which is not among the properties");
            found.push(Diagnostic::error(
                "required-undeclared",
                &schema.location,
                message,
            ));
        }
    }
    found
}

/// `int32` or `int64`: the width on the wire is part of the contract.
pub(super) fn integers_have_a_format(specs: &Specs) -> Vec<Diagnostic> {
    let bare = specs.schemas().filter(|schema| {
        schema.types == [JsonType::Integer] && !matches!(schema.format.as_deref(), Some("int32" | "int64"))
    });
    let complain = |schema: &Schema| {
        Diagnostic::error(
            "integer-format",
            &schema.location,
            "an integer says how wide it is",
        )
        .help("`format: int64`, or `int32` for what never grows")
    };
    bare.map(complain).collect()
}

/// Without a discriminator every alternative is tried in turn, and errors say nothing useful.
pub(super) fn one_of_has_a_discriminator(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for schema in specs.schemas().filter(|schema| !schema.one_of.is_empty()) {
        let complain = |message: String| Diagnostic::error("one-of", &schema.location, message);
        if !schema.types.is_empty() {
            found.push(complain(
                "`oneOf` has a `type` beside it; the alternatives say what they are".to_owned(),
            ));
        }
        let Some(discriminator) = &schema.discriminator else {
            let complaint = complain("`oneOf` has no discriminator".to_owned());
            found.push(
                complaint.help("`discriminator: {propertyName: kind}`, and `kind` in every alternative"),
            );
            continue;
        };
        for member in &schema.one_of {
            let flat = specs.flatten(*member);
            let tagged = flat
                .properties
                .iter()
                .any(|one| one.name == discriminator.property && one.required);
            if specs.resolve(*member).name.is_none() || !tagged {
                let message = format!(
                    "an alternative is not a named object that requires the discriminator `{}`",
                    discriminator.property
                );
                found.push(complain(message).help(format!(
                    "the alternative is at {}",
                    specs.schema(*member).location
                )));
            }
        }
    }
    found
}

/// `anyOf` and `not` have no Rust type that says the same.
pub(super) fn any_of_and_not_are_avoided(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for schema in specs.schemas() {
        if !schema.any_of.is_empty() {
            let complaint = Diagnostic::error(
                "any-of",
                &schema.location,
                "`anyOf` has no Rust type that says the same",
            );
            found.push(complaint.help("use `oneOf` with a discriminator"));
        }
        if schema.not.is_some() {
            found.push(Diagnostic::error(
                "not",
                &schema.location,
                "`not` has no Rust type that says the same",
            ));
        }
    }
    found
}

/// `allOf` gathers objects into one struct, which works only if none of them forbids the properties of the others.
pub(super) fn all_of_members_are_open_objects(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // One member alone is the usual way to describe a reference, and gathers nothing.
    let gathering = specs
        .schemas()
        .filter(|one| one.all_of.len() + usize::from(!one.object.properties.is_empty()) > 1);
    for schema in gathering {
        for member in &schema.all_of {
            let member = specs.resolve(*member);
            let open = member.object.additional != Additional::Forbidden && specs.is_object(member.id);
            if !open {
                let message =
                    "`allOf` gathers objects that do not forbid other properties; this member is not one";
                let complaint = Diagnostic::error("all-of", &schema.location, message);
                found.push(complaint.help(format!("the member is at {}", member.location)));
            }
        }
    }
    found
}

/// An enumeration becomes a Rust enum, so its values are words and its type is string.
pub(super) fn enums_are_strings(specs: &Specs) -> Vec<Diagnostic> {
    let odd = specs.schemas().filter(|schema| {
        schema.enumeration.is_some()
            && !(matches!(schema.shape(specs), Shape::StringEnum(_)) && schema.types == [JsonType::String])
    });
    let complain = |schema: &Schema| {
        Diagnostic::error(
            "enum-values",
            &schema.location,
            "an enumeration is `type: string` with strings as its values",
        )
    };
    odd.map(complain).collect()
}
