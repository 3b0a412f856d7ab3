//! Taking a report: the only way by which orthos and remediations come into being.
//!
//! One transaction: the context's row is locked and its version read; orthos that are new are written, then the
//! remediations (their parents are there now), then ledger rows for what is new and still to be expanded; the item is
//! set done if the report was made from the very version that the context has. Otherwise something was ingested
//! meanwhile, whose wake may have run before these remediations were there: the worker must read what is newer and
//! report again. So no wave settles before its late reads, whatever crashes.
//!
//! Everything is insert-or-ignore, so a report may come twice, or from two workers.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use crochet_domain::ports::{ContextKey, ItemId, ItemKind, ItemReport, OrthosError, ReportOutcome, WaveId};
use crochet_domain::{Ortho, Version, WorkPayload};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::rows::{ortho_row, remediation_rows};
use super::{shapes, words};
use crate::clock::millis;
use crate::contexts::locked;
use crate::database::{Abort, Tx, insert_new, insert_new_returning_keys};
use crate::entities::{
    contexts, ortho_words, orthos, pipeline_items, remediation_words, remediations, waves,
};
use crate::ingest::settle;
use crate::ledger::insert_items;
use crate::postings::Postings;
use crate::remediations::note;

/// Ids in one lookup.
const LOOKUP: usize = 1_000;

/// A report turned into rows before the transaction begins, sorted by key.
pub(super) struct Rows {
    context: ContextKey,
    item: ItemId,
    context_version: Version,
    orthos: Vec<orthos::ActiveModel>,
    /// The first pair of each grid: as many of these are new as grids are.
    remediations: Vec<remediations::ActiveModel>,
    /// The other pairs of grids with more axes.
    further_pairs: Vec<remediations::ActiveModel>,
    found: HashMap<Uuid, (Ortho, bool)>,
    /// What the runs of words that grids wait behind are found by.
    waiting_words: Postings,
    next_items: Vec<WorkPayload>,
    more: bool,
    truncated: bool,
}

/// What a report did.
pub(super) struct Applied {
    pub(super) outcome: ReportOutcome,
    pub(super) items_written: bool,
    /// The wave that it brought forward.
    pub(super) wave: Option<WaveId>,
}

impl Rows {
    pub(super) fn new(context: ContextKey, report: ItemReport) -> Self {
        let ItemReport {
            item,
            report,
            more,
            truncated,
        } = report;
        let mut keyed: Vec<_> = report
            .orthos
            .into_iter()
            .map(|reported| {
                (
                    Uuid::from_bytes(*reported.ortho.id.as_bytes()),
                    reported.ortho,
                    reported.pending,
                )
            })
            .collect();
        keyed.sort_unstable_by_key(|(id, ..)| *id);
        keyed.dedup_by_key(|(id, ..)| *id);
        let rows = keyed
            .iter()
            .map(|(_, ortho, _)| ortho_row(context, ortho))
            .collect();
        let (mut waiting, mut further) = (Vec::new(), Vec::new());
        let mut waiting_words = Postings::default();
        for remediation in &report.remediations {
            let mut pairs = remediation_rows(context, remediation);
            waiting.extend(pairs.next());
            further.extend(pairs);
            note(&mut waiting_words, remediation);
        }
        for rows in [&mut waiting, &mut further] {
            rows.sort_unstable_by_key(|row| (*row.pair.as_ref(), *row.id.as_ref()));
        }
        Self {
            context,
            item,
            context_version: report.context_version,
            orthos: rows,
            remediations: waiting,
            further_pairs: further,
            found: keyed
                .into_iter()
                .map(|(id, ortho, pending)| (id, (ortho, pending)))
                .collect(),
            waiting_words,
            next_items: report.next_items,
            more,
            truncated,
        }
    }
}

