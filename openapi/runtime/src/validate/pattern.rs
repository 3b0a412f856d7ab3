//! A regular expression of a spec, compiled when it is first needed and then kept.

use std::sync::OnceLock;

use regex::Regex;

/// A `pattern` of a spec. The generator has compiled it once, so it is known to be valid.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// The pattern `source`, not yet compiled.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// The pattern as the spec writes it.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// Whether the pattern is found in `text`; as in JSON Schema, only `^` and `$` tie it to the ends.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled
            .get_or_init(|| Regex::new(self.source).expect("the generator compiled this pattern"))
            .is_match(text)
    }
}
