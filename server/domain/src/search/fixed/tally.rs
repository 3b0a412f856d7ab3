//! What a survey keeps: how many orthos each shape has, and the best few of each.
//!
//! Within one shape every order comes down to rarity, then the id; orders differ only between shapes. Tallies of
//! parts add up to the tally of the whole, in any order. It must never keep more than it was asked to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::frozen::FrozenPhrases;
use super::plan::Plan;
use crate::ids::{OrthoId, Version, WordId};
use crate::ortho::{Geometry, Order, RankKey, Shape, ortho_id};

/// An ortho that is among the best of its shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Its id.
    pub id: OrthoId,
    /// Its extents in canonical axis order.
    pub shape: Shape,
    /// Its words, row-major.
    pub cells: Vec<WordId>,
    /// The version of the newest phrase that it uses.
    pub min_version: Version,
    /// Mean surprisal of its words in 1/256 bit, as of the version surveyed.
    pub rarity: i32,
}

impl Ranked {
    /// Its place under an order.
    #[must_use]
    pub fn key(&self, order: Order) -> RankKey {
        RankKey::new(order, &self.shape, self.rarity, self.id)
    }
}

/// The outcome of a survey or of a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many orthos there are, by ascending shape.
    pub counts: BTreeMap<Shape, u64>,
    /// How many grids have every cell but the far corner, by ascending shape; 2x2 are not counted.
    pub waiting: BTreeMap<Shape, u64>,
    /// The best orthos by ascending shape, best first.
    pub best: BTreeMap<Shape, Vec<Ranked>>,
}

impl Tally {
    /// How many orthos there are in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Adds the tally of another part; `keep` is how many of the best are kept, shape by shape.
    pub fn merge(&mut self, other: Self, keep: usize) {
        for (shape, count) in other.counts {
            *self.counts.entry(shape).or_default() += count;
        }
        for (shape, waiting) in other.waiting {
            *self.waiting.entry(shape).or_default() += waiting;
        }
        for (shape, ranked) in other.best {
            let best = self.best.entry(shape).or_default();
            best.extend(ranked);
            best.sort_by_key(|ranked| ranked.key(Order::Rarity));
            best.dedup_by_key(|ranked| ranked.id);
            best.truncate(keep);
        }
    }

    /// The best orthos of all shapes under an order.
    #[must_use]
    pub fn ranked(&self, order: Order) -> Vec<&Ranked> {
        let mut ranked: Vec<&Ranked> = self.best.values().flatten().collect();
        ranked.sort_by_key(|ranked| ranked.key(order));
        ranked
    }

    pub(super) fn add(&mut self, phrases: &FrozenPhrases, plan: &Plan) {
        let shape = Shape::of(plan.extents());
        let best = plan.best.borrow();
        let ranked = |entry: &Entry| Ranked {
            id: entry.id,
            shape: shape.clone(),
            cells: entry.words.iter().map(|&word| phrases.id(word)).collect(),
            min_version: phrases.min_version(&Geometry::new(plan.extents()), &entry.words),
            rarity: entry.rarity,
        };
        let some = |count: u64| (count > 0).then(|| (shape.ascending(), count));
        let kept = (!best.entries.is_empty()).then(|| best.entries.iter().map(ranked).collect());
        let one = Self {
            counts: some(plan.count.get()).into_iter().collect(),
            waiting: some(plan.waiting.get()).into_iter().collect(),
            best: kept.into_iter().map(|best| (shape.ascending(), best)).collect(),
        };
        self.merge(one, best.keep);
    }
}

#[derive(Debug)]
struct Entry {
    rarity: i32,
    id: OrthoId,
    words: Vec<u32>,
}

/// The best orthos of one shape in canonical axis order.
#[derive(Debug)]
pub(super) struct Best {
    keep: usize,
    entries: Vec<Entry>,
}

impl Best {
    pub(super) const fn new(keep: usize) -> Self {
        Self {
            keep,
            entries: Vec::new(),
        }
    }

    pub(super) const fn keep(&self) -> usize {
        self.keep
    }

    /// Takes an ortho in if it is among the best.
    #[inline]
    pub(super) fn offer(&mut self, phrases: &FrozenPhrases, plan: &Plan, words: &[u32], surprisal: i64) {
        if self.entries.len() == self.keep {
            let Some(worst) = self.entries.last() else { return };
            if surprisal < i64::from(worst.rarity) * words.len() as i64 {
                return;
            }
        }
        self.insert(phrases, plan, words, surprisal);
    }

    #[cold]
    fn insert(&mut self, phrases: &FrozenPhrases, plan: &Plan, words: &[u32], surprisal: i64) {
        let rarity = i32::try_from(surprisal / words.len() as i64).unwrap_or(i32::MAX);
        let words: Vec<u32> = plan.slots().iter().map(|&slot| words[slot]).collect();
        let spelling = words.iter().map(|&word| phrases.spelling(word));
        let id = ortho_id(&Shape::of(plan.extents()), spelling);
        let place = self
            .entries
            .partition_point(|entry| entry.rarity > rarity || (entry.rarity == rarity && entry.id > id));
        self.entries.insert(place, Entry { rarity, id, words });
        self.entries.truncate(self.keep);
    }
}