pub(super) async fn apply(tx: &Tx, rows: &Rows, now: DateTime<Utc>) -> Outcome<Applied> {
    let context = locked(tx, rows.context)
        .await?
        .ok_or(Abort::Refused(OrthosError::ContextNotFound))?;
    let current = Version::try_from(context.version).map_err(|error| Abort::Damaged(error.to_string()))?;
    if rows.context_version > current {
        return Err(Abort::Refused(OrthosError::VersionAhead {
            used: rows.context_version,
            current,
        }));
    }
    let mut outcome = ReportOutcome {
        done: true,
        context_version: current,
        orthos_added: 0,
        remediations_added: 0,
        settled: false,
    };
    let Some(wave) = wave_for(tx, rows).await? else {
        return Ok(Applied {
            outcome,
            items_written: false,
            wave: None,
        });
    };
    let new = insert_new_returning_keys(&**tx, &rows.orthos).await?;
    outcome.orthos_added = new.len() as u64;
    outcome.remediations_added = write_remediations(tx, rows, &context).await?;
    let behind = rows.context_version < current;
    let items = write_items(tx, rows, wave, &new, behind, now).await?;
    outcome.done = !rows.more && rows.context_version == current;
    let closed = if outcome.done {
        close(tx, rows.item, now).await?
    } else {
        0
    };
    index(tx, rows, &context, &new, outcome.remediations_added).await?;
    count(tx, rows, wave, &outcome, items, closed).await?;
    outcome.settled = settle(tx, rows.context, wave, now).await?;
    Ok(Applied {
        outcome,
        items_written: items > 0,
        wave: Some(wave),
    })
}

/// The wave of an item that is open. An item that is done, or was dropped with its wave, takes no more reports: whoever
/// set it done has found all there is, and a stale worker would only start work that nobody waits for.
async fn wave_for(tx: &Tx, rows: &Rows) -> Outcome<Option<WaveId>> {
    let item = pipeline_items::Entity::find_by_id(rows.item.0)
        .filter(pipeline_items::Column::ContextId.eq(rows.context.0))
        .filter(pipeline_items::Column::Kind.ne(ItemKind::Survey.as_str()))
        .filter(pipeline_items::Column::DoneAt.is_null())
        .one(&**tx)
        .await?;
    Ok(item.map(|item| WaveId(item.wave_id)))
}

/// In a truncated context a parent may never have been stored; what would wait for it is left out.
async fn write_remediations(tx: &Tx, rows: &Rows, context: &contexts::Model) -> Outcome<u64> {
    let missing = missing_parents(tx, rows).await?;
    if missing.is_empty() {
        insert_new(&**tx, &rows.further_pairs).await?;
        return Ok(insert_new(&**tx, &rows.remediations).await?);
    }
    let orphan = |row: &&remediations::ActiveModel| missing.contains(row.parent_id.as_ref());
    if !context.truncated {
        let remediation = rows
            .remediations
            .iter()
            .find(orphan)
            .map_or_else(String::new, |row| row.id.as_ref().to_string());
        return Err(Abort::Refused(OrthosError::UnknownParent { remediation }));
    }
    let kept = |rows: &[remediations::ActiveModel]| -> Vec<remediations::ActiveModel> {
        rows.iter().filter(|row| !orphan(row)).cloned().collect()
    };
    insert_new(&**tx, &kept(&rows.further_pairs)).await?;
    Ok(insert_new(&**tx, &kept(&rows.remediations)).await?)
}

