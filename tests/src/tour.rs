//! The README: every command in it is run as it stands, in order, in one place, and prints what stands below it.
//!
//! Times differ from machine to machine and a home from person to person; columns are as wide as what is in them. All
//! else is compared word by word.

use std::fs;
use std::process::Command;

use crate::crochet::EXECUTABLE;
use crate::shared::root;
use crate::workshop::{Workshop, sample};

/// Commands that go on until they are stopped; they have suites of their own.
const LASTING: &str = "crochet serve";
/// Whose home it is in the README.
const HOME: &str = "/home/ada";

/// A command and what stands below it.
struct Step {
    command: String,
    shown: String,
}

/// What stands behind a `$` in a block marked as `console`, up to the next one.
fn steps(markdown: &str) -> Vec<Step> {
    let mut inside = false;
    let mut steps: Vec<Step> = Vec::new();
    for line in markdown.lines() {
        if let Some(language) = line.strip_prefix("```") {
            inside = language == "console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            let (command, shown) = (command.to_owned(), String::new());
            steps.push(Step { command, shown });
        } else if let Some(step) = steps.last_mut().filter(|_| inside) {
            step.shown.push_str(line);
            step.shown.push('\n');
        }
    }
    steps
}

/// The words of an output, without what may differ.
fn words(output: &str) -> Vec<String> {
    let timeless = output.split("\"seconds\":").enumerate().map(|(index, part)| {
        let is_digit = |letter: char| index > 0 && (letter.is_ascii_digit() || letter == '.');
        part.trim_start_matches(is_digit)
    });
    let timeless = timeless.collect::<String>();
    let words: Vec<&str> = timeless.split_whitespace().collect();
    let is_time = |index: usize| matches!(words.get(index + 1), Some(&("s" | "s,")));
    words
        .iter()
        .enumerate()
        .filter(|(index, _)| !is_time(*index))
        .map(|(_, word)| (*word).to_owned())
        .collect()
}

#[test]
fn every_command_of_the_readme_prints_what_the_readme_shows() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let steps = steps(&readme);
    assert!(steps.len() >= 5, "the tour has {} commands", steps.len());
    let place = Workshop::new();
    fs::create_dir(place.path("bin")).unwrap();
    std::os::unix::fs::symlink(EXECUTABLE, place.path("bin/crochet")).unwrap();
    for part in [1, 2, 3] {
        fs::copy(sample(part), place.path(&format!("part-{part}.txt"))).unwrap();
    }
    std::os::unix::fs::symlink(root().join("openapi"), place.path("openapi")).unwrap();
    let home = place.path("home").display().to_string();
    for Step { command, shown } in steps {
        if command.starts_with(LASTING) {
            continue;
        }
        let ran = Command::new("sh")
            .args(["-c", &command])
            .current_dir(place.path(""))
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", place.path("bin").display()))
            .env("HOME", &home)
            .output()
            .unwrap();
        let (out, err) = (
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr),
        );
        assert!(ran.status.success(), "{command}\n{err}");
        let printed = out.replace(&home, HOME);
        assert_eq!(words(&printed), words(&shown), "{command} prints\n{printed}");
    }
}

#[test]
fn a_readme_that_says_something_else_would_be_noticed() {
    let (one, other) = ("30,509 orthos, 0.7 s, complete", "30,508 orthos, 0.7 s, complete");
    assert_ne!(words(one), words(other));
    assert_eq!(words(one), words("30,509 orthos,   1.9 s, complete"));
    assert_eq!(
        words(r#"{"seconds":0.02,"digest":null}"#),
        words(r#"{"seconds":1.5,"digest":null}"#)
    );
    let tour = steps("```console\n$ one\n1\n\n2\n$ two\n```\n$ three\n");
    let shown: Vec<&str> = tour.iter().map(|step| step.shown.as_str()).collect();
    assert_eq!(shown, ["1\n\n2\n", ""]);
}
