//! Documents that nobody here wrote: whatever they say, what is generated from them is Rust.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{api, routes};
use crate::{Profile, read};

/// The corpus lies beside the checkout on machines that have it.
pub(crate) fn corpus() -> Option<tempfile::TempDir> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/specs.tar.zst");
    if !archive.is_file() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let tar = Command::new("tar")
        .arg("-C")
        .arg(folder.path())
        .args(["-I", "zstd", "-xf"])
        .arg(archive)
        .status();
    tar.is_ok_and(|status| status.success()).then_some(folder)
}

/// The few documents that are larger say little that is new and take minutes.
const BYTES_MAX: u64 = 200_000;

#[test]
fn what_is_generated_from_any_document_of_the_corpus_is_rust() {
    let Some(folder) = corpus() else { return };
    let files = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let small = |path: &PathBuf| {
        path.metadata()
            .is_ok_and(|file| file.is_file() && file.len() < BYTES_MAX)
    };
    let mut modules = 0;
    for file in files.filter(small) {
        // What is not supported is left out or degraded; it must not stop the rest. In tests the formatter
        // panics over an item that is not Rust.
        let (specs, _) = read(&[file], Profile::Foreign);
        modules += api(&specs).files.len() + routes(&specs, "super::api").files.len();
    }
    assert!(modules > 100, "only {modules} modules");
}
