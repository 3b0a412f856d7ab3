//! Runs the executable under test and holds what came out of it.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The executable under test.
pub(crate) const EXECUTABLE: &str = env!("CARGO_BIN_EXE_crochet-under-test");

/// What one run of the executable left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code, or none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// The lines of standard output as JSON.
    pub(crate) fn events(&self) -> Vec<Value> {
        let parse =
            |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        self.out.lines().map(parse).collect()
    }

    /// The last event, which has the totals.
    pub(crate) fn done(&self) -> Value {
        let last = self
            .events()
            .pop()
            .unwrap_or_else(|| panic!("no output; {}", self.err));
        assert_eq!(last["event"], "done", "{last}");
        last
    }

    /// Fails the test unless the run ended with this code and one line on standard error that says all of `parts`.
    pub(crate) fn refused_with(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(
            self.err.lines().count(),
            1,
            "one line says it all: {:?}",
            self.err
        );
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is missing in {:?}", self.err);
        }
    }
}

/// A command that runs the executable with an environment of its own: nothing of the developer's leaks in.
pub(crate) fn command() -> Command {
    let mut command = Command::new(EXECUTABLE);
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs the executable to its end.
pub(crate) fn crochet<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    finished(command().args(arguments).output())
}

/// Runs the executable to its end in the words of a shell: `limits; exec "$0" "$@"`.
pub(crate) fn crochet_after<S: AsRef<OsStr>>(
    preparation: &str,
    arguments: impl IntoIterator<Item = S>,
) -> Ran {
    let script = format!("{preparation}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .args(["-c", &script, EXECUTABLE]);
    finished(command.args(arguments).output())
}

/// Runs the executable to its end with this text on standard input.
pub(crate) fn crochet_reading<S: AsRef<OsStr>>(text: &[u8], arguments: impl IntoIterator<Item = S>) -> Ran {
    let spawned = command()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = spawned.unwrap();
    let mut input = child.stdin.take().unwrap();
    // It may end before it has read everything, which is not this function's to judge.
    let _ = input.write_all(text);
    drop(input);
    finished(child.wait_with_output())
}

fn finished(output: std::io::Result<Output>) -> Ran {
    let output = output.unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
