//! How many orthos there are of each shape, and which shapes a list has to look at.

use std::collections::BTreeMap;

use crochet_domain::Shape;
use crochet_domain::ports::{ContextKey, OrthoQuery, ShapeCount};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::Outcome;
use super::merge::Versions;
use crate::database::{Abort, Tx};
use crate::entities::contexts;
use crate::entities::shape_counts::{ActiveModel, Column, Entity, Model};

/// The version under which the orthos of all versions are counted.
pub(crate) const ALL_VERSIONS: i64 = 0;
/// Counts of shape and version that are looked at one by one.
const COUNTS_MAX: u64 = 512;
/// Versions of one shape that are merged. With more of them, the orthos of other versions are passed over instead.
const VERSIONS_MAX: usize = 16;

/// How many orthos there are of each shape.
pub(super) async fn counts(tx: &Tx, context: &contexts::Model) -> Outcome<Vec<ShapeCount>> {
    let rows = Entity::find()
        .filter(Column::ContextId.eq(context.id))
        .filter(Column::Version.is_in([ALL_VERSIONS, context.version]))
        .all(&**tx)
        .await?;
    let mut counts: BTreeMap<Shape, (u64, u64)> = BTreeMap::new();
    for row in rows {
        let (orthos, added) = counts.entry(shape_of(&row)?).or_default();
        let count = row.orthos.unsigned_abs();
        match row.version {
            ALL_VERSIONS => *orthos = count,
            _ => *added = count,
        }
    }
    Ok(counts
        .into_iter()
        .map(|(shape, (orthos, added))| ShapeCount { shape, orthos, added })
        .collect())
}

/// The shapes that a list has to look at, with the versions of each.
pub(super) async fn wanted(
    tx: &Tx,
    context: ContextKey,
    query: &OrthoQuery,
) -> Outcome<Vec<(Shape, Versions)>> {
    let lists = match (query.at_version, query.after_version) {
        (Some(only), after) if after.is_some_and(|after| only <= after) => Vec::new(),
        (Some(only), _) => of_version(tx, context, only.into()).await?,
        (None, Some(after)) => of_versions_after(tx, context, after.into()).await?,
        (None, None) => of_all_versions(tx, context, Versions::All).await?,
    };
    Ok(lists
        .into_iter()
        .filter(|(shape, _)| fits(query, shape))
        .collect())
}

/// Whether the orthos of a shape are asked for.
pub(super) fn fits(query: &OrthoQuery, shape: &Shape) -> bool {
    query
        .shape
        .as_ref()
        .is_none_or(|wanted| wanted.ascending() == *shape)
        && query.dims.is_none_or(|dims| usize::from(dims) == shape.dims())
        && query
            .smallest_extent
            .is_none_or(|least| shape.smallest_extent() >= least)
}

async fn of_version(tx: &Tx, context: ContextKey, version: i64) -> Outcome<Vec<(Shape, Versions)>> {
    let rows = Entity::find()
        .filter(Column::ContextId.eq(context.0))
        .filter(Column::Version.eq(version))
        .all(&**tx)
        .await?;
    let list = |row: &Model| Ok((shape_of(row)?, Versions::Only(version)));
    rows.iter().map(list).collect()
}

async fn of_all_versions(
    tx: &Tx,
    context: ContextKey,
    versions: Versions,
) -> Outcome<Vec<(Shape, Versions)>> {
    let shapes = of_version(tx, context, ALL_VERSIONS).await?;
    Ok(shapes.into_iter().map(|(shape, _)| (shape, versions)).collect())
}

async fn of_versions_after(tx: &Tx, context: ContextKey, version: i64) -> Outcome<Vec<(Shape, Versions)>> {
    let rows = Entity::find()
        .filter(Column::ContextId.eq(context.0))
        .filter(Column::Version.gt(version))
        .order_by_desc(Column::Version)
        .limit(COUNTS_MAX + 1)
        .all(&**tx)
        .await?;
    if rows.len() as u64 > COUNTS_MAX {
        return of_all_versions(tx, context, Versions::After(version)).await;
    }
    let mut versions: BTreeMap<Shape, Vec<i64>> = BTreeMap::new();
    for row in &rows {
        versions.entry(shape_of(row)?).or_default().push(row.version);
    }
    let mut lists = Vec::new();
    for (shape, versions) in versions {
        if versions.len() > VERSIONS_MAX {
            lists.push((shape, Versions::After(version)));
        } else {
            let only = versions
                .into_iter()
                .map(|only| (shape.clone(), Versions::Only(only)));
            lists.extend(only);
        }
    }
    Ok(lists)
}

fn shape_of(row: &Model) -> Outcome<Shape> {
    row.shape
        .parse()
        .map_err(|_| Abort::Damaged(format!("the shape {}", row.shape)))
}

/// Adds orthos that are new, given as shape and version.
pub(super) async fn add(
    tx: &Tx,
    context: ContextKey,
    new: impl Iterator<Item = (String, i64)>,
) -> Outcome<()> {
    let mut counts: BTreeMap<(i64, String), i64> = BTreeMap::new();
    for (shape, version) in new {
        *counts.entry((ALL_VERSIONS, shape.clone())).or_default() += 1;
        *counts.entry((version, shape)).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let counted = counts.into_iter().map(|((version, shape), orthos)| ActiveModel {
        context_id: Set(context.0),
        version: Set(version),
        shape: Set(shape),
        orthos: Set(orthos),
    });
    let before = Expr::col((Entity, Column::Orthos));
    let added = Expr::col(("excluded", Column::Orthos));
    let mut add = OnConflict::columns([Column::ContextId, Column::Version, Column::Shape]);
    add.value(Column::Orthos, before.add(added));
    Entity::insert_many(counted)
        .on_conflict(add)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}
