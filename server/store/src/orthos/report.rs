//! Taking a report: the only way by which orthos and remediations come into being.
//!
//! One transaction: the context's row is locked and its version read; orthos that are new are written, then the
//! remediations (their parents are there now), then ledger rows for what is new and still to be expanded; the items are
//! set done if the report was made from the very version that the context has. Otherwise something was ingested
//! meanwhile, whose wake may have run before these remediations were there: the worker must read what is newer and
//! report again. So no wave settles before its late reads, whatever crashes.
//!
//! Everything is insert-or-ignore, so a report may come twice, or from two workers.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use crochet_domain::ports::{ContextKey, ItemId, ItemReport, OrthosError, ReportOutcome, WaveId};
use crochet_domain::{Ortho, Version, WorkPayload};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::rows::{ortho_row, remediation_rows};
use super::tally::{Counted, OpenItems};
use super::{shapes, words};
use crate::contexts::locked;
use crate::database::{Abort, Tx, insert_new, insert_new_returning_keys};
use crate::entities::{contexts, ortho_words, orthos, remediation_words, remediations};
use crate::ingest::settle;
use crate::ledger::insert_items;
use crate::postings::Postings;
use crate::remediations::note;

/// Ids in one lookup.
const LOOKUP: usize = 1_000;

/// A report turned into rows before the transaction begins, sorted by key.
pub(super) struct Rows {
    pub(super) context: ContextKey,
    pub(super) items: Vec<ItemId>,
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
    pub(super) truncated: bool,
    newest_only: bool,
}

/// What a report did.
pub(super) struct Applied {
    pub(super) outcome: ReportOutcome,
    pub(super) items_written: bool,
    /// The waves that it brought forward.
    pub(super) waves: Vec<WaveId>,
    /// The waves that settled with it.
    pub(super) settled: Vec<WaveId>,
}

impl Applied {
    fn nothing(outcome: ReportOutcome) -> Self {
        Self {
            outcome,
            items_written: false,
            waves: Vec::new(),
            settled: Vec::new(),
        }
    }
}

impl Rows {
    pub(super) fn new(context: ContextKey, report: ItemReport) -> Self {
        let ItemReport {
            items,
            report,
            more,
            truncated,
            newest_only,
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
        // What was expanded by one way need not be expanded for another.
        keyed.sort_unstable_by_key(|(id, _, pending)| (*id, *pending));
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
            items,
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
            newest_only,
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
        taken: true,
        done: true,
        context_version: current,
        orthos_added: 0,
        remediations_added: 0,
        settled: false,
    };
    let open = OpenItems::of(tx, rows).await?;
    let Some(wave) = open.oldest_wave(tx).await? else {
        return Ok(Applied::nothing(outcome));
    };
    let behind = rows.context_version < current;
    if behind && rows.newest_only {
        (outcome.taken, outcome.done) = (false, false);
        return Ok(Applied::nothing(outcome));
    }
    let new = insert_new_returning_keys(&**tx, &rows.orthos).await?;
    outcome.orthos_added = new.len() as u64;
    outcome.remediations_added = write_remediations(tx, rows, &context).await?;
    let items = write_items(tx, rows, wave, &new, behind, now).await?;
    outcome.done = !rows.more && !behind;
    index(tx, rows, &context, &new, outcome.remediations_added).await?;
    let counted = Counted {
        wave,
        items,
        remediations: outcome.remediations_added,
        orthos: by_version(rows, &new),
    };
    counted.add(tx, rows).await?;
    let mut settled = Vec::new();
    if outcome.done {
        open.close(tx, now).await?;
        settled = settle(tx, rows.context, now).await?;
    }
    outcome.settled = !settled.is_empty();
    Ok(Applied {
        outcome,
        items_written: items > 0,
        waves: open.waves(),
        settled,
    })
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

/// How many orthos are new, by the version that made them possible.
fn by_version(rows: &Rows, new: &[(Uuid, Uuid)]) -> BTreeMap<Version, i64> {
    let mut counts = BTreeMap::new();
    for (ortho, _) in new.iter().filter_map(|(_, id)| rows.found.get(id)) {
        *counts.entry(ortho.min_version).or_default() += 1;
    }
    counts
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
