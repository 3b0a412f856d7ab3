//! An estimate of how many different hashes were seen, in 16 KiB whatever their number.
//!
//! HyperLogLog registers (Flajolet and others, 2007) with the historic inverse probability estimate (Cohen 2014, Ting
//! 2014): each time a register rises, the count rises by one over the probability that it would. That is exact on
//! average, wrong by about 0.7 %, and goes on from an exact count.

/// Bits of a hash that choose its register.
const INDEX_BITS: u32 = 14;
const REGISTERS: usize = 1 << INDEX_BITS;

/// The registers and the count so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sketch {
    registers: Vec<u8>,
    /// The probability that a new hash raises a register.
    chance: f64,
    count: f64,
}

impl Sketch {
    /// The sketch of hashes that were counted exactly.
    pub(super) fn of(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let count = hashes.len() as f64;
        let mut sketch = Self::with(vec![0; REGISTERS], 0.0);
        hashes.for_each(|hash| sketch.insert(hash));
        Self { count, ..sketch }
    }

    /// A sketch as it was stored; `None` if it was not.
    pub(super) fn stored(registers: Vec<u8>, count: u64) -> Option<Self> {
        (registers.len() == REGISTERS).then(|| Self::with(registers, count as f64))
    }

    fn with(registers: Vec<u8>, count: f64) -> Self {
        let chance = registers.iter().map(|&rank| rises(rank)).sum();
        Self {
            registers,
            chance,
            count,
        }
    }

    /// Counts a hash if it is new, as far as the registers can tell.
    pub(super) fn insert(&mut self, hash: u64) {
        let rank = (hash << INDEX_BITS | 1 << (INDEX_BITS - 1)).leading_zeros() as u8 + 1;
        let register = &mut self.registers[(hash >> (u64::BITS - INDEX_BITS)) as usize];
        if rank <= *register {
            return;
        }
        self.count += self.chance.recip();
        self.chance += rises(rank) - rises(*register);
        *register = rank;
    }

    /// How many different hashes there were.
    pub(super) fn count(&self) -> u64 {
        self.count.round() as u64
    }

    /// What is stored beside the count.
    pub(super) fn registers(&self) -> &[u8] {
        &self.registers
    }
}

/// The probability that a new hash meets a register of this rank and raises it.
fn rises(rank: u8) -> f64 {
    2_f64.powi(-i32::from(rank)) / REGISTERS as f64
}

#[cfg(test)]
mod tests {
    use twox_hash::XxHash3_64;

    use super::*;

    fn hashes(numbers: std::ops::Range<u32>) -> impl ExactSizeIterator<Item = u64> {
        let numbers: Vec<u32> = numbers.collect();
        numbers
            .into_iter()
            .map(|number| XxHash3_64::oneshot(&number.to_le_bytes()))
    }

    #[test]
    fn an_exact_count_goes_on_as_an_estimate() {
        let mut sketch = Sketch::of(hashes(0..50_000));
        assert_eq!(sketch.count(), 50_000);
        hashes(0..50_000).for_each(|hash| sketch.insert(hash));
        assert_eq!(sketch.count(), 50_000, "what was there is not counted again");
        hashes(50_000..500_000).for_each(|hash| sketch.insert(hash));
        let off = (sketch.count() as f64 / 500_000.0 - 1.0).abs();
        assert!(off < 0.02, "{off} off");
    }

    #[test]
    fn a_stored_sketch_goes_on_as_it_was() {
        let sketch = Sketch::of(hashes(0..1_000));
        let mut again = Sketch::stored(sketch.registers().to_vec(), sketch.count()).expect("its registers");
        hashes(0..1_000).for_each(|hash| again.insert(hash));
        assert_eq!(again.count(), 1_000);
        assert_eq!(Sketch::stored(vec![0; 3], 1), None);
    }
}
