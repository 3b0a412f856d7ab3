//! How many orthos to expect: the squares counted exactly, and what grows from a square by an even sample of them.
//!
//! The result is exact where there are few. It must never take longer than reading the text did: the walk has a budget,
//! and what it did not come to is taken to be like what it met.

use super::frozen::FrozenPhrases;
use super::squares::{Squares, pairs};
use super::survey::{Control, on_deep_stack};
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
/// Words that are tried at most: some tenths of a second.
const TRIES: u64 = 20_000_000;

/// Counts or estimates the orthos of some phrases. When it is stopped on the way the result is of no use.
///
/// # Panics
/// If the system has no thread to give.
#[must_use]
pub fn estimate(phrases: &FrozenPhrases, control: &Control) -> Estimate {
    let squares = count_squares(phrases, control);
    let walk = || sampled(phrases, squares, control, TRIES);
    std::thread::scope(|scope| on_deep_stack(scope, walk).join()).expect("the walk does not panic")
}

fn count_squares(phrases: &FrozenPhrases, control: &Control) -> u64 {
    let mut gathered = Squares::default();
    let mut squares = 0;
    for origin in (0..phrases.word_count()).take_while(|_| !control.is_stopped()) {
        gathered.gather(phrases, origin);
        squares += gathered.count();
    }
    squares
}

fn sampled(phrases: &FrozenPhrases, squares: u64, control: &Control, tries: u64) -> Estimate {
    let every = squares.div_ceil(SAMPLE).max(1);
    let mut gathered = Squares::default();
    let mut walker = Walker::new(phrases, 0, control, tries);
    // Half a stride in, so that the sample leans to neither end.
    let mut until_next = every / 2;
    let mut walked = 0_u64;
    'origins: for origin in 0..phrases.word_count() {
        gathered.gather(phrases, origin);
        for (end, group) in gathered.groups() {
            let here = pairs(group.len());
            while until_next < here {
                if walker.has_left_off() {
                    break 'origins;
                }
                let (first, second) = pair_at(until_next, group.len());
                let between = |index: usize| Squares::between(group[index]);
                walker.walk_square([origin, between(first), between(second), end]);
                walked += 1;
                until_next += every;
            }
            until_next -= here;
        }
    }
    let exact = walked == squares && !walker.has_left_off();
    let met = u128::from(walker.met());
    let orthos = if exact {
        met
    } else {
        met * u128::from(squares) / u128::from(walked.max(1))
    };
    Estimate {
        orthos: u64::try_from(orthos).unwrap_or(u64::MAX),
        squares,
        exact,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Bounds;
    use crate::search::fixed::tests::{all_pairs, view_of};

    /// The lines of one grid of different words with three axes of this length.
    fn cube(length: usize) -> Vec<Vec<String>> {
        let line = |axis: usize, across: usize, down: usize| {
            let at = |along: usize| match axis {
                0 => [along, across, down],
                1 => [across, along, down],
                _ => [across, down, along],
            };
            (0..length).map(|along| format!("{:?}", at(along))).collect()
        };
        let places = (0..3 * length * length).map(|n| (n / length / length, n / length % length, n % length));
        places
            .map(|(axis, across, down)| line(axis, across, down))
            .collect()
    }

    #[test]
    fn a_grid_of_many_thousand_words_is_walked_on_a_stack_that_holds_it() {
        let bounds = Bounds {
            max_dims: 3,
            max_extent: 21,
            max_cells: Bounds::MAX_CELLS,
        };
        let view = view_of(&cube(21), bounds);
        let found = estimate(&FrozenPhrases::new(&view, view.version()), &Control::default());
        assert_eq!((found.squares, found.exact), (3 * 21 * 20 * 20, false));
        assert!(found.orthos > found.squares);
    }

    #[test]
    fn a_text_whose_orthos_cannot_be_counted_is_estimated_all_the_same() {
        let bounds = Bounds {
            max_dims: 6,
            max_extent: 2,
            ..Bounds::default()
        };
        let view = view_of(&all_pairs(24), bounds);
        let phrases = FrozenPhrases::new(&view, view.version());
        let found = sampled(&phrases, 100_000, &Control::default(), 10_000);
        assert!(!found.exact);
        assert!(found.orthos > 100_000);
    }

    #[test]
    fn an_estimate_that_nobody_waits_for_ends() {
        let view = view_of(&all_pairs(24), Bounds::default());
        let control = Control::default();
        control.stop();
        let found = estimate(&FrozenPhrases::new(&view, view.version()), &control);
        assert_eq!(found.orthos, 0);
    }
}
