//! Which remediations wait behind a run of words: entries of the inverted index, under the last word of each run.
//!
//! An entry is a hash of the run, and the key of the grid's leading row. The hash only spares reading grids that wait
//! behind other runs with the same last word; each grid that is given was looked at.

use std::collections::BTreeSet;

use crochet_domain::ports::{ContextKey, Page, PageRequest};
use crochet_domain::{OrthoId, Remediation, WordId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use twox_hash::XxHash3_64;
use uuid::Uuid;

use super::{Outcome, remediation_of, require};
use crate::cursor::{List, limit};
use crate::database::{Abort, Tx};
use crate::entities::remediation_words;
use crate::entities::remediations::{Column, Entity};
use crate::postings::{self, Postings};

/// Grids read at once.
const BATCH: usize = 64;

/// Adds a grid under the last word of each of its runs.
pub(crate) fn note(postings: &mut Postings, grid: &Remediation) {
    let Some(pair) = grid.pairs.first() else { return };
    for run in grid.prefixes() {
        let Some(&last) = run.last() else { continue };
        let mut entry = [0; 28];
        entry[..4].copy_from_slice(&hash(&run));
        entry[4..12].copy_from_slice(&pair.0.to_le_bytes());
        entry[12..].copy_from_slice(grid.id.as_bytes());
        postings.note(last, &entry);
    }
}

/// The grids whose missing word would follow these words.
pub(super) async fn after(
    tx: &Tx,
    context: ContextKey,
    words: &[WordId],
    parent: Option<OrthoId>,
    page: &PageRequest,
) -> Outcome<Page<Remediation>> {
    require(tx, context).await?;
    let list = List::new(&format!("remediations/{context}/{words:?}/{parent:?}"));
    let start = list.start::<(i64, Uuid)>(page)?;
    let keys = keys_of(tx, context, words).await?;
    let rest: Vec<(i64, Uuid)> = match start {
        None => keys.into_iter().collect(),
        Some(start) => keys.into_iter().filter(|key| *key > start).collect(),
    };
    let room = limit(page) + 1;
    let mut found = Vec::new();
    for batch in rest.chunks(BATCH) {
        for grid in read(tx, context, batch).await? {
            let wanted = parent.is_none_or(|parent| parent == grid.parent);
            if wanted && grid.prefixes().iter().any(|run| run == words) {
                found.push(grid);
            }
        }
        if found.len() >= room {
            found.truncate(room);
            break;
        }
    }
    Ok(list.page(found, page, |grid| {
        let pair = grid.pairs.first().map_or(0, |pair| pair.0);
        (pair, Uuid::from_bytes(*grid.id.as_bytes()))
    }))
}

/// The keys that the index has for a run, in order; each once, for a report may have come twice.
async fn keys_of(tx: &Tx, context: ContextKey, words: &[WordId]) -> Outcome<BTreeSet<(i64, Uuid)>> {
    let mut keys = BTreeSet::new();
    let Some(&last) = words.last() else {
        return Ok(keys);
    };
    let wanted = hash(words);
    for part in postings::entries_of::<remediation_words::Entity, _>(tx, context.0, last).await? {
        let (entries, []) = part.as_chunks::<28>() else {
            return Err(Abort::Damaged(format!(
                "the index of word {} in context {context}",
                last.0
            )));
        };
        for entry in entries.iter().filter(|entry| entry[..4] == wanted) {
            let (pair, id) = entry[4..].split_at(8);
            let pair = i64::from_le_bytes(pair.try_into().expect("eight bytes"));
            keys.insert((pair, Uuid::from_slice(id).expect("sixteen bytes")));
        }
    }
    Ok(keys)
}

/// The grids of these keys, in order.
async fn read(tx: &Tx, context: ContextKey, keys: &[(i64, Uuid)]) -> Outcome<Vec<Remediation>> {
    let one = |(pair, id): &(i64, Uuid)| {
        Condition::all()
            .add(Column::Pair.eq(*pair))
            .add(Column::Id.eq(*id))
    };
    let any = keys.iter().map(one).fold(Condition::any(), Condition::add);
    let mut rows = Entity::find()
        .filter(Column::ContextId.eq(context.0))
        .filter(any)
        .all(&**tx)
        .await?;
    rows.sort_unstable_by_key(|row| (row.pair, row.id));
    rows.iter().map(remediation_of).collect()
}

fn hash(words: &[WordId]) -> [u8; 4] {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.0.to_le_bytes()).collect();
    (XxHash3_64::oneshot(&bytes) as u32).to_le_bytes()
}
