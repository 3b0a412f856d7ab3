//! An ortho and a remediation as they are reported and stored, and their ids.
//!
//! An id is SHA-256 over the shape in canonical axis order and the length-prefixed words, cut to 128 bits: equal in
//! every store, whatever numbers the words have there. Nothing here may depend on word numbers being comparable.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use smallvec::SmallVec;

use super::geometry::Geometry;
use super::shape::Shape;
use crate::ids::{OrthoId, Pair, RemediationId, Version, WordId};

/// A complete grid of words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ortho {
    /// Its id.
    pub id: OrthoId,
    /// Its extents in canonical axis order.
    pub shape: Shape,
    /// Its words, row-major.
    pub cells: Vec<WordId>,
    /// The version of the newest phrase that it uses: from there on it exists.
    pub min_version: Version,
    /// Mean surprisal of its words in 1/256 bit, by the word counts as of `min_version`; never changes.
    pub rarity: i32,
}

/// A grid with every cell filled but the far corner, which waits for phrases not seen yet.
///
/// A 2x2 is never one: what would complete it is found through the phrases alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remediation {
    /// Its id.
    pub id: RemediationId,
    /// The ortho that it is one layer larger than: of those, the one that first makes it possible.
    pub parent: OrthoId,
    /// Its extents in canonical axis order, the missing corner included.
    pub shape: Shape,
    /// Its words, row-major, without the last.
    pub cells: Vec<WordId>,
    /// What it is looked up by: pairs of the prefixes that end at the corner, each prefix in one at least.
    pub pairs: SmallVec<[Pair; 2]>,
}

impl Remediation {
    /// The words that lead to the missing corner, one run for each axis.
    #[must_use]
    pub fn prefixes(&self) -> Vec<Vec<WordId>> {
        let geometry = Geometry::new(self.shape.extents());
        let corner = geometry.len() - 1;
        let prefix = |axis| {
            geometry
                .line(corner, axis)
                .filter(|&cell| cell != corner)
                .map(|cell| self.cells[cell])
                .collect()
        };
        (0..geometry.dims()).map(prefix).collect()
    }
}

/// The id of the grid with this canonical shape and these words.
pub fn ortho_id<'a>(shape: &Shape, words: impl Iterator<Item = &'a str>) -> OrthoId {
    OrthoId::from_bytes(grid_hash(shape.extents(), words))
}

/// The id of the grid with this canonical shape and these words, which lack the last.
pub fn remediation_id<'a>(shape: &Shape, words: impl Iterator<Item = &'a str>) -> RemediationId {
    RemediationId::from_bytes(grid_hash(shape.extents(), words))
}

fn grid_hash<'a>(extents: &[u8], words: impl Iterator<Item = &'a str>) -> [u8; 16] {
    let mut bytes: SmallVec<[u8; 256]> = SmallVec::new();
    bytes.extend_from_slice(&(extents.len() as u32).to_be_bytes());
    for &extent in extents {
        bytes.extend_from_slice(&u32::from(extent).to_be_bytes());
    }
    for word in words {
        bytes.extend_from_slice(&(word.len() as u32).to_be_bytes());
        bytes.extend_from_slice(word.as_bytes());
    }
    let digest = Sha256::digest(&bytes);
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}
