//! How the names of a document become names of Rust.

use std::collections::HashSet;

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

/// Names that the generated code uses itself, so that no type may take them.
const RESERVED_TYPES: [&str; 34] = [
    "Arc",
    "Any",
    "At",
    "BTreeMap",
    "Box",
    "ByteStream",
    "Call",
    "Caller",
    "Copy",
    "DateTime",
    "Default",
    "Deserialize",
    "Err",
    "EventStream",
    "From",
    "Maybe",
    "NaiveDate",
    "None",
    "Ok",
    "Option",
    "Parameter",
    "Pattern",
    "Problem",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Sync",
    "Utc",
    "Uuid",
    "Validate",
    "Vec",
];

/// Keywords of the edition that is generated for and that `syn` does not know as such.
const ALSO_KEYWORDS: [&str; 1] = ["gen"];

/// Words that cannot name a field or function even when written raw.
const NEVER_RAW: [&str; 4] = ["self", "super", "crate", "_"];

/// The name of a type or variant: `list_orthos` becomes `ListOrthos`.
pub fn pascal(text: &str) -> String {
    let name = spelled(text).to_pascal_case();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("N{name}"),
        Some(_) if RESERVED_TYPES.contains(&name.as_str()) => format!("{name}Value"),
        Some(_) => name,
    }
}

/// The name of a field or argument, raw where it is a keyword: `If-Match` becomes `if_match`.
pub fn snake(text: &str) -> String {
    let name = spelled(text).to_snake_case();
    match name.chars().next() {
        None => "empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n{name}"),
        Some(_) if NEVER_RAW.contains(&name.as_str()) => format!("{name}_"),
        Some(_) if is_keyword(&name) => format!("r#{name}"),
        Some(_) => name,
    }
}

fn is_keyword(name: &str) -> bool {
    ALSO_KEYWORDS.contains(&name) || syn::parse_str::<syn::Ident>(name).is_err()
}

/// The name of a method.
pub fn method(operation: &str) -> String {
    snake(operation)
}

/// The name of a constant.
pub fn constant(operation: &str) -> String {
    let name = spelled(operation).to_shouty_snake_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("N{name}")
    } else {
        name
    }
}

/// The name of a module.
pub fn module(file: &str) -> String {
    snake(file)
}

/// `wanted`, or the first of `wanted2`, `wanted3`, ... that is free; takes it.
pub fn unique(wanted: &str, taken: &mut HashSet<String>) -> String {
    let mut name = wanted.to_owned();
    let mut count = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wanted}{count}");
        count += 1;
    }
    name
}

/// Signs that tell names apart (`+1` and `-1`, `<=` and `>=`) are spelled out; others only separate words.
fn spelled(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for (index, letter) in text.chars().enumerate() {
        match letter {
            '+' => spelled.push_str(" plus "),
            '<' => spelled.push_str(" less "),
            '>' => spelled.push_str(" more "),
            '=' => spelled.push_str(" equal "),
            '*' => spelled.push_str(" all "),
            '-' if index == 0 => spelled.push_str(" minus "),
            letter if letter.is_alphanumeric() && letter.is_ascii() => spelled.push(letter),
            letter if letter.is_alphanumeric() => spelled.push_str(&format!("u{:x}", u32::from(letter))),
            _ => spelled.push(' '),
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{constant, pascal, snake, unique};

    #[test]
    fn names_follow_the_customs_of_rust() {
        assert_eq!(pascal("list_orthos"), "ListOrthos");
        assert_eq!(snake("If-Match"), "if_match");
        assert_eq!(snake("type"), "r#type");
        assert_eq!(snake("gen"), "r#gen");
        assert_eq!(constant("list_orthos"), "LIST_ORTHOS");
    }

    #[test]
    fn every_text_has_a_name() {
        for (text, expected) in [
            ("", "Empty"),
            ("3d", "N3d"),
            ("+1", "Plus1"),
            ("-1", "Minus1"),
            ("Option", "OptionValue"),
            ("é", "Ue9"),
        ] {
            assert_eq!(pascal(text), expected);
        }
        assert_eq!(snake("self"), "self_");
        assert_eq!(snake("2x"), "n2x");
    }

    #[test]
    fn names_that_collide_are_numbered() {
        let mut taken = HashSet::new();
        let names: Vec<_> = ["A", "A", "B", "A"]
            .iter()
            .map(|name| unique(name, &mut taken))
            .collect();
        assert_eq!(names, ["A", "A2", "B", "A3"]);
    }
}
