//! Generates the service of the benchmark as any service is generated.

use std::path::PathBuf;
use std::{env, fs};

use crochet_codegen::{Profile, emit, read};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=bench.yaml");
    let (specs, report) = read(&[folder.join("bench.yaml")], Profile::Foreign);
    print!("{}", report.cargo());
    for (name, generated) in [
        ("api", emit::api(&specs)),
        ("routes", emit::routes(&specs, "crate::api")),
    ] {
        fs::create_dir_all(out.join(name))?;
        generated.write(&out.join(name))?;
    }
    Ok(())
}
