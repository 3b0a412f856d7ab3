//! Generates routes, guards, stubs and the table of operations from the specs.

use std::path::PathBuf;
use std::{env, fs};

use crochet_codegen::{emit, specs_for_build};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../specs");
    let Some(specs) = specs_for_build(&folder) else {
        return Ok(());
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    emit::routes(&specs, "crochet_api").write(&out)?;
    emit::write_if_changed(&out.join("operations.rs"), &emit::operations(&specs))?;
    let stubs = out.join("stubs");
    fs::create_dir_all(&stubs)?;
    emit::stubs(&specs, "crochet_api").write(&stubs)
}
