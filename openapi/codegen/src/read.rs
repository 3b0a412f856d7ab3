//! The entry points: from files to documents and a report on them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::ir::{Location, Specs};
use crate::lint::{self, Profile};
use crate::load::{Files, Library, Source};
use crate::normalise::normalise;
use crate::report::Report;

/// Reads documents, and says everything that is wrong with any of them.
///
/// A folder stands for the documents directly in it. Documents that cannot be read are missing from the result, so
/// generate only when [`Report::errors`] is empty; [`check`] does that.
pub fn read(paths: &[PathBuf], profile: Profile) -> (Specs, Report) {
    let mut complaints = Vec::new();
    let mut names = Vec::new();
    for path in paths {
        match documents(path) {
            Ok(found) => names.extend(found),
            Err(complaint) => complaints.push(complaint),
        }
    }
    read_files(Files::Disk, &names, complaints, profile)
}

/// Reads documents that are at hand as `(name, text)`; references between them go by these names.
pub fn read_text(texts: &[(&str, &str)], profile: Profile) -> (Specs, Report) {
    let names: Vec<String> = texts.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files = texts
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    read_files(Files::Memory(files), &names, Vec::new(), profile)
}

/// Reads documents and says what is wrong with them.
pub fn lint_paths(paths: &[PathBuf], profile: Profile) -> Report {
    read(paths, profile).1
}

/// Reads documents of our own, or says why nothing can be generated from them.
pub fn check(paths: &[PathBuf]) -> Result<(Specs, Report), Report> {
    let (specs, report) = read(paths, Profile::Crochet);
    if report.errors().next().is_some() {
        Err(report)
    } else {
        Ok((specs, report))
    }
}

/// For build scripts: reads the documents of a folder, asks cargo to run again when they change, and turns every
/// complaint about any of them into an error of cargo's. `None` means that there were some: return from `main`, and
/// cargo fails the build.
#[expect(
    clippy::print_stdout,
    reason = "standard output is how build scripts talk to cargo"
)]
pub fn specs_for_build(folder: &Path) -> Option<Specs> {
    let (specs, directives) = build(folder);
    print!("{directives}");
    specs
}

/// What a build script says to cargo, and the documents if nothing is wrong with them.
pub(crate) fn build(folder: &Path) -> (Option<Specs>, String) {
    let (specs, report) = read(&[folder.to_owned()], Profile::Crochet);
    let folder = folder.to_string_lossy();
    let read = std::iter::once(folder.as_ref()).chain(report.sources.keys().map(AsRef::as_ref));
    let again: String = read
        .map(|file| format!("cargo::rerun-if-changed={file}\n"))
        .collect();
    let sound = report.errors().next().is_none().then_some(specs);
    (sound, again + &report.cargo())
}

/// The documents that a path stands for.
fn documents(path: &Path) -> Result<Vec<String>, Diagnostic> {
    let name = path.to_string_lossy().into_owned();
    if !path.is_dir() {
        return Ok(vec![name]);
    }
    let unreadable = |why: String| {
        Diagnostic::error(
            "unreadable",
            &Location::start_of(&name),
            format!("`{name}` cannot be read: {why}"),
        )
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| unreadable(error.to_string()))? {
        let file = entry.map_err(|error| unreadable(error.to_string()))?.path();
        let kind = file
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        if ["yaml", "yml", "json"].contains(&kind) && file.is_file() {
            found.push(file.to_string_lossy().into_owned());
        }
    }
    found.sort();
    if found.is_empty() {
        Err(unreadable("no documents are in it".to_owned()))
    } else {
        Ok(found)
    }
}

fn read_files(
    files: Files,
    names: &[String],
    complaints: Vec<Diagnostic>,
    profile: Profile,
) -> (Specs, Report) {
    let mut diagnostics = complaints;
    let mut library = Library::new(files);
    let mut sources: Vec<Arc<Source>> = Vec::new();
    for name in names {
        match library.open(name) {
            Ok(source) if sources.iter().any(|known| known.file == source.file) => {}
            Ok(source) => sources.push(source),
            Err(complaint) => diagnostics.push(complaint),
        }
    }
    let (specs, complaints) = normalise(&mut library, &sources);
    diagnostics.extend(complaints);
    // Where a file cannot be parsed, half of what the rules would say only follows from that.
    if library.is_sound() {
        diagnostics.extend(lint::lint(&specs, profile, &diagnostics));
    }
    let operations = specs.operations().count();
    let mut report = Report {
        diagnostics,
        sources: library.into_texts(),
        operations,
    };
    report.settle();
    (specs, report)
}
