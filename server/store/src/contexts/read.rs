//! Making, finding and listing contexts.

use chrono::{DateTime, Utc};
use crochet_domain::ports::{
    ContextKey, ContextRecord, ContextState, ContextTotals, ContextVersion, ContextsError, NewContext, Page,
    PageRequest,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::Outcome;
use super::rows::{ACTIVE, active, context_of, count, version_of};
use crate::clock::millis;
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Tx};
use crate::entities::contexts::{Column, Entity, Model};

impl From<Foreign> for Abort<ContextsError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(ContextsError::ForeignCursor)
    }
}

pub(super) async fn create(tx: &Tx, new: &NewContext, now: DateTime<Utc>) -> Outcome<ContextRecord> {
    if Entity::find()
        .filter(Column::Slug.eq(&new.slug))
        .one(&**tx)
        .await?
        .is_some()
    {
        return Err(Abort::Refused(ContextsError::SlugTaken {
            slug: new.slug.clone(),
        }));
    }
    let settings = serde_json::to_string(&new.settings).expect("settings are numbers and texts");
    let row = Model {
        id: ContextKey::generate().0,
        slug: new.slug.clone(),
        title: new.title.clone(),
        settings,
        state: ACTIVE.to_owned(),
        version: 0,
        settled: 0,
        truncated: false,
        words: 0,
        sentences: 0,
        phrases: 0,
        corpora: 0,
        orthos: 0,
        remediations: 0,
        created_at: millis(now),
    };
    context_of(row.into_active_model().insert(&**tx).await?)
}

pub(super) async fn list(tx: &Tx, page: &PageRequest) -> Outcome<Page<ContextRecord>> {
    let list = List::new("contexts");
    let mut query = Entity::find()
        .filter(Column::State.eq(ACTIVE))
        .order_by_asc(Column::Slug)
        .limit(fetch(page));
    if let Some(slug) = list.start::<String>(page)? {
        query = query.filter(Column::Slug.gt(slug));
    }
    let rows = query
        .all(&**tx)
        .await?
        .into_iter()
        .map(context_of)
        .collect::<Outcome<Vec<_>>>()?;
    Ok(list.page(rows, page, |row| row.slug.clone()))
}

pub(super) async fn totals(tx: &Tx) -> Outcome<ContextTotals> {
    // The sum of numbers of 64 bits may be of another type, and is nothing where there are no rows.
    let sum = |column: Column| {
        Expr::expr(Expr::col(column).sum())
            .if_null(0_i64)
            .cast_as("BIGINT")
    };
    let found: Option<(i64, i64, i64)> = Entity::find()
        .select_only()
        .expr_as(Expr::col(Column::Id).count(), "contexts")
        .expr_as(sum(Column::Orthos), "orthos")
        .expr_as(sum(Column::Remediations), "remediations")
        .filter(Column::State.eq(ACTIVE))
        .into_tuple()
        .one(&**tx)
        .await?;
    let (contexts, orthos, remediations) = found.unwrap_or_default();
    Ok(ContextTotals {
        contexts: count(contexts),
        orthos: count(orthos),
        remediations: count(remediations),
    })
}

pub(super) async fn find(tx: &Tx, slug: &str) -> Outcome<ContextRecord> {
    let found = Entity::find()
        .filter(Column::Slug.eq(slug))
        .filter(Column::State.eq(ACTIVE))
        .one(&**tx)
        .await?;
    found.map_or(Err(Abort::Refused(ContextsError::NotFound)), context_of)
}

pub(super) async fn get(tx: &Tx, key: ContextKey) -> Outcome<ContextRecord> {
    active(tx, key)
        .await?
        .map_or(Err(Abort::Refused(ContextsError::NotFound)), context_of)
}

pub(super) async fn version(tx: &Tx, key: ContextKey) -> Outcome<ContextVersion> {
    let row = Entity::find_by_id(key.0)
        .one(&**tx)
        .await?
        .ok_or(Abort::Refused(ContextsError::NotFound))?;
    Ok(ContextVersion {
        version: version_of(row.version)?,
        settled: version_of(row.settled)?,
        state: if row.state == ACTIVE {
            ContextState::Active
        } else {
            ContextState::Deleting
        },
    })
}

/// The context must be there for what hangs on it to be listed.
pub(super) async fn require(tx: &Tx, key: ContextKey) -> Outcome<Model> {
    active(tx, key)
        .await?
        .ok_or(Abort::Refused(ContextsError::NotFound))
}
