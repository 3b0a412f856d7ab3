//! The 2x2 of one origin word, where every walk begins.
//!
//! Words two steps from the origin are gathered with the word between; two different words between one origin and
//! one end are a 2x2. The cost follows what is found. It must never look further than two steps.

use super::frozen::FrozenPhrases;

/// Words two steps from an origin, grouped by the end, then by the word between.
#[derive(Debug, Default)]
pub(super) struct Squares {
    /// End in the upper half, the word between in the lower, so that sorting groups them.
    steps: Vec<u64>,
}

impl Squares {
    /// Gathers the squares of an origin.
    pub(super) fn gather(&mut self, phrases: &FrozenPhrases, origin: u32) {
        self.steps.clear();
        for &between in phrases.successors(origin) {
            let ends = phrases.successors(between).iter();
            self.steps
                .extend(ends.map(|&end| u64::from(end) << 32 | u64::from(between)));
        }
        self.steps.sort_unstable();
    }

    /// The groups: an end that two words or more lead to, and those words, ascending.
    pub(super) fn groups(&self) -> impl Iterator<Item = (u32, &[u64])> {
        let end = |step: u64| (step >> 32) as u32;
        let groups = self.steps.chunk_by(move |&a, &b| end(a) == end(b));
        groups
            .filter(|group| group.len() > 1)
            .map(move |group| (end(group[0]), group))
    }

    /// The word between of an entry of a group.
    pub(super) const fn between(step: u64) -> u32 {
        step as u32
    }

    /// How many squares there are.
    pub(super) fn count(&self) -> u64 {
        self.groups().map(|(_, group)| pairs(group.len())).sum()
    }
}

/// How many pairs of different things can be chosen.
pub(super) const fn pairs(things: usize) -> u64 {
    (things as u64) * (things as u64 - 1) / 2
}
