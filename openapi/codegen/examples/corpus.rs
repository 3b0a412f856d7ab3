//! Lints every document of a folder as a foreign one and prints the table of `docs/corpus.md`.
//!
//! `cargo run -p crochet-codegen --example corpus -- FOLDER > docs/corpus.md`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crochet_codegen::{Profile, Report, Severity, Verdict, lint_paths};

/// One document's result.
struct Row {
    name: String,
    report: Report,
    took: Duration,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]
fn main() -> std::process::ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: cargo run -p crochet-codegen --example corpus -- FOLDER > docs/corpus.md");
        return std::process::ExitCode::FAILURE;
    };
    let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_file())
            .collect(),
        Err(error) => {
            eprintln!("{folder}: {error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    files.sort();
    let rows: Vec<Row> = files.iter().map(row).collect();
    print!("{}", page(&rows));
    std::process::ExitCode::SUCCESS
}

fn row(file: &PathBuf) -> Row {
    let begun = Instant::now();
    let report = lint_paths(std::slice::from_ref(file), Profile::Foreign);
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Row {
        name,
        report,
        took: begun.elapsed(),
    }
}

fn page(rows: &[Row]) -> String {
    let mut page = String::from(
        "# Documents that nobody here wrote\n\n\
         167 public OpenAPI documents through `crochet lint`: none panics, none hangs, each ends in a report. A test of\n\
         `crochet-codegen` repeats that where the corpus lies beside the checkout (`../shared/corpus/specs.tar.zst`).\n\
         Made by `cargo run -p crochet-codegen --example corpus -- FOLDER > docs/corpus.md`, where FOLDER holds the\n\
         unpacked documents; times are of a debug build. Do not edit.\n\n",
    );
    page.push_str(&totals(rows));
    page.push_str(&reasons(rows));
    page.push_str("## Each document\n\n| document | verdict | operations | errors | warnings | notes | ms | what stops it |\n");
    page.push_str("|---|---|---:|---:|---:|---:|---:|---|\n");
    for Row { name, report, took } in rows {
        page.push_str(&format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} |\n",
            report.verdict().as_str(),
            report.operations,
            report.count(Severity::Error),
            report.count(Severity::Warning),
            report.count(Severity::Note),
            took.as_millis(),
            first_error(report),
        ));
    }
    page
}

fn totals(rows: &[Row]) -> String {
    let count = |verdict| rows.iter().filter(|row| row.report.verdict() == verdict).count();
    let slowest = rows.iter().map(|row| row.took).max().unwrap_or_default();
    format!(
        "| documents | accepted | sound but not all supported | rejected | slowest |\n|---:|---:|---:|---:|---:|\n\
         | {} | {} | {} | {} | {} ms |\n\n",
        rows.len(),
        count(Verdict::Accepted),
        count(Verdict::Unsupported),
        count(Verdict::Rejected),
        slowest.as_millis(),
    )
}

/// Each code with how many documents have it and how often.
fn reasons(rows: &[Row]) -> String {
    let mut codes: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for row in rows {
        let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for diagnostic in &row.report.diagnostics {
            *seen
                .entry((diagnostic.severity.as_str(), diagnostic.code))
                .or_default() += 1;
        }
        for (code, times) in seen {
            let sum = codes.entry(code).or_default();
            *sum = (sum.0 + 1, sum.1 + times);
        }
    }
    let mut text =
        String::from("## What is found\n\n| severity | code | documents | times |\n|---|---|---:|---:|\n");
    for ((severity, code), (documents, times)) in codes {
        text.push_str(&format!("| {severity} | {code} | {documents} | {times} |\n"));
    }
    text.push('\n');
    text
}

fn first_error(report: &Report) -> String {
    report.errors().next().map_or_else(String::new, |error| {
        let message = error.message.replace('|', "\\|").replace('\n', " ");
        format!(
            "line {}, `{}`: {message}",
            error.location.line,
            error.location.pointer.replace('|', "\\|")
        )
    })
}
