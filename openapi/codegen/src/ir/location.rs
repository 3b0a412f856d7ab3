//! Where a node was written: the unit in which every diagnostic speaks.

use std::fmt;
use std::sync::Arc;

/// The place of a node: file, line, column and JSON pointer. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file as it was named to the loader.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The JSON pointer inside the file (RFC 6901), empty for the root.
    pub pointer: Arc<str>,
}

impl Location {
    /// The first character of a file.
    pub fn start_of(file: &str) -> Self {
        Self {
            file: file.into(),
            line: 1,
            column: 1,
            pointer: "".into(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
