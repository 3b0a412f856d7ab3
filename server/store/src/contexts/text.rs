//! Words, sentences and texts of a context.

use std::collections::BTreeSet;

use crochet_domain::ports::{
    ContextKey, CorpusId, CorpusRecord, Page, PageRequest, SentenceBatch, SentenceRecord, WordRecord,
};
use crochet_domain::{Version, WordId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::Outcome;
use super::places::each_with;
use super::read::require;
use super::rows::{corpus_of, count, is_taken, sentence_of, version_of, word_of};
use crate::cursor::{List, fetch};
use crate::database::Tx;
use crate::entities::{contexts, corpora, sentences, words};

/// Values in one `IN` list; both engines take more, but plans get no better.
const LOOKUP: usize = 1_000;

pub(super) async fn words(
    tx: &Tx,
    key: ContextKey,
    prefix: &str,
    page: &PageRequest,
) -> Outcome<Page<WordRecord>> {
    let context = require(tx, key).await?;
    let list = List::new(&format!("words/{key}/{prefix}"));
    let mut query = with_prefix(&context, prefix).limit(fetch(page));
    if let Some(word) = list.start::<String>(page)? {
        query = query.filter(words::Column::Word.gt(word));
    }
    let rows = query
        .all(&**tx)
        .await?
        .into_iter()
        .map(word_of)
        .collect::<Outcome<Vec<_>>>()?;
    Ok(list.page(rows, page, |row| row.word.clone()))
}

/// The words that begin with a prefix, in byte order.
fn with_prefix(context: &contexts::Model, prefix: &str) -> Select<words::Entity> {
    let query = words::Entity::find()
        .filter(words::Column::ContextId.eq(context.id))
        .filter(words::Column::Word.gte(prefix))
        .filter(is_taken(context))
        .order_by_asc(words::Column::Word);
    match after_prefix(prefix) {
        Some(end) => query.filter(words::Column::Word.lt(end)),
        None => query,
    }
}

/// The words that are spelt in one of these ways.
pub(crate) fn spelt<'a>(
    context: &contexts::Model,
    spellings: impl IntoIterator<Item = &'a str>,
) -> Select<words::Entity> {
    words::Entity::find()
        .filter(words::Column::ContextId.eq(context.id))
        .filter(words::Column::Word.is_in(spellings))
        .filter(is_taken(context))
}

/// The least text greater than every text with this prefix; `None` when there is none.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = (last as u32 + 1..=char::MAX as u32).find_map(char::from_u32);
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

pub(super) async fn words_by_number(
    tx: &Tx,
    key: ContextKey,
    numbers: &[WordId],
) -> Outcome<Vec<WordRecord>> {
    let wanted: Vec<i64> = numbers
        .iter()
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(i64::from)
        .collect();
    let mut found = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(LOOKUP) {
        let rows = words::Entity::find()
            .filter(words::Column::ContextId.eq(key.0))
            .filter(words::Column::Id.is_in(chunk.iter().copied()))
            .order_by_asc(words::Column::Id)
            .all(&**tx)
            .await?;
        for row in rows {
            found.push(word_of(row)?);
        }
    }
    Ok(found)
}

pub(super) async fn words_by_text(tx: &Tx, key: ContextKey, texts: &[String]) -> Outcome<Vec<WordRecord>> {
    let context = require(tx, key).await?;
    let wanted: Vec<&String> = texts.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut found = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(LOOKUP) {
        let rows = spelt(&context, chunk.iter().map(|word| word.as_str()))
            .all(&**tx)
            .await?;
        for row in rows {
            found.push(word_of(row)?);
        }
    }
    found.sort_unstable_by_key(|word| word.number);
    Ok(found)
}

pub(super) async fn corpora(tx: &Tx, key: ContextKey, page: &PageRequest) -> Outcome<Page<CorpusRecord>> {
    require(tx, key).await?;
    let list = List::new(&format!("corpora/{key}"));
    let mut query = corpora::Entity::find()
        .filter(corpora::Column::ContextId.eq(key.0))
        .order_by_asc(corpora::Column::Version)
        .limit(fetch(page));
    if let Some(version) = list.start::<i64>(page)? {
        query = query.filter(corpora::Column::Version.gt(version));
    }
    let rows = query
        .all(&**tx)
        .await?
        .into_iter()
        .map(corpus_of)
        .collect::<Outcome<Vec<_>>>()?;
    Ok(list.page(rows, page, |row| i64::from(row.version)))
}

pub(super) async fn corpus(tx: &Tx, key: ContextKey, id: CorpusId) -> Outcome<Option<CorpusRecord>> {
    let row = corpora::Entity::find_by_id(id.0)
        .filter(corpora::Column::ContextId.eq(key.0))
        .one(&**tx)
        .await?;
    row.map(corpus_of).transpose()
}

pub(super) async fn corpora_of(tx: &Tx, key: ContextKey, versions: &[Version]) -> Outcome<Vec<CorpusRecord>> {
    let wanted: BTreeSet<i64> = versions.iter().map(|&version| version.into()).collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let mut found = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(LOOKUP) {
        let rows = corpora::Entity::find()
            .filter(corpora::Column::ContextId.eq(key.0))
            .filter(corpora::Column::Version.is_in(chunk.iter().copied()))
            .order_by_asc(corpora::Column::Version)
            .all(&**tx)
            .await?;
        for row in rows {
            found.push(corpus_of(row)?);
        }
    }
    Ok(found)
}

