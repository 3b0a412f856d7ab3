//! A place for one test: a data folder, texts, and commands that work on them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::crochet::{Ran, crochet};
use crate::shared::root;

/// Folders that are gone when the test is.
pub(crate) struct Workshop {
    folder: TempDir,
}

impl Workshop {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its data folder, which may not be there yet.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a text and gives its path.
    pub(crate) fn text(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs a command on its data folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        on(&self.data(), arguments)
    }

    /// The digest of a context, as the command prints it.
    pub(crate) fn digest(&self, context: &str) -> Value {
        digest_of(&self.data(), context)
    }

    /// Fails the test unless what is stored is right.
    pub(crate) fn is_sound(&self) {
        let ran = self.run(&["check"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
}

/// Runs a command on a data folder.
pub(crate) fn on(data: &Path, arguments: &[&str]) -> Ran {
    crochet([arguments, &["--data", data.to_str().unwrap()]].concat())
}

/// The digest of a context in a data folder.
pub(crate) fn digest_of(data: &Path, context: &str) -> Value {
    let ran = on(data, &["digest", context, "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let digest: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        digest["version"], digest["settled_version"],
        "everything is found: {digest}"
    );
    digest["digest"].clone()
}

/// A sample text of the executable, part 1 to 3.
pub(crate) fn sample(part: u8) -> PathBuf {
    root().join(format!("server/app/samples/part-{part}.txt"))
}

/// All sample texts as one, long enough to be met in the middle of the work.
pub(crate) fn long_text() -> String {
    [1, 2, 3]
        .map(|part| fs::read_to_string(sample(part)).unwrap())
        .join("\n\n")
}
