//! A regular expression of a spec, compiled when it is first needed and then kept.
//!
//! Most patterns of specs are names and ids, which a single look at each byte matches. Most others become an automaton
//! that is worked out whole: a table look-up for each byte, half the time of a general regular expression. What would
//! need too large a table, or more than a table (`\b`), is matched the general way. All three take time in proportion
//! to the text, so no pattern and no text can make them slow.

mod steps;

use std::sync::OnceLock;

use regex::Regex;
use regex_automata::Input;
use regex_automata::dfa::{Automaton, dense};

use self::steps::Steps;

/// How large the table of one pattern may become.
const TABLE_BYTES_MAX: usize = 256 * 1024;
/// How much memory working it out may take.
const WORK_BYTES_MAX: usize = 1024 * 1024;

/// A `pattern` of a spec. The generator has compiled it once, so it is known to be valid.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    meaning: Option<&'static str>,
    matcher: OnceLock<Matcher>,
}

#[derive(Debug)]
enum Matcher {
    Steps(Steps),
    Table(Box<dense::DFA<Vec<u32>>>),
    General(Regex),
}

impl Pattern {
    /// The pattern `source`, not yet compiled.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self {
            source,
            meaning: None,
            matcher: OnceLock::new(),
        }
    }

    /// The same, and what it means in words that go on from "must be" (`x-pattern-means`).
    #[must_use]
    pub const fn meaning(mut self, words: &'static str) -> Self {
        self.meaning = Some(words);
        self
    }

    /// What a text must be or match, for people.
    pub(super) fn demand(&self) -> String {
        match self.meaning {
            Some(words) => format!("must be {words}"),
            None => format!("must match {}", self.source),
        }
    }

    /// Whether the pattern is found in `text`; as in JSON Schema, only `^` and `$` tie it to the ends.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match self.matcher.get_or_init(|| Matcher::of(self.source)) {
            Matcher::Steps(steps) => steps.is_match(text),
            Matcher::Table(table) => {
                let found = table.try_search_fwd(&Input::new(text).earliest(true));
                found.is_ok_and(|end| end.is_some())
            }
            Matcher::General(regex) => regex.is_match(text),
        }
    }
}

impl Matcher {
    fn of(source: &str) -> Self {
        if let Some(steps) = Steps::of(source) {
            return Self::Steps(steps);
        }
        let limits = dense::Config::new()
            .dfa_size_limit(Some(TABLE_BYTES_MAX))
            .determinize_size_limit(Some(WORK_BYTES_MAX));
        match dense::Builder::new().configure(limits).build(source) {
            Ok(table) => Self::Table(Box::new(table)),
            Err(_) => Self::General(Regex::new(source).expect("the generator compiled this pattern")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Matcher, Pattern};

    #[test]
    fn both_ways_of_matching_agree() {
        let texts = [
            "",
            "a",
            "tea-house",
            "Tea",
            "tea house",
            "é",
            "a\nb",
            "by the river",
            " a",
            "7",
        ];
        for source in [
            "^[a-z]*-?[a-z]+$",
            r"^\S+( \S+)*$",
            "e",
            r"^\S(.*\S)?$",
            "(?i)^TEA",
            "^[^x]{1,3}$",
        ] {
            let Matcher::Table(_) = Matcher::of(source) else {
                panic!("{source} is small")
            };
            let general = regex::Regex::new(source).unwrap();
            let pattern = Pattern::new(source);
            for text in texts {
                assert_eq!(
                    pattern.is_match(text),
                    general.is_match(text),
                    "{source} in {text:?}"
                );
            }
        }
    }

    #[test]
    fn names_and_ids_are_matched_byte_by_byte() {
        for source in ["^[a-z0-9][a-z0-9-]{0,62}$", "^[0-9a-f]{32}$"] {
            assert!(matches!(Matcher::of(source), Matcher::Steps(_)), "{source}");
        }
        assert!(Pattern::new("^[0-9a-f]{2}$").is_match("7f"));
        assert!(!Pattern::new("^[0-9a-f]{2}$").is_match("7f0"));
    }

    #[test]
    fn what_needs_more_than_a_table_is_matched_all_the_same() {
        assert!(matches!(Matcher::of(r"\bé\b"), Matcher::General(_)));
        assert!(matches!(Matcher::of(r"^(\w ){1,8}$"), Matcher::General(_)));
        assert!(Pattern::new(r"\bé\b").is_match("un é la"));
    }
}
