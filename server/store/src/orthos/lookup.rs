//! Orthos by their ids.

use std::collections::{BTreeSet, HashMap};

use crochet_domain::ports::ContextKey;
use crochet_domain::{Ortho, OrthoId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::list::require;
use super::rows::ortho_of;
use crate::database::{Abort, Tx};
use crate::entities::orthos::{Column, Entity};

/// Ids in one lookup.
const LOOKUP: usize = 1_000;

fn keys(ids: &[OrthoId]) -> Vec<Uuid> {
    let sorted: BTreeSet<OrthoId> = ids.iter().copied().collect();
    sorted
        .into_iter()
        .map(|id| Uuid::from_bytes(*id.as_bytes()))
        .collect()
}

pub(super) async fn get(tx: &Tx, context: ContextKey, ids: &[OrthoId]) -> Outcome<Vec<Ortho>> {
    require(tx, context).await?;
    let mut found: Vec<Ortho> = by_ids(tx, context, &keys(ids)).await?.into_values().collect();
    found.sort_unstable_by_key(|ortho| ortho.id);
    Ok(found)
}

/// The orthos that have these ids.
pub(super) async fn by_ids(tx: &Tx, context: ContextKey, ids: &[Uuid]) -> Outcome<HashMap<OrthoId, Ortho>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(LOOKUP) {
        let rows = Entity::find()
            .filter(Column::ContextId.eq(context.0))
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .all(&**tx)
            .await?;
        for row in &rows {
            let ortho = ortho_of(row)?;
            found.insert(ortho.id, ortho);
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
