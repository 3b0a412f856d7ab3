//! What a person sees on a terminal and a pipe does not get: progress, colour, an announcement.
//!
//! `script` gives a command a terminal of its own and writes down what appears on it.

use std::fs;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::crochet::EXECUTABLE;
use crate::wait::until;
use crate::workshop::{Workshop, sample};

const GREEN: &str = "\u{1b}[32m";

/// A terminal that goes when its test ends, whatever the reason, and takes what runs on it along.
struct Terminal(Child);

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn terminal(workshop: &Workshop, arguments: &str) -> Command {
    let mut script = Command::new("script");
    script
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("TERM", "xterm-256color")])
        .args(["--quiet", "--return", "--flush", "--command"])
        .arg(format!(
            "exec {EXECUTABLE} {arguments} --data {}",
            workshop.data().display()
        ))
        .arg(workshop.path("terminal.log"))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    script
}

fn seen(workshop: &Workshop) -> String {
    fs::read_to_string(workshop.path("terminal.log")).unwrap_or_default()
}

/// What a server shows from its start to its end.
fn served(environment: &[(&str, &str)]) -> String {
    let workshop = Workshop::new();
    let server = terminal(&workshop, "serve --listen 127.0.0.1:0")
        .envs(environment.iter().copied())
        .spawn();
    let mut terminal = Terminal(server.unwrap());
    until("the server to be announced", || {
        seen(&workshop).contains("metrics http://").then_some(())
    });
    let note = fs::read_to_string(workshop.data().join("server.json")).unwrap();
    let note: Value = serde_json::from_str(&note).unwrap();
    let stopped = Command::new("sh")
        .args(["-c", &format!("kill -INT {}", note["pid"])])
        .status();
    assert!(stopped.unwrap().success());
    let ended = until("the server to end", || terminal.0.try_wait().unwrap());
    assert!(ended.success(), "{ended}");
    seen(&workshop)
}

#[test]
fn a_server_on_a_terminal_says_where_it_is_and_logs_in_colour() {
    let shown = served(&[]);
    for part in ["Data ", "Key ", "Ready ", "/docs", GREEN] {
        assert!(shown.contains(part), "{part:?} is missing in {shown}");
    }
    assert!(!shown.contains("\"level\""), "for people, no JSON: {shown}");
}

#[test]
fn a_terminal_without_colour_gets_none() {
    let shown = served(&[("NO_COLOR", "1")]);
    assert!(shown.contains(" INFO ready"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn a_run_on_a_terminal_shows_what_is_left_and_wipes_it_away() {
    let workshop = Workshop::new();
    let run = format!("run {} --complete", sample(2).display());
    let ended = terminal(&workshop, &run).status().unwrap();
    assert!(ended.success(), "{ended}");
    let shown = seen(&workshop);
    assert!(shown.contains("work items left"), "{shown}");
    assert!(shown.contains("3,720 orthos"), "{shown}");
}
