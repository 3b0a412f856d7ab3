//! Lists of orthos, a page at a time, each page at the same cost wherever it stands.

use crochet_domain::Ortho;
use crochet_domain::ports::{ContextKey, OrthoQuery, OrthosError, Page};
use uuid::Uuid;

use super::Outcome;
use super::merge::{Merge, Versions};
use super::place::Place;
use super::rows::ortho_of;
use super::{shapes, words};
use crate::contexts::active;
use crate::cursor::{Foreign, List, limit};
use crate::database::{Abort, Tx};
use crate::entities::contexts;

impl From<Foreign> for Abort<OrthosError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(OrthosError::ForeignCursor)
    }
}

pub(super) async fn require(tx: &Tx, context: ContextKey) -> Outcome<contexts::Model> {
    active(tx, context)
        .await?
        .ok_or(Abort::Refused(OrthosError::ContextNotFound))
}

pub(super) async fn list(tx: &Tx, context: ContextKey, query: &OrthoQuery) -> Outcome<Page<Ortho>> {
    require(tx, context).await?;
    let list = List::new(&description(context, query));
    let after: Option<Place> = list.start(&query.page)?;
    let room = limit(&query.page) + 1;
    let found = if query.containing.is_empty() {
        merged(tx, context, query, after.as_ref(), room).await?
    } else {
        words::containing(tx, context, query, after.as_ref(), room).await?
    };
    Ok(list.page(found, &query.page, |ortho| Place {
        shape: ortho.shape.ascending(),
        rarity: ortho.rarity,
        id: Uuid::from_bytes(*ortho.id.as_bytes()),
    }))
}

async fn merged(
    tx: &Tx,
    context: ContextKey,
    query: &OrthoQuery,
    after: Option<&Place>,
    room: usize,
) -> Outcome<Vec<Ortho>> {
    let lists = match (&query.shape, query.at_version, query.after_version) {
        (Some(shape), None, None) if shapes::fits(query, &shape.ascending()) => {
            vec![(shape.ascending(), Versions::All)]
        }
        _ => shapes::wanted(tx, context, query).await?,
    };
    let mut merge = Merge::new(context, query.order, lists, after, room);
    let mut found = Vec::new();
    while found.len() < room
        && let Some(row) = merge.next(tx).await?
    {
        found.push(ortho_of(&row)?);
    }
    Ok(found)
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
