//! Lists of orthos by keyset, look-ups, counts.
//!
//! Every order descends in all its columns, the id last, so a page continues with one row-value comparison, which an
//! index can serve. Words stand in packed cells that no engine can search: a list of orthos that contain words is read
//! in order and sifted here, up to a bound, and may give a short page with a token to go on.

use std::collections::{BTreeMap, BTreeSet};

use crochet_domain::ortho::Order;
use crochet_domain::ports::{ContextKey, OrthoQuery, OrthosError, Page, ShapeCount};
use crochet_domain::{Ortho, OrthoId, Shape};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::Outcome;
use super::rows::ortho_of;
use crate::contexts::active;
use crate::cursor::{Foreign, List, limit};
use crate::database::{Abort, Tx};
use crate::entities::orthos::{Column, Entity, Model};
use crate::entities::{contexts, shape_counts};

/// Rows read at a time when they are sifted.
const SIFT_BATCH: u64 = 2_000;
/// Rows that one page sifts at most.
const SIFT_MAX: u64 = 400_000;
/// Ids in one lookup.
const LOOKUP: usize = 1_000;

/// Where an ortho stands in an order: three measures and the id.
type Place = (i64, i64, i64, Uuid);

impl From<Foreign> for Abort<OrthosError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(OrthosError::ForeignCursor)
    }
}

pub(super) async fn list(tx: &Tx, context: ContextKey, query: &OrthoQuery) -> Outcome<Page<Ortho>> {
    require(tx, context).await?;
    let list = List::new(&description(context, query));
    let mut place: Option<Place> = list.start(&query.page)?;
    let room = limit(&query.page) + 1;
    let sifting = !query.containing.is_empty();
    let batch = if sifting {
        Ord::max(SIFT_BATCH, room as u64)
    } else {
        room as u64
    };
    let mut found = Vec::new();
    let mut read = 0;
    loop {
        let rows = ordered(filtered(context, query), query.order, place)
            .limit(batch)
            .all(&**tx)
            .await?;
        let last = (rows.len() as u64) < batch;
        place = rows.last().map(|row| place_of(row, query.order)).or(place);
        read += rows.len() as u64;
        for row in &rows {
            let ortho = ortho_of(row)?;
            if query.containing.iter().all(|word| ortho.cells.contains(word)) {
                found.push((place_of(row, query.order), ortho));
            }
        }
        if last || found.len() >= room {
            let page = list.page(found, &query.page, |(place, _)| *place);
            return Ok(page.map(|(_, ortho)| ortho));
        }
        if read >= SIFT_MAX {
            let items = found.into_iter().map(|(_, ortho)| ortho).collect();
            return Ok(Page {
                items,
                next: place.map(|place| list.cursor(&place)),
            });
        }
    }
}

fn description(context: ContextKey, query: &OrthoQuery) -> String {
    let OrthoQuery {
        shape,
        dims,
        smallest_extent,
        containing,
        after_version,
        at_version,
        order,
        page: _,
    } = query;
    format!(
        "orthos/{context}/{shape:?}/{dims:?}/{smallest_extent:?}/{containing:?}/{after_version:?}/{at_version:?}/{order}"
    )
}

fn filtered(context: ContextKey, query: &OrthoQuery) -> Select<Entity> {
    let mut select = Entity::find().filter(Column::ContextId.eq(context.0));
    if let Some(shape) = &query.shape {
        // The extent and the volume follow from the shape; saying so lets the index of the default order serve it.
        select = select
            .filter(Column::Shape.eq(shape.ascending().to_string()))
            .filter(Column::SmallestExtent.eq(i64::from(shape.smallest_extent())))
            .filter(Column::Volume.eq(i64::try_from(shape.volume()).unwrap_or(i64::MAX)));
    }
    if let Some(dims) = query.dims {
        select = select.filter(Column::Dims.eq(i64::from(dims)));
    }
    if let Some(extent) = query.smallest_extent {
        select = select.filter(Column::SmallestExtent.gte(i64::from(extent)));
    }
    if let Some(version) = query.after_version {
        select = select.filter(Column::MinVersion.gt(i64::from(version)));
    }
    if let Some(version) = query.at_version {
        select = select.filter(Column::MinVersion.eq(i64::from(version)));
    }
    select
}

