//! Generates the client from the specs: transport, adapters and calls. A mistake in a spec fails the build with its
//! place.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use crochet_codegen::client::{self, Layout};
use crochet_codegen::specs_for_build;

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../openapi/specs");
    let Some(specs) = specs_for_build(&folder) else {
        return Ok(());
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let source = client::generate(
        &specs,
        Layout {
            api: "crochet_api",
            generated: "crate::generated",
        },
    )?;
    let kinds = [
        ("transport", source.transport),
        ("adapter", source.adapter),
        ("calls", source.calls),
        ("values", source.values),
        ("echo", source.echo),
    ];
    for (kind, generated) in kinds {
        let folder = out.join(kind);
        fs::create_dir_all(&folder)?;
        generated.write(&folder)?;
    }
    Ok(())
}
