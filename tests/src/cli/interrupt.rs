//! Ctrl-C, and a context that goes away, in the middle of the work.

use std::process::Stdio;

use crate::crochet::command;
use crate::searching::Searching;
use crate::server::{Server, signal};
use crate::wait::until;
use crate::workshop::{Workshop, long_text};

/// A run on the long text, in the middle.
fn started(workshop: &Workshop) -> Searching {
    let file = workshop.text("long.txt", long_text());
    Searching::start(&workshop.data(), &["run", &file, "--complete"])
}

#[test]
fn ctrl_c_ends_a_run_with_130_and_the_work_goes_on_later() {
    let workshop = Workshop::new();
    let run = started(&workshop);
    signal(&run.child, "INT");
    let output = run.output();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("interrupted") && said.contains("goes on"), "{said}");
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
    let run = started(&workshop);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(async { server.api().delete_context("long", "*").await })
        .unwrap();
    let output = run.output();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("long") && said.contains("deleted"), "{said}");
    drop(server);
    workshop.is_sound();
    workshop.run(&["digest", "long"]).refused_with(1, &["long"]);
}
