//! The hash that remediations are looked up by: a stable 64-bit value for two prefixes in either order.
//!
//! Word numbers are fixed within a context, and so is the hash (XXH3-64 over the numbers, little endian). It must
//! never be taken for proof: who looks a pair up checks the grid.

use smallvec::SmallVec;
use twox_hash::XxHash3_64;

use crate::ids::{Pair, WordId};

/// The pair of two different prefixes, each given as word numbers from its first word.
#[must_use]
pub fn pair_of(p: &[WordId], q: &[WordId]) -> Pair {
    let (first, second) = if p <= q { (p, q) } else { (q, p) };
    let mut bytes: SmallVec<[u8; 128]> = SmallVec::new();
    bytes.extend_from_slice(&(first.len() as u32).to_le_bytes());
    for word in first.iter().chain(second) {
        bytes.extend_from_slice(&word.0.to_le_bytes());
    }
    Pair(XxHash3_64::oneshot(&bytes).cast_signed())
}
