//! Normalising small documents: what comes out, and what is said about what does not.

mod hostile;
mod losses;
mod schemas;
mod structure;

use crate::ir::Specs;
use crate::lint::Profile;
use crate::read::read_text;
use crate::report::Report;

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n";

/// A document with a head in front, read as a foreign one.
fn read(body: &str) -> (Specs, Report) {
    read_text(&[("t.yaml", &format!("{HEAD}{body}"))], Profile::Foreign)
}

/// The documents, when nothing at all is wrong with them.
fn sound(body: &str) -> Specs {
    let (specs, report) = read(body);
    assert_eq!(report.diagnostics, []);
    specs
}
