//! The lines of `--json`: one object a line, the last one `done`.
//!
//! These are a contract with programs: names are added, never changed. Where a command has nothing to
//! say (a survey stores no context) the value is null, so that a reader finds the same names always.

use std::collections::BTreeMap;

use serde::Serialize;

/// One line of `--json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The context that the run works on.
    Context {
        /// Its id.
        context: String,
        /// Its version after the texts were taken.
        version: i64,
    },
    /// How far the work is.
    Progress {
        /// What is being done: `ingest` or `survey`.
        phase: &'static str,
        /// Steps behind us.
        done: u64,
        /// Steps still to do; for incremental work those known so far.
        left: u64,
        /// Orthos found so far, where they are counted on the way.
        orthos: Option<u64>,
    },
    /// One of the best orthos.
    Ortho {
        /// Extents in the order of the axes.
        shape: Vec<usize>,
        /// Words row-major, last axis fastest.
        cells: Vec<String>,
    },
    /// The totals, always last.
    Done(Totals),
}

/// What a run found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// The context, where there is one.
    pub context: Option<String>,
    /// Its version.
    pub version: Option<i64>,
    /// Different words.
    pub words: u64,
    /// Different phrases.
    pub phrases: u64,
    /// Orthos by shape, extents ascending: `{"2x3": 7}`.
    pub orthos: BTreeMap<String, u64>,
    /// Stored remediations, where anything is stored.
    pub remediations: Option<u64>,
    /// Whether a budget cut the result.
    pub truncated: bool,
    /// How long it took.
    pub seconds: f64,
    /// The digest of the context, equal whatever the order of work.
    pub digest: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_names_every_total() {
        let line = serde_json::to_value(Event::Done(Totals::default())).unwrap();
        let names: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
        let wanted = [
            "context",
            "digest",
            "event",
            "orthos",
            "phrases",
            "remediations",
            "seconds",
            "truncated",
            "version",
            "words",
        ];
        assert_eq!(names, wanted);
        assert_eq!(line["event"], "done");
    }
}
