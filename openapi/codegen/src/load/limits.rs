//! How much is read before the loader gives up. Far above what published documents need: the largest of the 167
//! documents of the corpus has 13 MB and some 500 thousand values, and the deepest nests 30 levels.

/// Bytes of one file.
pub(super) const TEXT_BYTES_MAX: usize = 64 << 20;

/// Levels of nesting.
pub(super) const DEPTH_MAX: usize = 200;

/// Values of one file, what aliases expand to included.
pub(super) const VALUES_MAX: u64 = 5_000_000;

/// Files that one set of documents may pull in by `$ref`.
pub(super) const FILES_MAX: usize = 1_000;
