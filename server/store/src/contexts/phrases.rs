//! Phrases, derived from the stored sentences: a listing, and where one stands.
//!
//! A novel has 15 thousand sentences and 436 thousand phrases, so sentences are stored, and phrases are found by reading
//! those that have their words. A page keeps only as many phrases as it may show.

use std::collections::BTreeMap;

use crochet_domain::WordId;
use crochet_domain::ports::{
    ContextKey, Occurrence, Page, PageRequest, PhraseQuery, PhraseRecord, SentenceRecord,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Outcome;
use super::places::each_with;
use super::read::require;
use super::rows::sentence_of;
use crate::cursor::{List, limit};
use crate::database::{Abort, Tx};
use crate::entities::{contexts, sentences};

/// Sentences read at a time.
const BATCH: u64 = 2_000;

/// Hands over all sentences of a context in reading order.
pub(crate) async fn each_sentence<E>(
    tx: &Tx,
    context: &contexts::Model,
    mut take: impl FnMut(SentenceRecord) + Send,
) -> Result<(), Abort<E>> {
    let mut from = 0;
    loop {
        let rows = sentences::Entity::find()
            .filter(sentences::Column::ContextId.eq(context.id))
            .filter(sentences::Column::Seq.gte(from))
            .filter(sentences::Column::Seq.lt(context.sentences))
            .order_by_asc(sentences::Column::Seq)
            .limit(BATCH)
            .all(&**tx)
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        from = last.seq + 1;
        for row in &rows {
            take(sentence_of(row)?);
        }
    }
}

pub(super) async fn list(tx: &Tx, key: ContextKey, query: &PhraseQuery) -> Outcome<Page<PhraseRecord>> {
    let context = require(tx, key).await?;
    let list = List::new(&format!("phrases/{key}/{:?}/{}", query.prefix, query.longest));
    let after: Option<Vec<WordId>> = list.start(&query.page)?;
    let room = limit(&query.page) + 1;
    let mut found = BTreeMap::new();
    if query.prefix.is_empty() {
        // Phrases are listed by their first words, so those of one word are done before the next word's begin.
        let first = after
            .as_deref()
            .and_then(|after| after.first())
            .map_or(0, |word| word.0);
        for word in first..u32::try_from(context.words).unwrap_or(u32::MAX) {
            add(tx, &context, query, &[WordId(word)], after.as_deref(), &mut found).await?;
            if found.len() >= room {
                break;
            }
        }
    } else {
        add(tx, &context, query, &query.prefix, after.as_deref(), &mut found).await?;
    }
    Ok(list.page(found.into_values().collect(), &query.page, |phrase| {
        phrase.words.clone()
    }))
}

/// Adds the phrases that begin with these words and come behind a phrase, as far as a page has room.
async fn add(
    tx: &Tx,
    context: &contexts::Model,
    query: &PhraseQuery,
    prefix: &[WordId],
    after: Option<&[WordId]>,
    found: &mut BTreeMap<Vec<WordId>, PhraseRecord>,
) -> Outcome<()> {
    let room = limit(&query.page) + 1;
    each_with(tx, context, prefix, 0, |sentence| {
        for phrase in phrases_of(&sentence.words, prefix, query.longest) {
            if after.is_none_or(|after| phrase > after) {
                note(found, phrase, &sentence, room);
            }
        }
        true
    })
    .await
}

/// Counts the phrase if it is among the first `room` so far. One that was dropped never comes back: it is greater than
/// `room` others.
fn note(
    found: &mut BTreeMap<Vec<WordId>, PhraseRecord>,
    phrase: &[WordId],
    sentence: &SentenceRecord,
    room: usize,
) {
    if let Some(record) = found.get_mut(phrase) {
        record.occurrences += 1;
        return;
    }
    if found.len() == room
        && found
            .last_key_value()
            .is_some_and(|(last, _)| phrase > last.as_slice())
    {
        return;
    }
    let record = PhraseRecord {
        words: phrase.to_vec(),
        version: sentence.version,
        occurrences: 1,
    };
    found.insert(phrase.to_vec(), record);
    if found.len() > room {
        found.pop_last();
    }
}

fn phrases_of<'a>(
    words: &'a [WordId],
    prefix: &'a [WordId],
    longest: u32,
) -> impl Iterator<Item = &'a [WordId]> {
    let shortest = prefix.len().max(2);
    (0..words.len()).flat_map(move |start| {
        let tail = &words[start..];
        let longest = if tail.starts_with(prefix) {
            tail.len().min(longest as usize)
        } else {
            0
        };
        (shortest..=longest).map(move |length| &tail[..length])
    })
}

pub(super) async fn occurrences(
    tx: &Tx,
    key: ContextKey,
    phrase: &[WordId],
    page: &PageRequest,
) -> Outcome<Page<Occurrence>> {
    let context = require(tx, key).await?;
    let list = List::new(&format!("occurrences/{key}/{phrase:?}"));
    let after: Option<(i64, u32)> = list.start(page)?;
    let room = limit(page) + 1;
    let mut found = Vec::new();
    if !phrase.is_empty() {
        let first = after.map_or(0, |(seq, _)| seq);
        each_with(tx, &context, phrase, first, |sentence| {
            let places = sentence
                .words
                .windows(phrase.len())
                .enumerate()
                .filter(|(_, words)| *words == phrase);
            let places: Vec<u32> = places.map(|(position, _)| position as u32).collect();
            for position in places {
                if after.is_none_or(|after| (sentence.seq as i64, position) > after) {
                    found.push(Occurrence {
                        sentence: sentence.clone(),
                        position,
                    });
                }
            }
            found.len() < room
        })
        .await?;
    }
    found.truncate(room);
    Ok(list.page(found, page, |at| (at.sentence.seq as i64, at.position)))
}
