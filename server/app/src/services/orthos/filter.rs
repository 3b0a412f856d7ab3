//! A Bloom filter over ids of orthos, in the form that the spec describes so that others can ask it too.
//!
//! An id is a piece of SHA-256 already, so its halves serve as the two hashes (Kirsch and Mitzenmacher, "Less Hashing,
//! Same Performance", 2006). It must never forget an id that went in.

use crochet_domain::ids::OrthoId;

/// Bits for each id: with seven hashes a yes is wrong in less than one of a hundred.
const BITS_PER_ID: u64 = 10;
/// How many bits each id sets.
pub(super) const HASHES: u32 = 7;
/// Room for so many ids at least.
const ROOM_MIN: u64 = 10_000;

/// The filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    words: Vec<u64>,
    items: u64,
}

impl Filter {
    /// An empty filter with room for so many ids, and for as many again.
    pub(super) fn with_room(ids: u64) -> Self {
        let bits = ids.max(ROOM_MIN).saturating_mul(2 * BITS_PER_ID);
        let words = usize::try_from(bits.div_ceil(64)).unwrap_or(usize::MAX);
        Self {
            words: vec![0; words],
            items: 0,
        }
    }

    /// Adds an id that is not in it yet.
    pub(super) fn insert(&mut self, id: &OrthoId) {
        for bit in self.places(id) {
            self.words[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        self.items += 1;
    }

    /// Whether the id may be in it. A no is certain.
    pub(super) fn may_contain(&self, id: &OrthoId) -> bool {
        self.places(id)
            .all(|bit| self.words[(bit / 64) as usize] & (1 << (bit % 64)) != 0)
    }

    /// Whether so many more ids would make it wrong more often than it should be.
    pub(super) fn is_full(&self) -> bool {
        self.items.saturating_mul(BITS_PER_ID) > self.bits()
    }

    /// How many bits it has.
    pub(super) fn bits(&self) -> u64 {
        self.words.len() as u64 * 64
    }

    /// How many ids are in it.
    pub(super) fn items(&self) -> u64 {
        self.items
    }

    /// How often a yes is wrong, by the usual estimate.
    pub(super) fn false_positive_rate(&self) -> f64 {
        let hashes = f64::from(HASHES);
        let filled = 1.0 - (-hashes * self.items as f64 / self.bits() as f64).exp();
        filled.powf(hashes)
    }

    /// The bits as bytes, the lowest first.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn places(&self, id: &OrthoId) -> impl Iterator<Item = u64> + use<> {
        let (first, second) = halves(id);
        let bits = self.bits();
        (0..u64::from(HASHES)).map(move |hash| first.wrapping_add(hash.wrapping_mul(second)) % bits)
    }
}

fn halves(id: &OrthoId) -> (u64, u64) {
    let value = u128::from_le_bytes(*id.as_bytes());
    (value as u64, (value >> 64) as u64 | 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> OrthoId {
        // Odd multipliers spread the numbers as a hash would.
        let low = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        let high = number.wrapping_mul(0xc2b2_ae3d_27d4_eb4f).rotate_left(29);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&low.to_le_bytes());
        bytes[8..].copy_from_slice(&high.to_le_bytes());
        OrthoId::from_bytes(bytes)
    }

    #[test]
    fn it_forgets_nothing_and_is_seldom_wrong() {
        let mut filter = Filter::with_room(0);
        (0..20_000).for_each(|number| filter.insert(&id(number)));
        assert!((0..20_000).all(|number| filter.may_contain(&id(number))));
        let wrong = (20_000..40_000)
            .filter(|&number| filter.may_contain(&id(number)))
            .count();
        assert!(wrong < 400, "{wrong} of 20,000 are wrong");
        assert!(filter.false_positive_rate() < 0.01);
    }

    #[test]
    fn it_is_full_when_its_room_is_used_up() {
        let mut filter = Filter::with_room(0);
        (0..20_000).for_each(|number| filter.insert(&id(number)));
        assert!(!filter.is_full());
        (20_000..20_100).for_each(|number| filter.insert(&id(number)));
        assert!(filter.is_full());
    }

    #[test]
    fn the_spec_says_how_to_ask_the_bytes() {
        let mut filter = Filter::with_room(0);
        filter.insert(&id(5));
        let bytes = filter.to_bytes();
        let (first, second) = halves(&id(5));
        for hash in 0..u64::from(HASHES) {
            let bit = first.wrapping_add(hash.wrapping_mul(second)) % filter.bits();
            assert_ne!(bytes[(bit / 8) as usize] & (1 << (bit % 8)), 0);
        }
    }
}
