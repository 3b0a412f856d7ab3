//! A command that is met in the middle of its search.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::thread::{self, JoinHandle};

use crate::crochet::command;

/// A command that is finding orthos.
pub(crate) struct Searching {
    /// Its process.
    pub(crate) child: Child,
    /// What it goes on to print. Somebody must read it, or the command would end because nobody does.
    rest: JoinHandle<String>,
}

impl Searching {
    /// Starts a command with `--json` on a data folder and returns when its search has begun.
    pub(crate) fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut child = command()
            .args(arguments)
            .arg("--json")
            .args(["--data".as_ref(), data.as_os_str()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut events = BufReader::new(child.stdout.take().unwrap()).lines();
        let progress = events
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.contains("\"progress\""));
        assert!(progress.is_some(), "the command ended before it was searching");
        let rest = thread::spawn(move || events.map_while(Result::ok).collect());
        Self { child, rest }
    }

    /// Waits for its end.
    pub(crate) fn output(self) -> Output {
        let output = self.child.wait_with_output().unwrap();
        self.rest.join().unwrap();
        output
    }
}
