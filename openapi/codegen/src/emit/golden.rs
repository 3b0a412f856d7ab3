//! The expansion of a small spec that uses every feature is stored, so that a change of the generator shows
//! what it does to people's code. `crochet-openapi-poem` compiles and serves what is stored.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{Generated, api, routes, stubs};
use crate::ir::Specs;
use crate::{Profile, read};

const REFRESH: &str = "REFRESH_GOLDEN=1 cargo test -p crochet-codegen --features client stored";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/tea_house")
}

pub(crate) fn tea_house() -> Specs {
    let (specs, report) = read(&[folder().join("tea_house.yaml")], Profile::Foreign);
    let wrong = report.errors().filter(|error| !error.is_unsupported());
    assert_eq!(wrong.count(), 0, "{}", report.human());
    specs
}

pub(crate) fn compare(name: &str, generated: &Generated) {
    let path = folder().join(name);
    let code = &generated.files[0].code;
    if env::var_os("REFRESH_GOLDEN").is_some() {
        fs::write(&path, code).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    let differs = stored
        .lines()
        .zip(code.lines())
        .position(|(one, other)| one != other);
    assert!(
        stored == *code,
        "{name} is not what the generator writes now (first at line {:?}); if that is wanted:\n  {REFRESH}",
        differs.map(|line| line + 1)
    );
}

#[test]
fn the_stored_expansion_is_what_the_generator_writes() {
    let specs = tea_house();
    compare("api.rs", &api(&specs));
    compare("routes.rs", &routes(&specs, "super::api"));
    compare("stubs.rs", &stubs(&specs, "super::api"));
}

#[test]
fn nothing_of_the_small_spec_is_lost() {
    let lost: Vec<_> = api(&tea_house())
        .diagnostics
        .into_iter()
        .map(|lost| lost.message)
        .collect();
    assert!(lost.is_empty(), "{lost:#?}");
}
