//! Each rule has a document that breaks it: the sample below, which breaks none, with one thing changed.

mod instance;
mod profile;
mod sound;
mod support;

use crate::diagnostic::Diagnostic;
use crate::lint::Profile;
use crate::read::read_text;

/// Breaks no rule.
const COMMON: &str = include_str!("common.yaml");

/// Breaks no rule.
const THINGS: &str = include_str!("things.yaml");

/// What is found in the sample once `old` is `new`; `old` stands in it exactly once.
fn found(old: &str, new: &str) -> Vec<Diagnostic> {
    assert_eq!(
        THINGS.matches(old).count(),
        1,
        "{old:?} stands in the sample once"
    );
    lint(&THINGS.replace(old, new), Profile::Crochet)
}

fn lint(things: &str, profile: Profile) -> Vec<Diagnostic> {
    read_text(&[("common.yaml", COMMON), ("things.yaml", things)], profile)
        .1
        .diagnostics
}

/// Asserts that the change breaks exactly this rule, and where.
fn breaks(code: &str, pointer: &str, old: &str, new: &str) {
    let found = found(old, new);
    assert!(!found.is_empty(), "{code} was not found");
    for diagnostic in &found {
        assert_eq!(
            (diagnostic.code, diagnostic.location.pointer.as_ref()),
            (code, pointer),
            "{diagnostic:?}"
        );
    }
}

#[test]
fn the_sample_breaks_no_rule() {
    assert_eq!(lint(THINGS, Profile::Crochet), []);
    assert_eq!(lint(THINGS, Profile::Foreign), []);
}
