//! How many phrases a context has, counted as texts come, at a cost that follows the text and in bounded memory.
//!
//! Phrases are not stored, so a new one is known by not being among the old. The hashes of a context's phrases (4 MB for
//! a novel) are kept for the contexts that were added to last; whoever does not find them reads the sentences once. A
//! context with more phrases than that has them estimated from then on, by a sketch that is stored with it.

use std::sync::{Mutex, PoisonError};

use crochet_domain::WordId;
use crochet_domain::ports::ContextKey;
use rustc_hash::FxHashSet;
use sea_orm::EntityTrait;
use twox_hash::XxHash3_64;

use super::sketch::Sketch;
use crate::contexts::each_sentence;
use crate::database::{Abort, Tx};
use crate::entities::{contexts, phrase_sketches};

/// Phrases that are counted exactly in one context, and that are kept of all contexts together: what a table of 4 Mi
/// slots (38 MB) takes.
const EXACT_MAX: usize = 3_500_000;
const BYTES_A_WORD: usize = size_of::<u32>();

/// The phrases of one context at one version.
#[derive(Debug)]
pub(super) struct Phrases {
    context: ContextKey,
    version: i64,
    longest: usize,
    exact_max: usize,
    seen: Seen,
}

#[derive(Debug)]
enum Seen {
    Exactly(FxHashSet<u64>),
    About(Sketch),
}

impl Phrases {
    fn new(context: &contexts::Model, longest: usize, seen: Seen) -> Self {
        Self {
            context: ContextKey(context.id),
            version: context.version,
            longest,
            exact_max: EXACT_MAX,
            seen,
        }
    }

    /// Adds the runs of 2 words and more of a sentence.
    pub(super) fn absorb(&mut self, words: &[WordId]) {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.0.to_le_bytes()).collect();
        for start in 0..words.len() {
            for length in 2..=self.longest.min(words.len() - start) {
                let run = &bytes[start * BYTES_A_WORD..(start + length) * BYTES_A_WORD];
                self.insert(XxHash3_64::oneshot(run));
            }
        }
    }

    fn insert(&mut self, hash: u64) {
        match &mut self.seen {
            Seen::About(sketch) => sketch.insert(hash),
            Seen::Exactly(hashes) => {
                hashes.insert(hash);
                if hashes.len() > self.exact_max {
                    self.seen = Seen::About(Sketch::of(hashes.iter().copied()));
                }
            }
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        match &self.seen {
            Seen::Exactly(hashes) => hashes.len() as u64,
            Seen::About(sketch) => sketch.count(),
        }
    }

    /// What is to be stored, if they are estimated.
    pub(super) fn registers(&self) -> Option<&[u8]> {
        match &self.seen {
            Seen::Exactly(_) => None,
            Seen::About(sketch) => Some(sketch.registers()),
        }
    }

    /// The same phrases, said to be those of another version.
    pub(super) fn at(self, version: i64) -> Self {
        Self { version, ..self }
    }

    /// How many hashes they keep in memory.
    fn kept(&self) -> usize {
        match &self.seen {
            Seen::Exactly(hashes) => hashes.len(),
            Seen::About(sketch) => sketch.registers().len() / size_of::<u64>(),
        }
    }
}

/// The phrases of the contexts that were added to last, the latest at the end.
#[derive(Debug, Default)]
pub(crate) struct PhraseCache(Mutex<Vec<Phrases>>);

impl PhraseCache {
    /// Keeps these, and gives up the oldest if they are too many.
    pub(super) fn keep(&self, phrases: Phrases) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(phrases);
        let mut room = EXACT_MAX;
        let fitting = all.iter().rev().take_while(|phrases| {
            let fits = phrases.kept() <= room;
            room = room.saturating_sub(phrases.kept());
            fits
        });
        let surplus = all.len() - fitting.count();
        all.drain(..surplus);
    }

    /// The phrases of a context: taken out, because they are about to change, or read anew.
    pub(super) async fn take<E>(
        &self,
        tx: &Tx,
        context: &contexts::Model,
        longest: usize,
    ) -> Result<Phrases, Abort<E>> {
        if let Some(kept) = self.taken(ContextKey(context.id))
            && kept.version == context.version
        {
            return Ok(kept);
        }
        let stored = phrase_sketches::Entity::find_by_id(context.id).one(&**tx).await?;
        if let Some(stored) = stored {
            let sketch = Sketch::stored(stored.registers, context.phrases.unsigned_abs())
                .ok_or_else(|| Abort::Damaged(format!("the phrases of context {}", context.id)))?;
            return Ok(Phrases::new(context, longest, Seen::About(sketch)));
        }
        let mut phrases = Phrases::new(context, longest, Seen::Exactly(FxHashSet::default()));
        each_sentence(tx, context, |sentence| phrases.absorb(&sentence.words)).await?;
        Ok(phrases)
    }

    fn taken(&self, context: ContextKey) -> Option<Phrases> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|phrases| phrases.context == context)?;
        Some(all.remove(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(exact_max: usize) -> Phrases {
        Phrases {
            context: ContextKey::generate(),
            version: 0,
            longest: 3,
            exact_max,
            seen: Seen::Exactly(FxHashSet::default()),
        }
    }

    fn words(numbers: impl IntoIterator<Item = u32>) -> Vec<WordId> {
        numbers.into_iter().map(WordId).collect()
    }

    #[test]
    fn a_run_counts_once_wherever_it_stands() {
        let mut phrases = phrases(100);
        phrases.absorb(&words([1, 2, 1, 2]));
        assert_eq!(phrases.count(), 4, "12 21 121 212");
        phrases.absorb(&words([2, 1, 2]));
        phrases.absorb(&words([7]));
        assert_eq!(phrases.count(), 4);
        assert_eq!(phrases.registers(), None);
    }

    #[test]
    fn too_many_phrases_are_estimated_in_little_memory() {
        let mut phrases = phrases(1_000);
        phrases.absorb(&words(0..20_001));
        assert!(phrases.kept() < 3_000 && phrases.registers().is_some());
        let off = (phrases.count() as f64 / 39_999.0 - 1.0).abs();
        assert!(off < 0.03, "{} is {off} off", phrases.count());
    }

    #[test]
    fn the_latest_contexts_are_kept_as_far_as_there_is_room() {
        let cache = PhraseCache::default();
        let (one, other) = (phrases(100), phrases(100));
        let keys = [one.context, other.context];
        cache.keep(one);
        cache.keep(other);
        assert!(keys.iter().all(|key| cache.taken(*key).is_some()));
        assert!(cache.taken(keys[0]).is_none(), "it was taken out");
    }
}
