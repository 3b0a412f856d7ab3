//! Finding orthos: all of a text at once, or what is new when a text grows.
//!
//! Both walk the same definition: every line a phrase, every shell without repetition. It must never know who asks,
//! or where results go.

pub mod fixed;
pub mod incremental;
pub mod lines;

#[cfg(test)]
pub(crate) mod oracle;
