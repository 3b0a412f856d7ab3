//! Which ortho is shown first: by square, long, cells or rarity, ties by the id, the greater first.
//!
//! Volume first would crown a 2x12 strip over a 4x4, so the default looks at the smallest extent before it. Keys are
//! made of complete grids only, and two grids never have equal keys.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::shape::Shape;
use crate::ids::OrthoId;

/// What is best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The longest smallest extent, then volume, then rarity.
    #[default]
    Square,
    /// Volume, then rarity.
    Long,
    /// Number of cells, then rarity.
    Cells,
    /// Rarity, then volume.
    Rarity,
}

impl Order {
    /// All orders, the default first.
    pub const ALL: [Self; 4] = [Self::Square, Self::Long, Self::Cells, Self::Rarity];

    /// The name it is asked for by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Square => "square",
            Self::Long => "long",
            Self::Cells => "cells",
            Self::Rarity => "rarity",
        }
    }

    fn measures(self, shape: &Shape, rarity: i32) -> [i64; 3] {
        let volume = i64::try_from(shape.volume()).unwrap_or(i64::MAX);
        let cells = i64::try_from(shape.cell_count()).unwrap_or(i64::MAX);
        let rarity = i64::from(rarity);
        match self {
            Self::Square => [shape.smallest_extent().into(), volume, rarity],
            Self::Long => [volume, rarity, 0],
            Self::Cells => [cells, rarity, 0],
            Self::Rarity => [rarity, volume, 0],
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no order `{0}`: square, long, cells or rarity")]
pub struct NotAnOrder(pub String);

impl FromStr for Order {
    type Err = NotAnOrder;

    fn from_str(name: &str) -> Result<Self, NotAnOrder> {
        let found = Self::ALL.into_iter().find(|order| order.as_str() == name);
        found.ok_or_else(|| NotAnOrder(name.to_owned()))
    }
}

/// The place of one ortho under an order; the least key comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RankKey {
    measures: Reverse<[i64; 3]>,
    id: Reverse<OrthoId>,
}

impl RankKey {
    /// The key of an ortho with this shape, rarity and id.
    #[must_use]
    pub fn new(order: Order, shape: &Shape, rarity: i32, id: OrthoId) -> Self {
        Self {
            measures: Reverse(order.measures(shape, rarity)),
            id: Reverse(id),
        }
    }

    /// Bytes whose order is that of the keys, for stores that know no orders.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let descending = |measure: i64| (i64::MAX - measure.max(0)).to_be_bytes();
        let measures = self.measures.0.into_iter().flat_map(descending);
        measures.chain(self.id.0.as_bytes().map(|byte| !byte)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_ordered_as_the_keys_are() {
        let key = |extents: &[u8], rarity, id| {
            RankKey::new(
                Order::Square,
                &Shape::of(extents),
                rarity,
                OrthoId::from_bytes([id; 16]),
            )
        };
        let mut keys = [
            key(&[3, 3], 7, 1),
            key(&[2, 12], 9, 1),
            key(&[3, 3], 8, 2),
            key(&[3, 3], 7, 0),
        ];
        let mut bytes = keys.map(|key| key.to_bytes());
        keys.sort();
        bytes.sort();
        assert_eq!(bytes, keys.map(|key| key.to_bytes()));
    }
}