/// The columns of an order, greatest first. An order with two measures repeats the last, to give all the same form.
fn measures(order: Order) -> [Column; 3] {
    match order {
        Order::Square => [Column::SmallestExtent, Column::Volume, Column::Rarity],
        Order::Long => [Column::Volume, Column::Rarity, Column::Rarity],
        Order::Cells => [Column::CellCount, Column::Rarity, Column::Rarity],
        Order::Rarity => [Column::Rarity, Column::Volume, Column::Volume],
    }
}

fn ordered(select: Select<Entity>, order: Order, after: Option<Place>) -> Select<Entity> {
    let columns = measures(order);
    let mut select = select
        .order_by_desc(columns[0])
        .order_by_desc(columns[1])
        .order_by_desc(columns[2])
        .order_by_desc(Column::Id);
    if let Some((first, second, third, id)) = after {
        let row = Expr::tuple(columns.into_iter().chain([Column::Id]).map(Expr::col));
        let place = Expr::tuple([first.into(), second.into(), third.into(), Expr::value(id)]);
        select = select.filter(row.lt(place));
    }
    select
}

fn place_of(row: &Model, order: Order) -> Place {
    let measure = |column| match column {
        Column::SmallestExtent => row.smallest_extent,
        Column::Volume => row.volume,
        Column::CellCount => row.cell_count,
        _ => row.rarity,
    };
    let [first, second, third] = measures(order).map(measure);
    (first, second, third, row.id)
}

async fn require(tx: &Tx, context: ContextKey) -> Outcome<contexts::Model> {
    active(tx, context)
        .await?
        .ok_or(Abort::Refused(OrthosError::ContextNotFound))
}

fn keys(ids: &[OrthoId]) -> Vec<Uuid> {
    let sorted: BTreeSet<OrthoId> = ids.iter().copied().collect();
    sorted
        .into_iter()
        .map(|id| Uuid::from_bytes(*id.as_bytes()))
        .collect()
}

pub(super) async fn get(tx: &Tx, context: ContextKey, ids: &[OrthoId]) -> Outcome<Vec<Ortho>> {
    require(tx, context).await?;
    let mut found = Vec::with_capacity(ids.len());
    for chunk in keys(ids).chunks(LOOKUP) {
        let rows = Entity::find()
            .filter(Column::ContextId.eq(context.0))
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .order_by_asc(Column::Id)
            .all(&**tx)
            .await?;
        for row in &rows {
            found.push(ortho_of(row)?);
        }
    }
    Ok(found)
}

pub(super) async fn existing(tx: &Tx, context: ContextKey, ids: &[OrthoId]) -> Outcome<Vec<OrthoId>> {
    require(tx, context).await?;
    let mut found = Vec::new();
    for chunk in keys(ids).chunks(LOOKUP) {
        let stored: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::ContextId.eq(context.0))
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(&**tx)
            .await?;
        found.extend(stored.into_iter().map(|id| OrthoId::from_bytes(*id.as_bytes())));
    }
    Ok(found)
}

pub(super) async fn counts(tx: &Tx, context: ContextKey) -> Outcome<Vec<ShapeCount>> {
    let version = require(tx, context).await?.version;
    let rows = shape_counts::Entity::find()
        .filter(shape_counts::Column::ContextId.eq(context.0))
        .all(&**tx)
        .await?;
    let mut counts: BTreeMap<Shape, (u64, u64)> = BTreeMap::new();
    for row in rows {
        let shape = row
            .shape
            .parse()
            .map_err(|_| Abort::Damaged(format!("the shape {}", row.shape)))?;
        let (orthos, added) = counts.entry(shape).or_default();
        *orthos += row.orthos.unsigned_abs();
        *added += if row.version == version {
            row.orthos.unsigned_abs()
        } else {
            0
        };
    }
    Ok(counts
        .into_iter()
        .map(|(shape, (orthos, added))| ShapeCount { shape, orthos, added })
        .collect())
}

/// Ids in order, behind `after`.
pub(crate) async fn ids_after<E>(
    tx: &Tx,
    context: ContextKey,
    after: Option<OrthoId>,
    limit: u64,
) -> Result<Vec<OrthoId>, Abort<E>> {
    let mut query = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ContextId.eq(context.0))
        .order_by_asc(Column::Id)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(Uuid::from_bytes(*after.as_bytes())));
    }
    let ids: Vec<Uuid> = query.into_tuple().all(&**tx).await?;
    Ok(ids
        .into_iter()
        .map(|id| OrthoId::from_bytes(*id.as_bytes()))
        .collect())
}
