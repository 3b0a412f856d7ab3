//! The chain seen by a service developer: an operation that nobody implements does not compile.
//!
//! A small crate stands for a service: types and traits generated from a document, and an implementation of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crochet_codegen::{Profile, emit, read_text};
use tempfile::TempDir;

use crate::shared::{PETS, root};

const NEW_OPERATION: &str = "    delete:
      operationId: delete_pets
      tags: [pets]
      security: []
      responses:
        '204': {description: Gone.}
";

const SERVICE: &str = "\
include!(\"api/modules.rs\");

use crochet_openapi::{Caller, Problem};

pub struct Pets;

#[async_trait::async_trait]
impl pets::PetsOperations for Pets {
    async fn list_pets(&self, _: &Caller) -> Result<Vec<String>, Problem> {
        Ok(Vec::new())
    }
    // more
}
";

const IMPLEMENTATION: &str = "async fn delete_pets(&self, _: &Caller) -> Result<(), Problem> { Ok(()) }";

struct Service {
    folder: TempDir,
}

impl Service {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let runtime = root().join("openapi/runtime");
        let manifest = format!(
            "[package]\nname = \"pets\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             async-trait = \"0.1\"\nchrono = \"0.4\"\nserde = \"1\"\nserde_json = \"1\"\nuuid = \"1\"\n\
             crochet-openapi = {{ path = {runtime:?} }}\n"
        );
        fs::create_dir_all(folder.path().join("src/api")).unwrap();
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
        Self { folder }
    }

    fn generate(&self, document: &str) {
        let (specs, report) = read_text(&[("pets.yaml", document)], Profile::Foreign);
        assert_eq!(report.errors().count(), 0, "{}", report.human());
        emit::api(&specs)
            .write(&self.folder.path().join("src/api"))
            .unwrap();
    }

    fn check(&self, code: &str) -> Output {
        fs::write(self.folder.path().join("src/lib.rs"), code).unwrap();
        // A folder of its own: cargo is holding the one that these suites were built in.
        let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chain");
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["check", "--offline", "--quiet"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", built);
        cargo.output().unwrap()
    }
}

#[test]
fn an_operation_added_to_a_document_fails_to_compile_until_it_is_implemented() {
    let service = Service::new();
    service.generate(PETS);
    let before = service.check(SERVICE);
    assert!(
        before.status.success(),
        "{}",
        String::from_utf8_lossy(&before.stderr)
    );

    service.generate(&format!("{PETS}{NEW_OPERATION}"));
    let missing = service.check(SERVICE);
    let said = String::from_utf8_lossy(&missing.stderr);
    assert!(!missing.status.success());
    assert!(said.contains("missing") && said.contains("delete_pets"), "{said}");

    let after = service.check(&SERVICE.replace("// more", IMPLEMENTATION));
    assert!(
        after.status.success(),
        "{}",
        String::from_utf8_lossy(&after.stderr)
    );

    service.generate(PETS);
    let gone = service.check(&SERVICE.replace("// more", IMPLEMENTATION));
    let said = String::from_utf8_lossy(&gone.stderr);
    assert!(
        !gone.status.success() && said.contains("not a member of trait"),
        "{said}"
    );
}
