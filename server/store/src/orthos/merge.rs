//! The lists of single shapes, merged: each is read from an index, in small pieces, and only when its turn may have come.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crochet_domain::Shape;
use crochet_domain::ortho::{Order, RankKey};
use crochet_domain::ports::ContextKey;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::Outcome;
use super::place::{Place, Rest, first_possible};
use crate::database::Tx;
use crate::entities::orthos::{Column, Entity, Model};

/// Which versions of a shape are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Versions {
    All,
    Only(i64),
    After(i64),
}

/// The list of one shape, as far as it was read.
#[derive(Debug)]
struct Stream {
    shape: Shape,
    versions: Versions,
    rest: Rest,
    rows: VecDeque<Model>,
}

/// The merge of some streams.
#[derive(Debug)]
pub(super) struct Merge {
    context: ContextKey,
    order: Order,
    streams: Vec<Stream>,
    next: BinaryHeap<Reverse<(RankKey, usize)>>,
    batch: u64,
}

impl Merge {
    /// The orthos of these shapes and versions behind a place. `room` is how many will be asked for.
    pub(super) fn new(
        context: ContextKey,
        order: Order,
        lists: Vec<(Shape, Versions)>,
        after: Option<&Place>,
        room: usize,
    ) -> Self {
        let share = if lists.len() > 1 { room / 4 + 4 } else { room };
        let mut merge = Self {
            context,
            order,
            streams: Vec::with_capacity(lists.len()),
            next: BinaryHeap::with_capacity(lists.len()),
            batch: share as u64,
        };
        for (shape, versions) in lists {
            let rest = after.map_or(Rest::All, |place| place.rest_of(&shape, order));
            merge.streams.push(Stream {
                shape,
                versions,
                rest,
                rows: VecDeque::new(),
            });
            merge.wait_for(merge.streams.len() - 1);
        }
        merge
    }

    /// The next ortho.
    pub(super) async fn next(&mut self, tx: &Tx) -> Outcome<Option<Model>> {
        while let Some(Reverse((_, at))) = self.next.pop() {
            let row = self.streams[at].rows.pop_front();
            if row.is_none() {
                self.read(tx, at).await?;
            }
            self.wait_for(at);
            if row.is_some() {
                return Ok(row);
            }
        }
        Ok(None)
    }

    /// Gives a stream its turn: that of its next row, or that which its next row may have at best.
    fn wait_for(&mut self, at: usize) {
        let stream = &self.streams[at];
        let key = match stream.rows.front() {
            Some(row) => Some(place_of(row, &stream.shape).key(self.order)),
            None => first_possible(&stream.shape, self.order, stream.rest),
        };
        if let Some(key) = key {
            self.next.push(Reverse((key, at)));
        }
    }

    async fn read(&mut self, tx: &Tx, at: usize) -> Outcome<()> {
        let stream = &mut self.streams[at];
        let rows = select(self.context, &stream.shape, stream.versions, stream.rest)
            .limit(self.batch)
            .all(&**tx)
            .await?;
        stream.rest = match rows.last() {
            Some(last) if rows.len() as u64 == self.batch => Rest::Below(last.rarity, last.id),
            _ => Rest::Nothing,
        };
        stream.rows = rows.into();
        Ok(())
    }
}

/// The orthos of a shape, in the order of their rarity.
pub(super) fn select(context: ContextKey, shape: &Shape, versions: Versions, rest: Rest) -> Select<Entity> {
    let mut select = Entity::find()
        .filter(Column::ContextId.eq(context.0))
        .filter(Column::Shape.eq(shape.to_string()))
        .order_by_desc(Column::Rarity)
        .order_by_desc(Column::Id);
    match versions {
        Versions::All => {}
        Versions::Only(version) => select = select.filter(Column::MinVersion.eq(version)),
        // As a sum, so that no engine takes the index of versions, which has another order.
        Versions::After(version) => {
            select = select.filter(Expr::col(Column::MinVersion).add(0_i64).gt(version));
        }
    }
    if let Rest::Below(rarity, id) = rest {
        let row = Expr::tuple([Expr::col(Column::Rarity), Expr::col(Column::Id)]);
        select = select.filter(row.lt(Expr::tuple([Expr::value(rarity), Expr::value(id)])));
    }
    select
}

/// Where a row of a shape stands.
pub(super) fn place_of(row: &Model, shape: &Shape) -> Place {
    Place {
        shape: shape.clone(),
        rarity: i32::try_from(row.rarity).unwrap_or(i32::MAX),
        id: Uuid::from_bytes(*row.id.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{DEAR, Fixture};

    #[tokio::test]
    async fn a_page_of_a_shape_is_read_from_an_index_in_its_order() {
        let fixture = Fixture::new().await;
        let shape: Shape = "2x3".parse().unwrap();
        for versions in [Versions::All, Versions::Only(3), Versions::After(3)] {
            for rest in [Rest::All, Rest::Below(7, Uuid::nil())] {
                let page = select(ContextKey::generate(), &shape, versions, rest).limit(50);
                let plan = fixture.plan_of(page).await;
                let dear = |step: &String| DEAR.iter().any(|dear| step.contains(dear));
                assert!(!plan.iter().any(dear), "{versions:?} {rest:?}: {plan:?}");
                let index = match versions {
                    Versions::Only(_) => "ix_orthos_context_id_min_version_shape_rarity_id",
                    _ => "ix_orthos_context_id_shape_rarity_id",
                };
                assert!(plan[0].contains(index), "{versions:?} {rest:?}: {plan:?}");
            }
        }
    }
}