/// Parents that are neither in the report nor stored.
async fn missing_parents(tx: &Tx, rows: &Rows) -> Outcome<HashSet<Uuid>> {
    let elsewhere = rows.remediations.iter().map(|row| *row.parent_id.as_ref());
    let mut missing: HashSet<Uuid> = elsewhere
        .filter(|parent| !rows.found.contains_key(parent))
        .collect();
    let mut wanted: Vec<Uuid> = missing.iter().copied().collect();
    wanted.sort_unstable();
    for chunk in wanted.chunks(LOOKUP) {
        let stored: Vec<Uuid> = orthos::Entity::find()
            .select_only()
            .column(orthos::Column::Id)
            .filter(orthos::Column::ContextId.eq(rows.context.0))
            .filter(orthos::Column::Id.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(&**tx)
            .await?;
        for id in stored {
            missing.remove(&id);
        }
    }
    Ok(missing)
}

/// What is left of the item, and the pending orthos that nobody had stored before. All that a report found that was
/// behind is pending: its late read may never come, and who repeats the item may be cut short elsewhere.
async fn write_items(
    tx: &Tx,
    rows: &Rows,
    wave: WaveId,
    new: &[(Uuid, Uuid)],
    behind: bool,
    now: DateTime<Utc>,
) -> Outcome<u64> {
    let mut pending: Vec<&Ortho> = new
        .iter()
        .filter_map(|(_, id)| rows.found.get(id))
        .filter(|(_, pending)| *pending || behind)
        .map(|(ortho, _)| ortho)
        .collect();
    pending.sort_unstable_by_key(|ortho| ortho.id);
    let mut items = rows.next_items.clone();
    items.extend(WorkPayload::expand(&pending));
    insert_items(tx, rows.context, wave, &items, now).await
}

/// Sets the item done; 1 if it was open.
async fn close(tx: &Tx, item: ItemId, now: DateTime<Utc>) -> Outcome<u64> {
    let closed = pipeline_items::Entity::update_many()
        .col_expr(pipeline_items::Column::DoneAt, Expr::value(millis(now)))
        .filter(pipeline_items::Column::Id.eq(item.0))
        .filter(pipeline_items::Column::DoneAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(closed.rows_affected)
}

/// What new orthos and remediations are counted and found by. How many there were before tells the parts of the index
/// apart: it is another number for each report that brings something.
async fn index(
    tx: &Tx,
    rows: &Rows,
    context: &contexts::Model,
    new: &[(Uuid, Uuid)],
    remediations_added: u64,
) -> Outcome<()> {
    let orthos = || {
        new.iter()
            .filter_map(|(_, id)| rows.found.get(id))
            .map(|(ortho, _)| ortho)
    };
    let counted = orthos().map(|ortho| (ortho.shape.ascending().to_string(), ortho.min_version.into()));
    shapes::add(tx, rows.context, counted).await?;
    let mut words = Postings::default();
    orthos().for_each(|ortho| words::note(&mut words, ortho));
    words
        .write::<ortho_words::Entity, _>(tx, context.id, context.orthos)
        .await?;
    if remediations_added > 0 {
        let part = context.remediations;
        rows.waiting_words
            .write::<remediation_words::Entity, _>(tx, context.id, part)
            .await?;
    }
    Ok(())
}

async fn count(
    tx: &Tx,
    rows: &Rows,
    wave: WaveId,
    outcome: &ReportOutcome,
    items: u64,
    closed: u64,
) -> Outcome<()> {
    let (orthos, remediations) = (outcome.orthos_added as i64, outcome.remediations_added as i64);
    let (items, closed) = (items as i64, closed as i64);
    let plus = |column: waves::Column, by: i64| Expr::col(column).add(by);
    let mut update = waves::Entity::update_many()
        .col_expr(waves::Column::ItemsTotal, plus(waves::Column::ItemsTotal, items))
        .col_expr(
            waves::Column::ItemsOpen,
            plus(waves::Column::ItemsOpen, items - closed),
        )
        .col_expr(
            waves::Column::OrthosAdded,
            plus(waves::Column::OrthosAdded, orthos),
        )
        .col_expr(
            waves::Column::RemediationsAdded,
            plus(waves::Column::RemediationsAdded, remediations),
        )
        .filter(waves::Column::Id.eq(wave.0));
    let mut context = contexts::Entity::update_many()
        .col_expr(
            contexts::Column::Orthos,
            Expr::col(contexts::Column::Orthos).add(orthos),
        )
        .col_expr(
            contexts::Column::Remediations,
            Expr::col(contexts::Column::Remediations).add(remediations),
        )
        .filter(contexts::Column::Id.eq(rows.context.0));
    if rows.truncated {
        update = update.col_expr(waves::Column::Truncated, Expr::value(true));
        context = context.col_expr(contexts::Column::Truncated, Expr::value(true));
    }
    update.exec(&**tx).await?;
    context.exec(&**tx).await?;
    Ok(())
}
