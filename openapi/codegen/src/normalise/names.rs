//! Names that documents do not give: the modules of files, and schemas that are referred to without being components.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::load::Source;

/// The module of a file: its stem in snake case.
pub(super) fn module(file: &str) -> String {
    let stem = Path::new(file)
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut name = String::new();
    for character in stem.chars() {
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_matches('_');
    match name.chars().next() {
        None => "spec".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("spec_{name}"),
        Some(_) => name.to_owned(),
    }
}

/// The modules of all files that were asked for; the second file of one name gets a number.
pub(super) fn modules(sources: &[Arc<Source>]) -> HashMap<Arc<str>, String> {
    let mut taken = HashSet::new();
    let mut modules = HashMap::new();
    for source in sources {
        if !modules.contains_key(&source.file) {
            let name = unused(&module(&source.file), |name| taken.contains(name));
            taken.insert(name.clone());
            modules.insert(source.file.clone(), name);
        }
    }
    modules
}

/// The name for a schema at a pointer, from its last steps that mean something to a person.
pub(super) fn stray(file: &str, pointer: &str) -> String {
    let silent = [
        "schema",
        "items",
        "properties",
        "schemas",
        "definitions",
        "allOf",
        "oneOf",
        "anyOf",
        "content",
    ];
    let step = pointer.rsplit('/').find(|step| {
        !step.is_empty() && !silent.contains(step) && !step.starts_with(|first: char| first.is_ascii_digit())
    });
    step.map_or_else(|| module(file), |step| step.replace("~1", "_").replace("~0", "_"))
}

/// The name itself, or with the first number that makes it new.
pub(super) fn unused(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_owned();
    }
    (2_u64..)
        .map(|number| format!("{name}_{number}"))
        .find(|name| !is_taken(name))
        .expect("numbers do not run out")
}
