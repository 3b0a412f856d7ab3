//! A text that is in but was never searched to the end: it came without a search, its search was cancelled, or something
//! of it was given up. Whoever sends it again with one wants what was left out.
//!
//! What was given up is handed over again. A cancelled wave of then goes on with all that it began with. What it had found and not yet expanded was dropped, and its rows
//! may be forgotten by now; so every ortho of its version or a later one is expanded anew. That finds nothing twice,
//! because everything is known by its content. It must never count what another wave still has open.

use chrono::{DateTime, Utc};
use crochet_domain::phrases::ContextView;
use crochet_domain::ports::{ContextKey, IngestError, WaveId, WaveRecord};
use crochet_domain::{Ortho, Version, WorkPayload};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::add::first_items;
use super::waves::{CANCELLED, RUNNING, advance_settled, get, record, settle};
use crate::contexts::locked;
use crate::database::{Abort, Tx};
use crate::entities::{contexts, orthos, waves};
use crate::ledger::{reopen_items, reopen_wave, retry};
use crate::orthos::ortho_of;

/// Orthos that are read at once.
const PAGE: u64 = 10_000;

/// Sets the wave going again, unless somebody else has.
pub(super) async fn search_again(tx: &Tx, id: WaveId, now: DateTime<Utc>) -> Outcome<WaveRecord> {
    let gone = || Abort::Refused(IngestError::WaveNotFound);
    let wave = waves::Entity::find_by_id(id.0)
        .one(&**tx)
        .await?
        .ok_or_else(gone)?;
    let context = ContextKey(wave.context_id);
    let phrases = locked(tx, context)
        .await?
        .ok_or_else(gone)?
        .phrases
        .unsigned_abs();
    if wave.state == RUNNING {
        retry(tx, id.0).await?;
    }
    if wave.state != CANCELLED {
        return record(tx, wave).await;
    }
    let most = ContextView::PHRASES_MAX as u64;
    if phrases > most {
        return Err(Abort::Refused(IngestError::TooManyPhrases { phrases, most }));
    }
    let version = Version::try_from(wave.to_version).map_err(|error| Abort::Damaged(error.to_string()))?;
    let mut open = 0;
    if wave.sentences_added > 0 {
        // What is left of a cut item is known by its content too: a row that is done would hide it.
        open += reopen_wave(tx, id, now).await?;
        open += reopen_items(tx, context, id, &first_items(version), now).await?;
        open += expand_from(tx, context, id, version, now).await?;
    }
    waves::Entity::update_many()
        .col_expr(waves::Column::State, Expr::value(RUNNING))
        .col_expr(waves::Column::Truncated, Expr::value(false))
        .col_expr(waves::Column::EndedAt, Expr::value(None::<i64>))
        .col_expr(waves::Column::ItemsTotal, Expr::value(open as i64))
        .col_expr(waves::Column::ItemsOpen, Expr::value(open as i64))
        .filter(waves::Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    unmark(tx, context).await?;
    advance_settled(tx, context).await?;
    settle(tx, context, now).await?;
    get(tx, id).await
}

/// Opens items that expand all orthos of a version and of later ones.
async fn expand_from(
    tx: &Tx,
    context: ContextKey,
    wave: WaveId,
    version: Version,
    now: DateTime<Utc>,
) -> Outcome<u64> {
    let mut open = 0;
    let mut after: Option<Uuid> = None;
    loop {
        let mut query = orthos::Entity::find()
            .filter(orthos::Column::ContextId.eq(context.0))
            .filter(orthos::Column::MinVersion.gte(i64::from(version)))
            .order_by_asc(orthos::Column::Id)
            .limit(PAGE);
        if let Some(after) = after {
            query = query.filter(orthos::Column::Id.gt(after));
        }
        let rows = query.all(&**tx).await?;
        after = rows.last().map(|row| row.id);
        if after.is_none() {
            return Ok(open);
        }
        let found: Vec<Ortho> = rows.iter().map(ortho_of).collect::<Outcome<_>>()?;
        let items = WorkPayload::expand(&found.iter().collect::<Vec<_>>());
        open += reopen_items(tx, context, wave, &items, now).await?;
    }
}

/// The context is whole again when none of its waves is cut short.
async fn unmark(tx: &Tx, context: ContextKey) -> Outcome<()> {
    let cut = waves::Entity::find()
        .filter(waves::Column::ContextId.eq(context.0))
        .filter(waves::Column::Truncated.eq(true))
        .count(&**tx)
        .await?;
    contexts::Entity::update_many()
        .col_expr(contexts::Column::Truncated, Expr::value(cut > 0))
        .filter(contexts::Column::Id.eq(context.0))
        .exec(&**tx)
        .await?;
    Ok(())
}
