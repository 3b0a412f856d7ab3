//! The README: every command in it is run as it stands, in order, in one place, and does what it says.

use std::fs;
use std::process::Command;

use crate::crochet::EXECUTABLE;
use crate::shared::root;
use crate::workshop::{Workshop, sample};

/// Commands that go on until they are stopped, or that build the project; they have suites of their own.
const LASTING: [&str; 4] = ["cargo run", "tests/run", "crochet demo", "crochet serve"];

/// What stands behind a `$` in a block marked as `console`.
fn commands(markdown: &str) -> Vec<String> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in markdown.lines() {
        match line.strip_prefix("```") {
            Some(language) => inside = language == "console",
            None if inside => commands.extend(line.strip_prefix("$ ").map(str::to_owned)),
            None => {}
        }
    }
    commands
}

#[test]
fn every_command_of_the_readme_works() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let commands = commands(&readme);
    assert!(commands.len() >= 5, "the tour has {} commands", commands.len());
    let place = Workshop::new();
    fs::create_dir(place.path("bin")).unwrap();
    std::os::unix::fs::symlink(EXECUTABLE, place.path("bin/crochet")).unwrap();
    for part in [1, 2, 3] {
        fs::copy(sample(part), place.path(&format!("part-{part}.txt"))).unwrap();
    }
    let specs = place.path("openapi");
    std::os::unix::fs::symlink(root().join("openapi"), specs).unwrap();
    for line in commands
        .iter()
        .filter(|line| !LASTING.iter().any(|lasting| line.starts_with(lasting)))
    {
        let ran = Command::new("sh")
            .args(["-c", line])
            .current_dir(place.path(""))
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", place.path("bin").display()))
            .env("HOME", place.path("home"))
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{line}\n{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
}
