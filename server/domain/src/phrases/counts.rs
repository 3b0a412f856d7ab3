//! How often each word stood in the texts as of each version, and how rare a grid of words is by that.
//!
//! Rarity is frozen at an ortho's min_version, so the counts of the past are kept. Only integers are used: the same
//! on every machine.

use crate::ids::{Version, WordId};

/// Counts of words by version.
#[derive(Clone, Debug, Default)]
pub struct WordCounts {
    words: Vec<Vec<(Version, u32)>>,
    total: Vec<(Version, u64)>,
}

impl WordCounts {
    /// Counts a sentence of a version; versions never go down.
    pub fn add(&mut self, version: Version, sentence: &[WordId]) {
        for word in sentence {
            if word.index() >= self.words.len() {
                self.words.resize_with(word.index() + 1, Vec::new);
            }
            raise(&mut self.words[word.index()], version, 1);
        }
        raise(&mut self.total, version, sentence.len() as u64);
    }

    /// How often the word stood in the texts as of the version.
    #[must_use]
    pub fn count(&self, word: WordId, version: Version) -> u32 {
        self.words.get(word.index()).map_or(0, |steps| at(steps, version))
    }

    /// How many words the texts had as of the version.
    #[must_use]
    pub fn total(&self, version: Version) -> u64 {
        at(&self.total, version)
    }

    /// Mean surprisal of the words in 1/256 bit: log2(total / count), 0 for none.
    #[must_use]
    pub fn rarity(&self, words: &[WordId], version: Version) -> i32 {
        let total = log2_fixed(self.total(version).max(1));
        let surprisal = |&word: &WordId| total - log2_fixed(self.count(word, version).max(1).into());
        let sum: i64 = words.iter().map(surprisal).sum();
        i32::try_from(sum / (words.len().max(1) as i64)).unwrap_or(i32::MAX)
    }
}

fn raise<T: Copy + std::ops::Add<Output = T> + Default>(
    steps: &mut Vec<(Version, T)>,
    version: Version,
    by: T,
) {
    match steps.last_mut() {
        Some((last, count)) if *last == version => *count = *count + by,
        last => {
            let before = last.map_or_else(T::default, |&mut (_, count)| count);
            steps.push((version, before + by));
        }
    }
}

fn at<T: Copy + Default>(steps: &[(Version, T)], version: Version) -> T {
    let after = steps.partition_point(|&(from, _)| from <= version);
    after
        .checked_sub(1)
        .map_or_else(T::default, |index| steps[index].1)
}

/// log2 in 1/256, rounded down, by squaring the mantissa: one bit of the fraction a step.
fn log2_fixed(value: u64) -> i64 {
    let whole = value.ilog2();
    let mut mantissa = (u128::from(value) << 63) >> whole;
    let mut fraction = 0;
    for _ in 0..8 {
        mantissa = (mantissa * mantissa) >> 63;
        fraction <<= 1;
        if mantissa >> 64 != 0 {
            mantissa >>= 1;
            fraction |= 1;
        }
    }
    i64::from(whole) * 256 + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_right_to_a_256th() {
        for value in [1_u64, 2, 3, 5, 1000, 104_519, u64::from(u32::MAX), u64::MAX] {
            let exact = (value as f64).log2() * 256.0;
            let fixed = log2_fixed(value) as f64;
            assert!(
                (fixed - exact).abs() <= 1.0,
                "log2 of {value} is {exact}, not {fixed}"
            );
        }
    }

    #[test]
    fn counts_are_those_of_their_version() {
        let mut counts = WordCounts::default();
        let (a, b) = (WordId(0), WordId(1));
        counts.add(Version(1), &[a, b, a]);
        counts.add(Version(3), &[a]);
        assert_eq!(
            [0, 1, 2, 3].map(|version| counts.count(a, Version(version))),
            [0, 2, 2, 3]
        );
        assert_eq!(
            [0, 1, 2, 3].map(|version| counts.total(Version(version))),
            [0, 3, 3, 4]
        );
        assert!(counts.rarity(&[b], Version(3)) > counts.rarity(&[a], Version(3)));
    }
}
