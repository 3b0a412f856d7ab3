//! Who may import whom. The table is the one of ARCHITECTURE.md; a new arrow is a decision, not an accident.

use std::collections::BTreeSet;
use std::fs;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::shared;

/// A crate of ours and the crates of ours that it may import. The suites may import anything.
const ARROWS: [(&str, &[&str]); 13] = [
    ("crochet-openapi", &[]),
    ("crochet-codegen", &[]),
    ("crochet-domain", &[]),
    ("crochet-migrations", &[]),
    ("crochet-api", &["crochet-openapi"]),
    ("crochet-client", &["crochet-api", "crochet-openapi"]),
    ("crochet-openapi-poem", &["crochet-openapi"]),
    (
        "crochet-routes",
        &["crochet-openapi-poem", "crochet-api", "crochet-openapi"],
    ),
    ("crochet-auth", &["crochet-openapi"]),
    ("crochet-platform", &["crochet-openapi-poem", "crochet-openapi"]),
    ("crochet-store", &["crochet-domain", "crochet-migrations"]),
    (
        "crochet",
        &[
            "crochet-api",
            "crochet-auth",
            "crochet-client",
            "crochet-codegen",
            "crochet-domain",
            "crochet-openapi",
            "crochet-openapi-poem",
            "crochet-platform",
            "crochet-routes",
            "crochet-store",
        ],
    ),
    ("crochet-tests", &["*"]),
];

/// Build scripts that generate code from the specs.
const GENERATED: [&str; 3] = ["crochet-api", "crochet-client", "crochet-routes"];

/// A library and the only crates of ours that may name it.
const WALLS: [(&str, &[&str]); 11] = [
    (
        "poem",
        &[
            "crochet-openapi-poem",
            "crochet-routes",
            "crochet-platform",
            "crochet",
        ],
    ),
    (
        "poem-openapi",
        &[
            "crochet-openapi-poem",
            "crochet-routes",
            "crochet-platform",
            "crochet",
        ],
    ),
    ("sea-orm", &["crochet-store", "crochet-migrations"]),
    ("sea-orm-migration", &["crochet-store", "crochet-migrations"]),
    ("progenitor-impl", &["crochet-codegen"]),
    ("openapiv3", &["crochet-codegen"]),
    ("quote", &["crochet-codegen"]),
    ("progenitor-client", &["crochet-client"]),
    ("ory-kratos-client", &["crochet-auth"]),
    ("jsonwebtoken", &["crochet-auth"]),
    ("oauth2", &["crochet-client"]),
];

fn workspace() -> Metadata {
    MetadataCommand::new()
        .manifest_path(shared::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap()
}

/// Names of what a package builds with, development dependencies left out.
fn imports(package: &Package, wanted: DependencyKind) -> BTreeSet<&str> {
    let of_kind = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == wanted);
    of_kind.map(|dependency| dependency.name.as_str()).collect()
}

#[test]
fn every_crate_imports_only_what_its_arrows_allow() {
    for package in workspace().packages {
        let name = package.name.as_str();
        let (_, allowed) = ARROWS
            .iter()
            .find(|(krate, _)| *krate == name)
            .unwrap_or_else(|| {
                panic!("{name} has no arrows: add it to ARCHITECTURE.md and to this table");
            });
        let ours = |import: &&str| ARROWS.iter().any(|(krate, _)| krate == import);
        for import in imports(&package, DependencyKind::Normal).into_iter().filter(ours) {
            assert!(
                allowed.contains(&"*") || allowed.contains(&import),
                "{name} must not import {import}"
            );
        }
        for import in imports(&package, DependencyKind::Build).into_iter().filter(ours) {
            let generates = GENERATED.contains(&name) && import == "crochet-codegen";
            assert!(generates, "the build script of {name} must not import {import}");
        }
    }
}

#[test]
fn every_library_stays_behind_its_wall() {
    for package in workspace().packages {
        let name = package.name.as_str();
        let imports = imports(&package, DependencyKind::Normal);
        for (library, inside) in WALLS {
            let outside = name != "crochet-tests" && !inside.contains(&name);
            assert!(
                !(outside && imports.contains(library)),
                "{name} must not name {library}: only {inside:?}"
            );
        }
    }
}

#[test]
fn every_crate_follows_the_lints_of_the_workspace() {
    for package in workspace().packages {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} goes its own way",
            package.name
        );
    }
}
