//! The words and phrases of one context, as searches need them.
//!
//! It must never know orthos.

mod counts;
mod pair;
mod text_words;
mod trie;
mod view;
mod vocabulary;

pub use counts::WordCounts;
pub use pair::pair_of;
pub use text_words::TextWords;
pub use trie::{Node, Trie};
pub use view::{ContextView, ViewError};
pub use vocabulary::{Interner, Vocabulary};

#[cfg(test)]
mod tests;
