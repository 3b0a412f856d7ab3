//! Turns tokens into text that a person would be content to have written: formatted, with air between items,
//! with exactly the imports that are used.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// How wide the text of a comment may be.
const COMMENT_WIDTH: usize = 100;
/// How wide a line of code may be where this module decides.
const CODE_WIDTH: usize = 110;

/// A name that generated code may use, and the module it is imported from.
pub(crate) type Import = (&'static str, &'static str);

/// A doc comment; nothing for no text.
pub(crate) fn doc(text: &str) -> TokenStream {
    let lines = wrapped(text)
        .into_iter()
        .map(|line| if line.is_empty() { line } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// A doc comment made of a title and prose, whichever are there.
pub(crate) fn doc_of(title: Option<&str>, prose: Option<&str>, otherwise: &str) -> TokenStream {
    match (
        title.map(str::trim).filter(|t| !t.is_empty()),
        prose.map(str::trim).filter(|p| !p.is_empty()),
    ) {
        (Some(title), Some(prose)) if title != prose => doc(&format!("{}\n\n{prose}", sentence(title))),
        (Some(only), _) | (None, Some(only)) => doc(&sentence(only)),
        (None, None) => doc(otherwise),
    }
}

/// The first sentence of some prose, or its first paragraph when that is shorter.
pub(super) fn first_sentence(prose: &str) -> &str {
    let prose = prose.trim();
    let paragraph = prose.find("\n\n").unwrap_or(prose.len());
    let sentence = prose.find(". ").map_or(prose.len(), |stop| stop + 1);
    &prose[..sentence.min(paragraph)]
}

/// A title ends like a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(|last: char| last.is_alphanumeric() || last == ')' || last == '`') {
        format!("{text}.")
    } else {
        text.to_owned()
    }
}

/// Flows the paragraphs of some prose; lists, tables, and what is indented or fenced keep their lines.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in text.trim().lines().map(str::trim_end).chain([""]) {
        let fence = line.trim_start().starts_with("```");
        let kept = fenced || fence || line.is_empty() || line.starts_with([' ', '|', '-', '*', '#', '>']);
        fenced ^= fence;
        if !kept && !line.starts_with(|first: char| first.is_ascii_digit()) {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
            continue;
        }
        if !paragraph.is_empty() {
            wrap(&std::mem::take(&mut paragraph), &mut lines);
        }
        lines.push(line.to_owned());
    }
    lines.pop();
    lines
}

fn wrap(line: &str, lines: &mut Vec<String>) {
    let mut current = String::new();
    for word in line.split_whitespace() {
        if !current.is_empty() && current.chars().count() + 1 + word.chars().count() > COMMENT_WIDTH {
            lines.push(std::mem::take(&mut current));
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
}

/// A file: its header, the imports that its items use, its items.
#[cfg(any(feature = "client", test))]
pub(crate) fn file(header: &str, imports: &[Import], items: &[TokenStream]) -> String {
    file_with(header, imports, &[], items)
}

/// The same with further `use` lines.
pub(super) fn file_with(
    header: &str,
    imports: &[Import],
    more: &[TokenStream],
    items: &[TokenStream],
) -> String {
    let mut text = String::new();
    for line in wrapped(header) {
        text.push_str(if line.is_empty() { "//!" } else { "//! " });
        text.push_str(&line);
        text.push('\n');
    }
    let mut used = HashSet::new();
    items.iter().for_each(|item| identifiers(item.clone(), &mut used));
    let uses = uses(imports, &used);
    if !uses.is_empty() {
        text.push('\n');
        text.push_str(&uses);
    }
    if !more.is_empty() {
        text.push('\n');
        more.iter().for_each(|line| text.push_str(&formatted(line)));
    }
    for item in items.iter().filter(|item| !item.is_empty()) {
        text.push('\n');
        text.push_str(&aired(&joined(&formatted(item))));
    }
    text
}

fn formatted(item: &TokenStream) -> String {
    match syn::parse2(item.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        // rustc says what is wrong with it, and where, better than this crate could; our tests do not ask it.
        Err(error) if cfg!(test) => unreachable!("{error}: {item}"),
        Err(_) => format!("{item}\n"),
    }
}

fn identifiers(tokens: TokenStream, found: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Ident(name) => {
                found.insert(name.to_string());
            }
            // serde takes paths as strings: `skip_serializing_if = "Maybe::is_absent"`.
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let path = text.trim_matches('"').split("::").next().unwrap_or_default();
                found.insert(path.to_owned());
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The imports in use, one line a module, `std` first.
fn uses(imports: &[Import], used: &HashSet<String>) -> String {
    let mut modules: BTreeMap<(bool, &str), Vec<&str>> = BTreeMap::new();
    for (name, module) in imports
        .iter()
        .filter(|(name, _)| *name == "*" || used.contains(*name))
    {
        modules
            .entry((!module.starts_with("std"), *module))
            .or_default()
            .push(name);
    }
    let mut text = String::new();
    let mut standard = false;
    for ((foreign, module), mut names) in modules {
        if foreign && standard {
            text.push('\n');
        }
        standard = !foreign;
        names.sort_unstable();
        let names = if names.len() == 1 {
            names[0].to_owned()
        } else {
            format!("{{{}}}", names.join(", "))
        };
        text.push_str(&formatted(
            &format!("use {module}::{names};").parse().unwrap_or_default(),
        ));
    }
    text
}

/// Puts an attribute on one line where it fits, which the formatter does not.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !(line.trim_start().starts_with("#[") && line.ends_with('(')) {
            joined.push_str(line);
            joined.push('\n');
            continue;
        }
        let end = format!("{})]", &line[..line.len() - line.trim_start().len()]);
        let inside: Vec<&str> = lines.by_ref().take_while(|inner| *inner != end).collect();
        let one = format!(
            "{line}{})]",
            inside
                .iter()
                .map(|inner| inner.trim())
                .collect::<Vec<_>>()
                .join(" ")
        );
        if one.chars().count() <= CODE_WIDTH {
            joined.push_str(&one);
        } else {
            joined.push_str(&format!("{line}\n{}\n{end}", inside.join("\n")));
        }
        joined.push('\n');
    }
    joined
}

