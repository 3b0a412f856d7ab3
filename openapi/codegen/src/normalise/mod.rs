//! Turns loaded documents into the intermediate representation.
//!
//! Each dialect of OpenAPI has its own module that ends in the same `ir`; 3.0 is built, 2.0 and 3.1 are recognised
//! and refused with a clear report. Whatever a document says that the representation cannot hold is reported: nothing
//! is dropped in silence. Nothing in here may know Crochet's profile or Rust code.

mod context;
mod fields;
mod finish;
mod names;
mod v3_0;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::ir::{SpecVersion, Specs};
use crate::load::{Cursor, Library, Source};

use context::Normaliser;

/// Normalises a set of documents that may refer to each other. Documents that cannot be read at all are left out.
pub(crate) fn normalise(library: &mut Library, sources: &[Arc<Source>]) -> (Specs, Vec<Diagnostic>) {
    let mut normaliser = Normaliser::new(library, sources);
    for source in sources {
        let root = Cursor::root(source);
        let complaint = match dialect(&root) {
            Ok(version @ SpecVersion::V3_0(_)) => {
                normaliser.document(&root, version);
                continue;
            }
            Ok(SpecVersion::V3_1(_)) => unsupported(&root, "openapi", "OpenAPI 3.1"),
            Ok(SpecVersion::V2_0) => unsupported(&root, "swagger", "OpenAPI 2.0 (Swagger)"),
            Err(complaint) => complaint,
        };
        normaliser.report(complaint);
    }
    normaliser.finish()
}

/// Which dialect a document says it is written in.
fn dialect(root: &Cursor) -> Result<SpecVersion, Diagnostic> {
    let said = root.get("openapi").or_else(|| root.get("swagger"));
    let Some(said) = said else {
        let message = "this is not an OpenAPI document: neither `openapi` nor `swagger` says its version";
        return Err(Diagnostic::error("not-openapi", &root.location(), message)
            .help("begin with `openapi: 3.0.3`; files that are only referred to are found by themselves"));
    };
    // `openapi: 3.0` without quotes is a number; its shortest text is what was written.
    let version = said
        .text()
        .map_or_else(|| said.node.to_value().to_string(), str::to_owned);
    let is = |minor: &str| {
        version == minor
            || version
                .strip_prefix(minor)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    match () {
        () if is("3.0") => Ok(SpecVersion::V3_0(version)),
        () if is("3.1") => Ok(SpecVersion::V3_1(version)),
        () if is("2.0") || version == "2" => Ok(SpecVersion::V2_0),
        () => {
            let message = format!("`{version}` is not a version of OpenAPI that is known here");
            Err(
                Diagnostic::error("unsupported-version", &said.location(), message)
                    .help("write it as OpenAPI 3.0"),
            )
        }
    }
}

fn unsupported(root: &Cursor, field: &str, dialect: &str) -> Diagnostic {
    let location = root
        .get(field)
        .map_or_else(|| root.location(), |said| said.location());
    Diagnostic::error(
        "unsupported-version",
        &location,
        format!("{dialect} is not supported yet"),
    )
    .help("write it as OpenAPI 3.0, or convert it")
}
