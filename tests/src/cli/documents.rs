//! `crochet lint` and `crochet generate` on good and malformed documents.

use serde_json::Value;

use crate::crochet::crochet;
use crate::shared::{PETS, root};
use crate::workshop::Workshop;

#[test]
fn our_own_documents_are_accepted_by_the_strict_rules() {
    let specs = root().join("openapi/specs");
    let ran = crochet(["lint", "--profile", "crochet", specs.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(ran.out.starts_with("accepted: "), "{}", ran.out);
}

#[test]
fn a_malformed_document_is_refused_with_file_line_and_pointer() {
    let workshop = Workshop::new();
    let twice = PETS.replace(
        "'200':",
        "'200': {$ref: '#/components/responses/Gone'}\n        '201':",
    );
    let file = workshop.text("pets.yaml", twice);
    let ran = crochet(["lint", &file]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("pets.yaml:11:"), "{}", ran.out);
    assert!(ran.out.contains("/responses/200"), "{}", ran.out);
    let report = crochet(["lint", "--json", &file]);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report["verdict"], "rejected");
}

#[test]
fn what_is_no_document_at_all_is_refused_by_name() {
    let workshop = Workshop::new();
    for (name, text) in [
        ("broken.yaml", "openapi: [3.0.3\n"),
        ("list.json", "[1, 2"),
        ("empty.yaml", ""),
    ] {
        let file = workshop.text(name, text);
        let ran = crochet(["lint", &file]);
        assert_eq!(ran.code, Some(1), "{name}");
        assert!(ran.out.contains(name), "{}", ran.out);
    }
    assert_eq!(crochet(["lint", "no-such.yaml"]).code, Some(1));
    assert_eq!(crochet(["lint"]).code, Some(2));
}

#[test]
fn generated_code_is_printed_and_a_document_with_faults_prints_none() {
    let workshop = Workshop::new();
    let file = workshop.text("pets.yaml", PETS);
    let ran = crochet(["generate", "--expand", &file]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for part in [
        "pub trait PetsOperations",
        "async fn list_pets",
        "pub struct GuardedPets",
    ] {
        assert!(ran.out.contains(part), "{part} is missing");
    }
    let broken = workshop.text("broken.yaml", PETS.replace("type: array", "type: heap"));
    let ran = crochet(["generate", "--expand", &broken]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.is_empty());
    assert!(ran.err.contains("broken.yaml:15:"), "{}", ran.err);
}
