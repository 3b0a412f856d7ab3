//! Shapes: how many cells along each axis.
//!
//! A shape is written `2x3`. An ortho's own shape is in canonical axis order; counts per shape use ascending extents.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use crate::context::Bounds;

/// Extents of a few axes, kept in place.
pub type Extents = SmallVec<[u8; 8]>;

/// The extents of an ortho: 2 to 16 axes of 2 to 64 cells each, 65,536 cells at most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(Extents);

/// Extents that no ortho can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no shape: 2 to 16 extents of 2 to 64 cells, joined by x")]
pub struct ShapeError(pub String);

impl Shape {
    /// A shape with these extents.
    ///
    /// # Errors
    /// Extents that no ortho can have.
    pub fn new(extents: &[u8]) -> Result<Self, ShapeError> {
        let all = Bounds {
            max_dims: Bounds::MAX_DIMS,
            max_extent: Bounds::MAX_EXTENT,
            max_cells: Bounds::MAX_CELLS,
        };
        if extents.len() < 2 || extents.iter().any(|&extent| extent < 2) || !all.allow(extents) {
            return Err(ShapeError(joined(extents)));
        }
        Ok(Self(Extents::from_slice(extents)))
    }

    /// A shape whose extents are known to be in range.
    pub(crate) fn of(extents: &[u8]) -> Self {
        debug_assert!(extents.len() >= 2 && extents.iter().all(|&extent| extent >= 2));
        Self(Extents::from_slice(extents))
    }

    /// The extents, axis by axis.
    #[must_use]
    pub fn extents(&self) -> &[u8] {
        &self.0
    }

    /// How many axes.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.0.len()
    }

    /// How many cells.
    #[must_use]
    pub fn cell_count(&self) -> usize {
        self.0.iter().map(|&extent| usize::from(extent)).product()
    }

    /// The product of (extent - 1).
    #[must_use]
    pub fn volume(&self) -> u64 {
        self.0.iter().map(|&extent| u64::from(extent) - 1).product()
    }

    /// The shortest axis.
    #[must_use]
    pub fn smallest_extent(&self) -> u8 {
        self.0.iter().copied().min().unwrap_or(0)
    }

    /// The same shape with ascending extents: what counts are kept by.
    #[must_use]
    pub fn ascending(&self) -> Self {
        let mut extents = self.0.clone();
        extents.sort_unstable();
        Self(extents)
    }
}

fn joined(extents: &[u8]) -> String {
    extents
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("x")
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(&self.0))
    }
}

impl FromStr for Shape {
    type Err = ShapeError;

    fn from_str(text: &str) -> Result<Self, ShapeError> {
        let refused = || ShapeError(text.to_owned());
        let extent = |part: &str| {
            let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if plain {
                part.parse::<u8>().map_err(|_| refused())
            } else {
                Err(refused())
            }
        };
        let extents: Vec<u8> = text.split('x').map(extent).collect::<Result<_, _>>()?;
        Self::new(&extents).map_err(|_| refused())
    }
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let extents = Vec::<u8>::deserialize(deserializer)?;
        Self::new(&extents).map_err(serde::de::Error::custom)
    }
}
