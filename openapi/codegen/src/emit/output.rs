//! For build scripts: writes generated modules into a folder, touching only what has changed, so that cargo
//! compiles only what has changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use super::Generated;
use crate::ir::Specs;
use crate::plan::{Plan, module};

impl Generated {
    /// Writes every module into `folder`, and beside them `modules.rs`, which declares them.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut modules = String::new();
        for file in &self.files {
            let path = folder.join(format!("{}.rs", file.module));
            write_if_changed(&path, &file.code)?;
            let name = &file.module;
            writeln!(
                modules,
                "#[path = {:?}]\npub mod {name};",
                path.display().to_string()
            )
            .expect("writing to a String cannot fail");
        }
        write_if_changed(&folder.join("modules.rs"), &modules)
    }
}

/// A list of the documents for programs: `SpecSource { name, title, version, base_path, yaml }`.
pub fn sources(specs: &Specs) -> String {
    let mut documents: Vec<_> = specs.documents.iter().collect();
    documents.sort_by_key(|spec| spec.info.position());
    let mut text = String::from("&[\n");
    for spec in documents {
        let path = fs::canonicalize(spec.file.as_ref()).unwrap_or_else(|_| spec.file.as_ref().into());
        writeln!(
            text,
            "    SpecSource {{ name: {:?}, title: {:?}, version: {:?}, base_path: {:?}, yaml: include_str!({:?}) }},",
            spec.module,
            spec.info.title,
            spec.info.version,
            spec.base_path(),
            path.display().to_string(),
        )
        .expect("writing to a String cannot fail");
    }
    text.push_str("]\n");
    text
}

/// The scopes that the documents declare and what each is for, as an expression; what several declare, the first says.
pub fn scopes(specs: &Specs) -> String {
    let mut words = BTreeMap::new();
    let schemes = specs
        .documents
        .iter()
        .flat_map(|spec| spec.security_schemes.iter());
    for (scope, text) in schemes.flat_map(|scheme| scheme.scopes()) {
        words.entry(scope).or_insert(text);
    }
    let lines = words
        .iter()
        .map(|(scope, text)| format!("    ({scope:?}, {text:?}),\n"));
    format!("&[\n{}]\n", lines.collect::<String>())
}

/// The operations of all documents, as an expression.
pub fn operations(specs: &Specs) -> String {
    let plan = Plan::new(specs);
    let mut text = String::from("&[\n");
    for spec in &specs.documents {
        for operation in plan.operations_of(spec) {
            writeln!(
                text,
                "    &{}::operations::{},",
                module(&spec.module),
                operation.constant
            )
            .expect("writing to a String cannot fail");
        }
    }
    text.push_str("]\n");
    text
}

/// Writes a file unless it holds just that already.
///
/// # Errors
/// When the file cannot be written.
pub fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(path, text)
}
