//! Ctrl-C, and a context that goes away, in the middle of the work.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::crochet::command;
use crate::server::{Server, signal};
use crate::wait::until;
use crate::workshop::{Workshop, long_text};

/// Starts a run on the long text and returns when its orthos are being found.
fn started(workshop: &Workshop) -> Child {
    let file = workshop.text("long.txt", long_text());
    let mut child = command()
        .env("TMPDIR", workshop.path("tmp"))
        .args(["run", &file, "--json", "--complete"])
        .args(["--data".into(), workshop.data().into_os_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut events = BufReader::new(child.stdout.take().unwrap()).lines();
    let progress = events
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains("\"progress\""));
    assert!(progress.is_some(), "the run ended before it was searching");
    // The rest is read by nobody; the pipe must stay open, or the run would end for that reason.
    std::thread::spawn(move || events.count());
    child
}

#[test]
fn ctrl_c_ends_a_run_with_130_and_the_work_goes_on_later() {
    let workshop = Workshop::new();
    fs::create_dir(workshop.path("tmp")).unwrap();
    let mut child = started(&workshop);
    signal(&child, "INT");
    let status = until("the run to end", || child.try_wait().unwrap());
    assert_eq!(status.code(), Some(130));
    assert!(
        !workshop.data().join("server.json").exists(),
        "nobody is sent to a server that is gone"
    );
    workshop.is_sound();
    let file = workshop.path("long.txt");
    let done = workshop
        .run(&["run", file.to_str().unwrap(), "--json", "--complete"])
        .done();
    let elsewhere = Workshop::new();
    let same = elsewhere.text("long.txt", long_text());
    assert_eq!(
        done["digest"],
        elsewhere.run(&["run", &same, "--json", "--complete"]).done()["digest"]
    );
}

#[test]
fn ctrl_c_before_anything_was_added_leaves_no_context() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    // A pipe that never ends: the run waits for its text.
    let mut child = command()
        .args(["run", "-", "--context", "never"])
        .args(["--data".into(), workshop.data().into_os_string()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    signal(&child, "INT");
    let status = until("the run to end", || child.try_wait().unwrap());
    assert!(!status.success());
    drop(server);
    workshop.run(&["digest", "never"]).refused_with(1, &["never"]);
}

#[test]
fn a_context_that_is_deleted_during_an_ingest_ends_the_run_with_a_reason() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let child = started(&workshop);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(async { server.api().delete_context("long", "*").await })
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("long") && said.contains("deleted"), "{said}");
    drop(server);
    workshop.is_sound();
    workshop.run(&["digest", "long"]).refused_with(1, &["long"]);
}
