//! How many orthos to expect: the squares counted exactly, and what grows from a square by an even sample of them.
//!
//! The result is exact where there are few. It must never take longer than reading the text did.

use super::frozen::FrozenPhrases;
use super::squares::{Squares, pairs};
use super::walker::Walker;

/// How many orthos a text has, about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The number.
    pub orthos: u64,
    /// How many of them are 2x2, counted.
    pub squares: u64,
    /// Whether it was counted, not guessed.
    pub exact: bool,
}

/// Squares that are walked at most.
const SAMPLE: u64 = 30_000;

/// Counts or estimates the orthos of some phrases.
#[must_use]
pub fn estimate(phrases: &FrozenPhrases) -> Estimate {
    let mut gathered = Squares::default();
    let mut squares = 0;
    for origin in 0..phrases.word_count() {
        gathered.gather(phrases, origin);
        squares += gathered.count();
    }
    let every = squares.div_ceil(SAMPLE).max(1);
    let mut walker = Walker::new(phrases, 0);
    // Half a stride in, so that the sample leans to neither end.
    let mut until_next = every / 2;
    let mut walked = 0_u64;
    for origin in 0..phrases.word_count() {
        gathered.gather(phrases, origin);
        for (end, group) in gathered.groups() {
            let here = pairs(group.len());
            while until_next < here {
                let (first, second) = pair_at(until_next, group.len());
                let between = |index: usize| Squares::between(group[index]);
                walker.walk_square([origin, between(first), between(second), end]);
                walked += 1;
                until_next += every;
            }
            until_next -= here;
        }
    }
    let met = u128::from(walker.met());
    let orthos = if every == 1 {
        met
    } else {
        met * u128::from(squares) / u128::from(walked.max(1))
    };
    Estimate {
        orthos: u64::try_from(orthos).unwrap_or(u64::MAX),
        squares,
        exact: every == 1,
    }
}

/// The pair with this number among the pairs of `len` things, in lexicographic order.
fn pair_at(number: u64, len: usize) -> (usize, usize) {
    let mut left = number;
    for first in 0..len {
        let seconds = (len - first - 1) as u64;
        if left < seconds {
            return (first, first + 1 + left as usize);
        }
        left -= seconds;
    }
    (0, 1)
}
