//! The types of problem: programs rely on them, so each stands in `docs/problems.md`, and nothing else does.

use std::collections::BTreeSet;
use std::fs;

use super::sources::sources;
use crate::shared;

/// The types that a text names between two marks.
fn types(text: &str, mark: char) -> BTreeSet<String> {
    let begin = format!("{mark}/problems/");
    let named = text.split(&begin).skip(1);
    let names = named
        .filter_map(|rest| rest.split_once(mark))
        .map(|(name, _)| name);
    names
        .filter(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_type_of_problem_is_documented_and_no_other() {
    let documented = types(
        &fs::read_to_string(shared::root().join("docs/problems.md")).unwrap(),
        '`',
    );
    let told: BTreeSet<String> = sources()
        .iter()
        .flat_map(|path| types(&fs::read_to_string(path).unwrap(), '"'))
        .collect();
    assert!(told.contains("page-token"), "{told:?}");
    assert_eq!(told, documented);
}