/// Puts an empty line between the items of a block, where the formatter leaves none.
fn aired(text: &str) -> String {
    let mut aired = String::with_capacity(text.len());
    let mut before = "";
    for line in text.lines() {
        let (start, end) = (line.trim_start(), before.trim());
        let same_depth = line.len() - start.len() == before.len() - before.trim_start().len();
        let begins_item = [
            "///",
            "fn ",
            "pub fn ",
            "async fn ",
            "impl ",
            "#[",
            "pub struct ",
            "pub static ",
            "static ",
        ]
        .iter()
        .any(|begin| start.starts_with(begin));
        let ended = end == "}"
            || end.ends_with("{}")
            || (end.ends_with(';') && !end.starts_with("//") && start.starts_with("///"))
            || (end == "};" && !start.starts_with('}'))
            || end == "];";
        if same_depth && ended && begins_item {
            aired.push('\n');
        }
        aired.push_str(line);
        aired.push('\n');
        before = line;
    }
    aired
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{doc, file};

    #[test]
    fn only_the_imports_in_use_are_written() {
        let imports = [
            ("BTreeMap", "std::collections"),
            ("Arc", "std::sync"),
            ("Uuid", "uuid"),
        ];
        let text = file(
            "Teas.",
            &imports,
            &[quote!(
                struct Tea {
                    id: Uuid,
                    with: BTreeMap<Uuid, Uuid>,
                }
            )],
        );
        assert!(
            text.starts_with(
                "//! Teas.\n\nuse std::collections::BTreeMap;\n\nuse uuid::Uuid;\n\nstruct Tea {\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn long_prose_is_wrapped_and_code_is_not() {
        let prose = format!("{}\n\n```\n{}\n```", "word ".repeat(40), "x".repeat(150));
        let text = file(
            "",
            &[],
            &[{
                let doc = doc(&prose);
                quote!(#doc struct Tea;)
            }],
        );
        assert!(
            text.lines()
                .filter(|line| !line.contains('x'))
                .all(|line| line.len() < 110),
            "{text}"
        );
        assert!(text.contains(&"x".repeat(150)));
    }

    #[test]
    fn methods_stand_apart() {
        let text = file("", &[], &[quote!(impl Tea { fn a() {} fn b() {} })]);
        assert!(text.contains("fn a() {}\n"), "{text}");
        let text = file("", &[], &[quote!(impl Tea { fn a() { x(); } fn b() { y(); } })]);
        assert!(text.contains("    }\n\n    fn b()"), "{text}");
    }
}
