//! Generates the types and traits from the specs. A mistake in a spec fails the build with its place.

use std::env;
use std::path::PathBuf;

use crochet_codegen::{emit, specs_for_build};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../specs");
    let Some(specs) = specs_for_build(&folder) else {
        return Ok(());
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    emit::write_if_changed(&out.join("sources.rs"), &emit::sources(&specs))?;
    emit::write_if_changed(&out.join("scopes.rs"), &emit::scopes(&specs))?;
    emit::api(&specs).write(&out)
}
