//! How a file looks: a header that says what it is, a size that a person can hold, a place in the module tree.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shared;

/// The longest that a file written by hand may be.
const LINES_MAX: usize = 500;

/// Rooms with Rust in them.
const ROOMS: [&str; 6] = ["auth", "clients", "migrations", "openapi", "server", "tests"];

/// Every file of ours with Rust in it. What the generator wrote is in `testdata` and follows its rules; what
/// a build left is in `target`.
pub(super) fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for room in ROOMS {
        collect(&shared::root().join(room), &mut files);
    }
    assert!(
        files.len() > 50,
        "only {} files found: is the checkout whole?",
        files.len()
    );
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("testdata") || path.ends_with("target") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn every_file_opens_by_saying_what_it_is() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "these files do not open with //!: {silent:#?}");
}

#[test]
fn no_file_is_too_long_to_read() {
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = sources()
        .into_iter()
        .filter(|path| lines(path) > LINES_MAX)
        .collect();
    assert!(long.is_empty(), "more than {LINES_MAX} lines: {long:#?}");
}

#[test]
fn every_file_belongs_to_a_module() {
    let orphans: Vec<_> = sources().into_iter().filter(|path| !is_declared(path)).collect();
    assert!(orphans.is_empty(), "no `mod` names these files: {orphans:#?}");
}

#[test]
fn nothing_is_left_for_later() {
    // Put together at run time, so that this file does not find itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|halves| halves.concat());
    let unfinished: Vec<_> = sources()
        .into_iter()
        .filter(|path| {
            let text = fs::read_to_string(path).unwrap();
            text.split(|letter: char| !letter.is_alphanumeric())
                .any(|word| marks.iter().any(|mark| mark == word))
        })
        .collect();
    assert!(unfinished.is_empty(), "unfinished work: {unfinished:#?}");
}

/// Whether the parent module names the file, or cargo does.
fn is_declared(path: &Path) -> bool {
    let folder = path.parent().unwrap();
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let is_root = matches!(stem, "lib" | "main" | "build" | "suites" | "under_test")
        || folder.ends_with("benches")
        || folder.ends_with("examples")
        || folder.ends_with("bin");
    if is_root {
        return true;
    }
    let (module, home) = if stem == "mod" {
        (
            folder.file_name().unwrap().to_str().unwrap(),
            folder.parent().unwrap(),
        )
    } else {
        (stem, folder)
    };
    let parents = ["lib.rs", "main.rs", "mod.rs", "suites.rs"].map(|name| home.join(name));
    let named_like_home = home.with_extension("rs");
    let declared = format!("mod {module};");
    let by_name = parents
        .iter()
        .chain([&named_like_home])
        .any(|parent| says(parent, &declared));
    let by_path = format!("#[path = \"{stem}.rs\"]");
    by_name || files_in(folder).iter().any(|sibling| says(sibling, &by_path))
}

fn says(path: &Path, words: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.contains(words))
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}
