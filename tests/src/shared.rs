//! Data beside the checkout: test vectors and a long text.
//!
//! It is no part of the project, so a suite that needs it does nothing where it is absent, and its own small
//! data must prove the same thing.

use std::path::{Path, PathBuf};

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// A file beside the checkout, when it is there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = root().parent()?.join("shared").join(name);
    path.is_file().then_some(path)
}