/// A batch has whole sentences and every word that they are the first to use, so that a reader which takes batches in
/// order never meets a number that it does not know.
pub(super) async fn sentences_since(
    tx: &Tx,
    key: ContextKey,
    after_version: Version,
    from: u64,
    limit: u32,
) -> Outcome<SentenceBatch> {
    let context = require(tx, key).await?;
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let first = Ord::max(from, sentences_until(tx, &context, after_version).await?);
    let limit = u64::from(limit.clamp(1, 50_000));
    let rows = sentences::Entity::find()
        .filter(sentences::Column::ContextId.eq(key.0))
        .filter(sentences::Column::Seq.gte(first))
        .filter(sentences::Column::Seq.lt(context.sentences))
        .order_by_asc(sentences::Column::Seq)
        .limit(limit + 1)
        .all(&**tx)
        .await?;
    let next = rows.get(limit as usize).map(|row| count(row.seq));
    let batch: Vec<SentenceRecord> = rows
        .iter()
        .take(limit as usize)
        .map(sentence_of)
        .collect::<Outcome<Vec<_>>>()?;
    let words = match (rows.first(), rows.get(batch.len().wrapping_sub(1))) {
        (Some(first), Some(last)) => first_used(tx, key, first, last).await?,
        _ => Vec::new(),
    };
    Ok(SentenceBatch {
        version: version_of(context.version)?,
        words,
        sentences: batch,
        next,
    })
}

/// How many sentences a context has with a version: sentences are numbered in order of versions, so the first newer one
/// has this number. Counted from the end, because readers are rarely far behind.
async fn sentences_until(tx: &Tx, context: &contexts::Model, version: Version) -> Outcome<i64> {
    if version == Version::EMPTY {
        return Ok(0);
    }
    let newer: Vec<i64> = corpora::Entity::find()
        .select_only()
        .column(corpora::Column::Sentences)
        .filter(corpora::Column::ContextId.eq(context.id))
        .filter(corpora::Column::Version.gt(i64::from(version)))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(context.sentences - newer.into_iter().sum::<i64>())
}

/// The words that the sentences from `first` to `last` are the first to use.
async fn first_used(
    tx: &Tx,
    key: ContextKey,
    first: &sentences::Model,
    last: &sentences::Model,
) -> Outcome<Vec<WordRecord>> {
    let before = sentences::Entity::find_by_id((key.0, first.seq - 1))
        .one(&**tx)
        .await?;
    let known = before.map_or(0, |row| row.vocabulary);
    let rows = words::Entity::find()
        .filter(words::Column::ContextId.eq(key.0))
        .filter(words::Column::Id.gte(known))
        .filter(words::Column::Id.lt(last.vocabulary))
        .order_by_asc(words::Column::Id)
        .all(&**tx)
        .await?;
    rows.into_iter().map(word_of).collect()
}

pub(super) async fn sentences_with(
    tx: &Tx,
    key: ContextKey,
    words: &[WordId],
    from: u64,
    limit: u32,
) -> Outcome<Vec<SentenceRecord>> {
    let context = require(tx, key).await?;
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let limit = limit.clamp(1, 50_000) as usize;
    let mut found = Vec::new();
    each_with(tx, &context, words, from, |sentence| {
        found.push(sentence);
        found.len() < limit
    })
    .await?;
    Ok(found)
}

pub(super) async fn sentences(tx: &Tx, key: ContextKey, seqs: &[u64]) -> Outcome<Vec<SentenceRecord>> {
    let wanted: Vec<i64> = seqs
        .iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|&seq| i64::try_from(seq).ok())
        .collect();
    let mut found = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(LOOKUP) {
        let rows = sentences::Entity::find()
            .filter(sentences::Column::ContextId.eq(key.0))
            .filter(sentences::Column::Seq.is_in(chunk.iter().copied()))
            .order_by_asc(sentences::Column::Seq)
            .all(&**tx)
            .await?;
        for row in &rows {
            found.push(sentence_of(row)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crochet_domain::ContextSettings;
    use crochet_domain::ports::NewContext;

    use super::*;
    use crate::testing::{DEAR, Fixture};

    #[tokio::test]
    async fn words_are_found_by_their_spelling_and_not_by_looking_at_all() {
        let fixture = Fixture::new().await;
        let new = NewContext {
            slug: "c".to_owned(),
            title: "C".to_owned(),
            settings: ContextSettings::default(),
        };
        let made = fixture.store.contexts().create(new).await.unwrap();
        let context = contexts::Entity::find_by_id(made.key.0);
        let context = context.one(&fixture.store.reader()).await.unwrap().unwrap();
        for query in [with_prefix(&context, "ri"), spelt(&context, ["river", "mill"])] {
            let plan = fixture.plan_of(query).await;
            assert!(plan[0].contains("ix_words_context_id_word"), "{plan:?}");
            let dear = |step: &String| DEAR.iter().any(|dear| step.contains(dear));
            assert!(!plan.iter().any(dear), "{plan:?}");
        }
    }

    #[test]
    fn the_end_of_a_prefix_lies_behind_all_its_words() {
        assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(after_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_prefix(""), None);
    }
}
