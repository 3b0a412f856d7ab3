//! Where an ortho stands in a list, and where a list of one shape goes on behind it.
//!
//! All measures but rarity follow from the shape, so within a shape every order is that of rarity and id, the greater
//! first, and a list is a merge of lists of single shapes.

use crochet_domain::ortho::{Order, RankKey};
use crochet_domain::{OrthoId, Shape};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const FIRST: OrthoId = OrthoId::from_bytes([0xff; 16]);
const LAST: OrthoId = OrthoId::from_bytes([0; 16]);

/// The last ortho of a page, as its token keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) shape: Shape,
    pub(super) rarity: i32,
    pub(super) id: Uuid,
}

/// Which part of the list of one shape comes behind a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// None of it.
    Nothing,
    /// All of it.
    All,
    /// What is less than this in rarity and id.
    Below(i64, Uuid),
}

impl Place {
    /// Its key in an order.
    pub(super) fn key(&self, order: Order) -> RankKey {
        RankKey::new(
            order,
            &self.shape,
            self.rarity,
            OrthoId::from_bytes(*self.id.as_bytes()),
        )
    }

    /// What of the orthos of a shape comes behind it.
    pub(super) fn rest_of(&self, shape: &Shape, order: Order) -> Rest {
        let here = self.key(order);
        let at = |rarity, id| RankKey::new(order, shape, rarity, id);
        let rarity = i64::from(self.rarity);
        if at(i32::MAX, FIRST) > here {
            Rest::All
        } else if at(i32::MIN, LAST) < here {
            Rest::Nothing
        } else if at(self.rarity, FIRST) > here {
            Rest::Below(rarity + 1, Uuid::nil())
        } else if at(self.rarity, LAST) < here {
            Rest::Below(rarity, Uuid::nil())
        } else {
            Rest::Below(rarity, self.id)
        }
    }
}

/// The key that no ortho of a shape comes before, in what is left of them.
pub(super) fn first_possible(shape: &Shape, order: Order, rest: Rest) -> Option<RankKey> {
    let rarity = match rest {
        Rest::Nothing => return None,
        Rest::All => i32::MAX,
        Rest::Below(rarity, _) => i32::try_from(rarity).unwrap_or(i32::MAX),
    };
    Some(RankKey::new(order, shape, rarity, FIRST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_each_shape_is_what_the_order_puts_behind_a_place() {
        let shapes: Vec<Shape> = ["2x2", "2x3", "2x2x2", "3x3", "2x5", "3x2"]
            .map(|shape| shape.parse().expect("a shape"))
            .into();
        let ids = [[0_u8; 16], [7; 16], [0xff; 16]];
        let places = || {
            shapes.iter().flat_map(|shape| {
                [-3, 0, 5, 6].into_iter().flat_map(move |rarity| {
                    ids.map(|id| Place {
                        shape: shape.clone(),
                        rarity,
                        id: Uuid::from_bytes(id),
                    })
                })
            })
        };
        for order in Order::ALL {
            for (here, other) in places().flat_map(|here| places().map(move |other| (here.clone(), other))) {
                let behind = other.key(order) > here.key(order);
                let told = match here.rest_of(&other.shape, order) {
                    Rest::Nothing => false,
                    Rest::All => true,
                    Rest::Below(rarity, id) => (i64::from(other.rarity), other.id) < (rarity, id),
                };
                assert_eq!(told, behind, "{order}: {other:?} behind {here:?}");
            }
        }
    }
}
