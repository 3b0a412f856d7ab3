//! What the suites leave out on this machine, because something is not installed. A test that proves nothing passes, and
//! what it prints is not shown, so it is written down too: `tests/run` reads it out at the end.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

/// Says what is left out and why.
pub(crate) fn say(what: &str) {
    println!("left out: {what}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("left-out");
    let mut file: File = OpenOptions::new().create(true).append(true).open(file).unwrap();
    writeln!(file, "{what}").unwrap();
}
