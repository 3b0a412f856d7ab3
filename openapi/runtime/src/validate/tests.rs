//! Every rule passes what it allows, names what it does not, and says where.

use super::{At, Location, Pattern, Validate, Violations};

struct Word(String);

impl Validate for Word {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        static WORD: Pattern = Pattern::new("^[a-z]+$");
        found.max_length(at, &self.0, 3);
        found.pattern(at, &self.0, &WORD);
    }
}

fn codes(check: impl Fn(&At<'_>, &mut Violations)) -> Vec<String> {
    let mut found = Violations::default();
    check(&At::body(), &mut found);
    found
        .into_vec()
        .into_iter()
        .map(|violation| violation.code.into_owned())
        .collect()
}

#[test]
fn all_faults_are_found_with_their_pointers() {
    let words = vec![Word("tea".into()), Word("TEAPOT".into()), Word("é".into())];
    let mut found = Violations::default();
    words.validate(&At::body().field("a/b"), &mut found);
    let seen: Vec<_> = found
        .as_slice()
        .iter()
        .map(|v| (v.pointer.as_str(), v.code.as_ref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("/a~1b/1", "max_length"),
            ("/a~1b/1", "pattern"),
            ("/a~1b/2", "pattern")
        ]
    );
    assert!(found.as_slice().iter().all(|v| v.location == Location::Body));
}

#[test]
fn lengths_count_characters_and_not_bytes() {
    assert!(codes(|at, found| found.max_length(at, "ééé", 3)).is_empty());
    assert_eq!(codes(|at, found| found.max_length(at, "éééé", 3)), ["max_length"]);
    assert!(codes(|at, found| found.min_length(at, "日本", 2)).is_empty());
    assert_eq!(codes(|at, found| found.min_length(at, "日", 2)), ["min_length"]);
}

#[test]
fn bounds_hold_at_their_edges() {
    assert!(codes(|at, found| found.minimum(at, 1, 1)).is_empty());
    assert_eq!(codes(|at, found| found.minimum(at, 0, 1)), ["minimum"]);
    assert!(codes(|at, found| found.maximum(at, 1.5, 1.5)).is_empty());
    assert_eq!(codes(|at, found| found.maximum(at, 1.6, 1.5)), ["maximum"]);
    assert_eq!(codes(|at, found| found.above(at, 1, 1)), ["exclusive_minimum"]);
    assert_eq!(codes(|at, found| found.below(at, 1, 1)), ["exclusive_maximum"]);
}

#[test]
fn multiples_forgive_binary_fractions() {
    assert!(codes(|at, found| found.multiple_of_float(at, 0.3, 0.1)).is_empty());
    assert_eq!(
        codes(|at, found| found.multiple_of_float(at, 0.35, 0.1)),
        ["multiple_of"]
    );
    assert_eq!(codes(|at, found| found.multiple_of(at, 7, 3)), ["multiple_of"]);
}

#[test]
fn counts_hold_at_their_edges() {
    assert!(codes(|at, found| found.min_items(at, 1, 1)).is_empty());
    assert_eq!(codes(|at, found| found.min_items(at, 0, 1)), ["min_items"]);
    assert_eq!(codes(|at, found| found.max_items(at, 2, 1)), ["max_items"]);
    assert_eq!(
        codes(|at, found| found.min_properties(at, 0, 1)),
        ["min_properties"]
    );
    assert_eq!(
        codes(|at, found| found.max_properties(at, 2, 1)),
        ["max_properties"]
    );
}

#[test]
fn a_repeated_item_is_named_by_its_index() {
    let mut found = Violations::default();
    found.unique_items(&At::body(), &["a", "b", "a"]);
    assert_eq!(found.as_slice()[0].pointer, "/2");
    assert_eq!(found.total(), 1);
}

#[test]
fn a_flood_of_faults_is_counted_and_not_listed() {
    let mut found = Violations::default();
    vec![Word("TEA".into()); 2_000].validate(&At::body(), &mut found);
    assert_eq!(
        (found.total(), found.as_slice().len()),
        (2_000, Violations::LISTED_MAX)
    );
}

#[test]
fn an_invalid_value_is_not_made_and_says_why() {
    let invalid = Word("TEA".into()).validated().err().unwrap();
    assert_eq!(invalid.to_string(), "must match ^[a-z]+$");
}

#[test]
fn a_pattern_that_says_what_it_means_is_told_in_its_words() {
    static LETTERS: Pattern = Pattern::new("^[a-z]+$").meaning("lower-case letters");
    let mut found = Violations::default();
    found.pattern(&At::body(), "TEA", &LETTERS);
    assert_eq!(found.as_slice()[0].detail, "must be lower-case letters");
}

impl Clone for Word {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
