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

/// A small document with one operation.
pub(crate) const PETS: &str = "\
openapi: 3.0.3
info: {title: Pets, version: 1.0.0}
servers: [{url: /api/pets/v1}]
paths:
  /pets:
    get:
      operationId: list_pets
      tags: [pets]
      security: []
      responses:
        '200':
          description: All of them.
          content:
            application/json:
              schema: {type: array, items: {type: string}}
";
