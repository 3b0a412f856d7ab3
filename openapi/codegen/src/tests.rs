//! The crate from outside: reports on files, what build scripts tell cargo, and the corpus of public documents.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use crate::read::build;
use crate::{Profile, Severity, Verdict, check, lint_paths, read_text};

const WRONG: &str = "openapi: 3.0.3\ninfo: {title: W, version: '1'}\nservers: [{url: /api/wrong/v1}]\npaths:\n  /a:\n    get:\n      operationId: getA\n      responses: {}\n";

#[test]
fn a_mistake_is_an_error_of_cargos_with_file_line_and_pointer() {
    let also = WRONG.replace("wrong", "also").replace("/a:", "/b:");
    let (_, report) = read_text(
        &[("specs/also.yaml", &also), ("specs/wrong.yaml", WRONG)],
        Profile::Crochet,
    );
    let lines = report.cargo();
    let expected = "cargo::error=specs/wrong.yaml:6:5: the operationId `getA` is not `<verb>_<noun>` in snake case \
                    (at /paths/~1a/get) [operation-id]; help: as in `list_orthos` or `lease_work`";
    assert!(lines.lines().any(|line| line == expected), "{lines}");
    assert!(
        lines
            .lines()
            .any(|line| line.contains("specs/also.yaml:6:5") && line.contains("security-missing"))
    );
    assert!(
        lines.lines().all(|line| line.starts_with("cargo::error=")),
        "all of them at once, one line each: {lines}"
    );
    assert_eq!(lines.lines().count(), report.errors().count());
}

#[test]
fn a_build_with_a_mistake_gets_no_specs_and_runs_again_when_files_change() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("wrong.yaml");
    std::fs::write(&file, WRONG).expect("the folder is ours");
    let (specs, directives) = build(folder.path());
    assert!(specs.is_none());
    assert!(
        directives.contains(&format!("cargo::rerun-if-changed={}\n", file.display())),
        "{directives}"
    );
    assert!(
        directives.contains(&format!("cargo::error={}:6:5: ", file.display())),
        "{directives}"
    );
}

#[test]
fn a_file_that_is_not_utf_8_says_where() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bytes.yaml");
    std::fs::write(&file, b"openapi: \xff").expect("the folder is ours");
    let report = lint_paths(&[file], Profile::Crochet);
    assert_eq!(report.diagnostics.len(), 1);
    assert!(
        report.diagnostics[0]
            .message
            .ends_with("it is not UTF-8: byte 9 does not belong there")
    );
}

#[test]
fn a_file_that_is_not_sound_is_one_mistake_however_many_refer_to_it() {
    let refers = "openapi: 3.0.3\ninfo: {title: R, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'common.yaml#/a'}\n    B: {$ref: 'common.yaml#/b'}\n";
    let (_, report) = read_text(
        &[("common.yaml", "a: [1, 2\nb: 3\n"), ("refers.yaml", refers)],
        Profile::Crochet,
    );
    let codes: Vec<_> = report.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["syntax"], "{}", report.human());
    assert!(report.human().contains("2 | b: 3"), "{}", report.human());
}

#[test]
fn the_report_for_people_shows_the_line() {
    let (_, report) = read_text(&[("wrong.yaml", WRONG)], Profile::Crochet);
    let expected = "error[operation-id]: the operationId `getA` is not `<verb>_<noun>` in snake case\n \
                    --> wrong.yaml:6:5\n  |\n6 |     get:\n  |     ^\n  = at: /paths/~1a/get\n  = help: as in";
    assert!(report.human().contains(expected), "{}", report.human());
    assert!(
        report.summary().starts_with("rejected: 1 file, 1 operation, "),
        "{}",
        report.summary()
    );
}

#[test]
fn the_report_for_programs_is_json() {
    let (_, report) = read_text(&[("wrong.yaml", WRONG)], Profile::Crochet);
    let json: serde_json::Value = serde_json::from_str(&report.json()).expect("it is JSON");
    assert_eq!(json["verdict"], "rejected");
    let first = &json["diagnostics"][0];
    assert_eq!(
        (&first["file"], &first["line"], &first["pointer"]),
        (&"wrong.yaml".into(), &6.into(), &"/paths/~1a/get".into())
    );
}

#[test]
fn a_file_that_cannot_be_read_is_a_complaint_like_any_other() {
    let report = lint_paths(&[PathBuf::from("/nowhere/at/all.yaml")], Profile::Crochet);
    assert_eq!(
        report.diagnostics.iter().map(|one| one.code).collect::<Vec<_>>(),
        ["unreadable"]
    );
}

#[test]
fn our_own_specs_follow_our_profile() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    match check(&[specs]) {
        Ok((specs, report)) => {
            assert_eq!(report.count(Severity::Warning), 0, "{}", report.human());
            assert!(specs.operations().count() > 0);
        }
        Err(report) => panic!("{}", report.human()),
    }
}

/// The corpus lies beside the checkout on machines that have it.
fn corpus() -> Option<tempfile::TempDir> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/specs.tar.zst");
    if !archive.is_file() {
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tar = std::process::Command::new("tar")
        .arg("-C")
        .arg(folder.path())
        .arg("-I")
        .arg("zstd")
        .arg("-xf")
        .arg(archive)
        .status();
    tar.is_ok_and(|status| status.success()).then_some(folder)
}

#[test]
fn every_document_of_the_corpus_ends_in_a_report() {
    let Some(folder) = corpus() else { return };
    let files: Vec<PathBuf> = std::fs::read_dir(folder.path())
        .expect("the corpus is unpacked")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    assert_eq!(files.len(), 167);
    let mut rejected = Vec::new();
    for file in files {
        let (done, reports) = mpsc::channel();
        let paths = vec![file.clone()];
        std::thread::spawn(move || done.send(lint_paths(&paths, Profile::Foreign)));
        let deadline = Duration::from_secs(120);
        let report = reports
            .recv_timeout(deadline)
            .unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        if report.verdict() == Verdict::Rejected {
            rejected.push(file.file_name().unwrap_or_default().to_owned());
        }
    }
    assert_eq!(
        rejected,
        ["kratos__spec_api.json"],
        "it demands a security scheme that it does not declare"
    );
}
