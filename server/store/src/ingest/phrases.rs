//! How many phrases a text adds: the phrases of the context that was ingested into last, kept as hashes.
//!
//! Phrases are not stored, so a new one is known by not being among the old. Reading all sentences for each text would
//! make a text cost as much as its context; the hashes of one context (8 bytes a phrase, 4 MB for a novel) make it cost
//! as much as itself. They are only a cache: whoever does not find them reads the sentences once.

use std::sync::{Mutex, PoisonError};

use crochet_domain::WordId;
use crochet_domain::ports::ContextKey;
use rustc_hash::FxHashSet;
use twox_hash::XxHash3_64;

use crate::contexts::each_sentence;
use crate::database::{Abort, Tx};

/// Phrases that are told apart in one context. A context with more cannot be searched as a whole anyway; its count stays
/// where it is.
const PHRASES_MAX: usize = 16_000_000;
const BYTES_A_WORD: usize = size_of::<u32>();

/// The phrases of one context at one version.
pub(super) struct Phrases {
    context: ContextKey,
    version: i64,
    longest: usize,
    hashes: FxHashSet<u64>,
}

impl Phrases {
    fn new(context: ContextKey, version: i64, longest: usize) -> Self {
        Self {
            context,
            version,
            longest,
            hashes: FxHashSet::default(),
        }
    }

    /// Adds the runs of 2 words and more of a sentence; how many were new.
    pub(super) fn absorb(&mut self, words: &[WordId]) -> u64 {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.0.to_le_bytes()).collect();
        let before = self.hashes.len();
        for start in 0..words.len() {
            for length in 2..=self.longest.min(words.len() - start) {
                if self.hashes.len() < PHRASES_MAX {
                    let run = &bytes[start * BYTES_A_WORD..(start + length) * BYTES_A_WORD];
                    self.hashes.insert(XxHash3_64::oneshot(run));
                }
            }
        }
        (self.hashes.len() - before) as u64
    }

    /// The same phrases, said to be those of another version.
    pub(super) fn at(self, version: i64) -> Self {
        Self { version, ..self }
    }
}

/// The phrases of the context that was ingested into last.
#[derive(Default)]
pub(crate) struct PhraseCache(Mutex<Option<Phrases>>);

impl PhraseCache {
    /// Keeps these instead of those before.
    pub(super) fn keep(&self, phrases: Phrases) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(phrases);
    }

    /// The phrases of a context at its version: taken out, because they are about to change, or read anew.
    pub(super) async fn take<E>(
        &self,
        tx: &Tx,
        context: ContextKey,
        version: i64,
        longest: usize,
    ) -> Result<Phrases, Abort<E>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(kept) = kept.filter(|kept| (kept.context, kept.version) == (context, version)) {
            return Ok(kept);
        }
        let mut phrases = Phrases::new(context, version, longest);
        each_sentence(tx, context, 0, |sentence| {
            phrases.absorb(&sentence.words);
            true
        })
        .await?;
        Ok(phrases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_counts_once_wherever_it_stands() {
        let mut phrases = Phrases::new(ContextKey::generate(), 0, 3);
        let words = |numbers: &[u32]| numbers.iter().copied().map(WordId).collect::<Vec<_>>();
        assert_eq!(phrases.absorb(&words(&[1, 2, 1, 2])), 4, "12 21 121 212");
        assert_eq!(phrases.absorb(&words(&[2, 1, 2])), 0);
        assert_eq!(phrases.absorb(&words(&[7])), 0);
    }
}
