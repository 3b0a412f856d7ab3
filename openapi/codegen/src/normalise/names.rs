//! Names that documents do not give: the modules of files, and schemas that are referred to without being components.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::ir::ComponentName;
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
    let mut register = Register::default();
    let files = sources.iter().map(|source| &source.file);
    files
        .map(|file| (file.clone(), register.claim("", &module(file)).name))
        .collect()
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

/// The names that are taken, by module.
#[derive(Default)]
pub(super) struct Register {
    taken: HashSet<ComponentName>,
    /// The next number to try for a wish that was met before, so that many equal wishes stay cheap.
    next: HashMap<ComponentName, u64>,
}

impl Register {
    pub(super) fn of(names: impl Iterator<Item = ComponentName>) -> Self {
        Self {
            taken: names.collect(),
            next: HashMap::new(),
        }
    }

    /// Takes the name that is wished for, or that with the first number which makes it new.
    pub(super) fn claim(&mut self, module: &str, wish: &str) -> ComponentName {
        let named = |name: String| ComponentName {
            module: module.to_owned(),
            name,
        };
        let wished = named(wish.to_owned());
        let mut name = wished.clone();
        let next = self.next.entry(wished).or_insert(2);
        while !self.taken.insert(name.clone()) {
            name = named(format!("{wish}_{next}"));
            *next += 1;
        }
        name
    }
}
