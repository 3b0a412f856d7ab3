//! Which orthos have a word: entries of the inverted index, which say all that a list filters and ranks by.
//!
//! An entry is the number of axes, the ascending extents, rarity, version and id. A word that is on very many orthos
//! costs as many entries for each page, 27 bytes each; it never costs the orthos themselves.

use std::collections::HashSet;

use crochet_domain::ortho::{Order, RankKey};
use crochet_domain::ports::{ContextKey, OrthoQuery};
use crochet_domain::{Ortho, OrthoId, Shape, WordId};
use uuid::Uuid;

use super::Outcome;
use super::lookup::by_ids;
use super::place::Place;
use super::shapes::fits;
use crate::database::{Abort, Tx};
use crate::entities::ortho_words;
use crate::postings::{self, Postings};

/// So few candidates are looked at themselves, rather than at what else has their words.
const DIRECT: usize = 1_000;
/// Orthos read at once.
const BATCH: usize = 256;

/// What the index says of one ortho.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    shape: Shape,
    rarity: i32,
    version: u32,
    id: OrthoId,
}

/// Adds an ortho under each of its words.
pub(super) fn note(postings: &mut Postings, ortho: &Ortho) {
    let shape = ortho.shape.ascending();
    let mut entry = vec![shape.dims() as u8];
    entry.extend_from_slice(shape.extents());
    entry.extend_from_slice(&ortho.rarity.to_le_bytes());
    entry.extend_from_slice(&ortho.min_version.0.to_le_bytes());
    entry.extend_from_slice(ortho.id.as_bytes());
    let words: HashSet<WordId> = ortho.cells.iter().copied().collect();
    for word in words {
        postings.note(word, &entry);
    }
}

/// The orthos with all words of a query behind a place, at most `room`.
pub(super) async fn containing(
    tx: &Tx,
    context: ContextKey,
    query: &OrthoQuery,
    after: Option<&Place>,
    room: usize,
) -> Outcome<Vec<Ortho>> {
    let wanted: HashSet<WordId> = query.containing.iter().copied().collect();
    let words: Vec<WordId> = wanted.iter().copied().collect();
    let words = postings::by_frequency(tx, context.0, &words).await?;
    let mut rest = words.iter();
    let (true, Some(rarest)) = (words.len() == wanted.len(), rest.next()) else {
        return Ok(Vec::new());
    };
    let behind = after.map(|place| place.key(query.order));
    let mut candidates = entries_of(tx, context, *rarest).await?;
    candidates
        .retain(|entry| matches(query, entry) && behind.is_none_or(|behind| entry.key(query.order) > behind));
    while candidates.len() > DIRECT
        && let Some(word) = rest.next()
    {
        let others = entries_of(tx, context, *word).await?;
        let others: HashSet<OrthoId> = others.into_iter().map(|entry| entry.id).collect();
        candidates.retain(|entry| others.contains(&entry.id));
    }
    candidates.sort_unstable_by_key(|entry| entry.key(query.order));
    read(tx, context, &candidates, &wanted, room).await
}

fn matches(query: &OrthoQuery, entry: &Entry) -> bool {
    fits(query, &entry.shape)
        && query.at_version.is_none_or(|only| entry.version == only.0)
        && query.after_version.is_none_or(|after| entry.version > after.0)
}

/// Reads candidates in their order until there are enough.
async fn read(
    tx: &Tx,
    context: ContextKey,
    candidates: &[Entry],
    wanted: &HashSet<WordId>,
    room: usize,
) -> Outcome<Vec<Ortho>> {
    let mut found = Vec::new();
    for batch in candidates.chunks(BATCH.min(room)) {
        let ids: Vec<Uuid> = batch
            .iter()
            .map(|entry| Uuid::from_bytes(*entry.id.as_bytes()))
            .collect();
        let mut orthos = by_ids(tx, context, &ids).await?;
        for entry in batch {
            if let Some(ortho) = orthos.remove(&entry.id)
                && wanted.iter().all(|word| ortho.cells.contains(word))
            {
                found.push(ortho);
            }
        }
        if found.len() >= room {
            found.truncate(room);
            break;
        }
    }
    Ok(found)
}

impl Entry {
    fn key(&self, order: Order) -> RankKey {
        RankKey::new(order, &self.shape, self.rarity, self.id)
    }
}

async fn entries_of(tx: &Tx, context: ContextKey, word: WordId) -> Outcome<Vec<Entry>> {
    let mut entries = Vec::new();
    for part in postings::entries_of::<ortho_words::Entity, _>(tx, context.0, word).await? {
        let mut rest = part.as_slice();
        while !rest.is_empty() {
            let damaged = || Abort::Damaged(format!("the index of word {} in context {context}", word.0));
            entries.push(take(&mut rest).ok_or_else(damaged)?);
        }
    }
    Ok(entries)
}

/// The next entry.
fn take(rest: &mut &[u8]) -> Option<Entry> {
    let dims = *rest.split_off_first()?;
    let shape = Shape::new(rest.split_off(..usize::from(dims))?).ok()?;
    Some(Entry {
        shape,
        rarity: i32::from_le_bytes(array(rest)?),
        version: u32::from_le_bytes(array(rest)?),
        id: OrthoId::from_bytes(array(rest)?),
    })
}

fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    rest.split_off(..N)?.try_into().ok()
}
