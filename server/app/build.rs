//! Fetches the one script that the pages use, at the version and hash that `ui/package-lock.json` fixes, and puts it into
//! the executable, compressed. Without npm, or without its registry, the build says so and the pages do without it.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

/// What npm reads.
const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];
const SCRIPT: &str = "node_modules/htmx.org/dist/htmx.min.js";

fn main() -> Result<(), Box<dyn Error>> {
    let ui = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../ui");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for name in MANIFESTS {
        println!("cargo::rerun-if-changed={}", ui.join(name).display());
    }
    let script = fetch(&ui, &out.join("npm")).unwrap_or_else(|why| {
        println!("cargo::warning=the pages are built without htmx and work without it: {why}");
        Vec::new()
    });
    fs::write(out.join("htmx.min.js.gz"), compressed(&script)?)?;
    fs::write(out.join("htmx.min.js"), script)?;
    Ok(())
}

/// The script, fetched into `folder`: a build writes nothing into the sources.
fn fetch(ui: &Path, folder: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for name in MANIFESTS {
        fs::copy(ui.join(name), folder.join(name))?;
    }
    let fetched = Command::new("npm")
        .args([
            "ci",
            "--omit=dev",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("npm does not run ({error})"))?;
    if !fetched.status.success() {
        let said = String::from_utf8_lossy(&fetched.stderr);
        return Err(format!("npm ci failed: {}", said.lines().next().unwrap_or_default()).into());
    }
    Ok(fs::read(folder.join(SCRIPT))?)
}

fn compressed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
