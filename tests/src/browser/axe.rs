//! axe-core on a page: what keeps people out who see, hear or move differently. npm brings it, at the version and hash that
//! `ui/package-lock.json` fixes; it is no part of what is shipped.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use fantoccini::Client;
use serde_json::Value;

use crate::left_out;
use crate::shared::root;

const RUN: &str = "const done = arguments[arguments.length - 1]; \
    axe.run(document, {resultTypes: ['violations']}).then((found) => done(found.violations.map((one) => \
    one.id + ': ' + one.help + ' ' + one.nodes.map((node) => node.html).slice(0, 3).join(' ')))) \
    .catch((error) => done(['axe failed: ' + error]));";

/// The script, if npm is here to bring it.
static AXE: LazyLock<Option<String>> = LazyLock::new(fetch);

fn fetch() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
    fs::create_dir_all(&folder).unwrap();
    for name in ["package.json", "package-lock.json"] {
        fs::copy(root().join("ui").join(name), folder.join(name)).unwrap();
    }
    let fetched = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .current_dir(&folder)
        .output();
    match fetched {
        Ok(done) if done.status.success() => {
            Some(fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js")).unwrap())
        }
        _ => {
            left_out::say(
                "axe-core, which npm does not bring: nobody has asked what keeps people out of the pages",
            );
            None
        }
    }
}

/// What axe finds wrong with the page that is shown; nothing where there is no axe.
pub(super) async fn faults(page: &Client) -> Vec<String> {
    let Some(axe) = &*AXE else { return Vec::new() };
    page.execute(axe, Vec::new()).await.unwrap();
    let Value::Array(found) = page.execute_async(RUN, Vec::new()).await.unwrap() else {
        panic!("axe answers no list")
    };
    found
        .iter()
        .map(|fault| fault.as_str().unwrap().to_owned())
        .collect()
}
