//! From bytes to sentences of words: options, and a tokeniser that reads a text piece by piece.
//!
//! A context fixes its options when it is created, because other words would be another context. It must never know
//! where a text comes from, nor number its words.

mod normal;
mod options;
mod sentence;
mod tokeniser;
mod utf8;

pub use options::{Preset, TokeniserOptions};
pub use sentence::Sentence;
pub use tokeniser::{TextError, Tokeniser, sentences_of};

#[cfg(test)]
mod tests;
