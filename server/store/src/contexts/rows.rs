//! Rows of contexts, texts, words and sentences as the ports' records.

use crochet_domain::ports::{
    ContextKey, ContextRecord, ContextState, CorpusId, CorpusRecord, SentenceRecord, WordRecord,
};
use crochet_domain::{Version, WordId};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::clock::moment;
use crate::database::{Abort, Tx};
use crate::encoding::unpack;
use crate::entities::{contexts, corpora, sentences, words};

pub(crate) const ACTIVE: &str = "active";
pub(crate) const DELETING: &str = "deleting";

/// The row of a context that takes work, if there is one.
pub(crate) async fn active(tx: &Tx, key: ContextKey) -> Result<Option<contexts::Model>, DbErr> {
    by_key(key).one(&**tx).await
}

/// As [`active`], and nobody else writes to the context until this transaction ends.
pub(crate) async fn locked(tx: &Tx, key: ContextKey) -> Result<Option<contexts::Model>, DbErr> {
    by_key(key).lock_exclusive().one(&**tx).await
}

/// Holds for the words that a context has, and not for those of a text that is still being written. Said of a sum, so
/// that no engine takes the index of numbers for it: nearly all words are below the mark.
pub(super) fn is_taken(context: &contexts::Model) -> SimpleExpr {
    Expr::col(words::Column::Id).add(0_i64).lt(context.words)
}

fn by_key(key: ContextKey) -> sea_orm::Select<contexts::Entity> {
    contexts::Entity::find_by_id(key.0).filter(contexts::Column::State.eq(ACTIVE))
}

/// A number that is never negative.
pub(crate) fn count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

pub(crate) fn version_of<E>(stored: i64) -> Result<Version, Abort<E>> {
    Version::try_from(stored).map_err(|error| Abort::Damaged(format!("a version: {error}")))
}

pub(crate) fn context_of<E>(row: contexts::Model) -> Result<ContextRecord, Abort<E>> {
    let settings = serde_json::from_str(&row.settings)
        .map_err(|error| Abort::Damaged(format!("the settings of context {}: {error}", row.id)))?;
    Ok(ContextRecord {
        key: ContextKey(row.id),
        slug: row.slug,
        title: row.title,
        settings,
        state: if row.state == ACTIVE {
            ContextState::Active
        } else {
            ContextState::Deleting
        },
        version: version_of(row.version)?,
        settled: version_of(row.settled)?,
        truncated: row.truncated,
        created_at: moment(row.created_at),
        words: count(row.words),
        sentences: count(row.sentences),
        phrases: count(row.phrases),
        corpora: count(row.corpora),
        orthos: count(row.orthos),
        remediations: count(row.remediations),
    })
}

pub(crate) fn word_of<E>(row: words::Model) -> Result<WordRecord, Abort<E>> {
    let number =
        WordId::try_from(row.id).map_err(|error| Abort::Damaged(format!("a word number: {error}")))?;
    Ok(WordRecord {
        number,
        word: row.word,
        version: version_of(row.version)?,
    })
}

pub(crate) fn sentence_of<E>(row: &sentences::Model) -> Result<SentenceRecord, Abort<E>> {
    let words = unpack(&row.word_ids)
        .ok_or_else(|| Abort::Damaged(format!("sentence {} of context {}", row.seq, row.context_id)))?;
    Ok(SentenceRecord {
        seq: count(row.seq),
        corpus: CorpusId(row.corpus_id),
        version: version_of(row.version)?,
        words,
    })
}

pub(crate) fn corpus_of<E>(row: corpora::Model) -> Result<CorpusRecord, Abort<E>> {
    let text_hash = row
        .text_hash
        .try_into()
        .map_err(|_| Abort::Damaged(format!("the hash of text {}", row.id)))?;
    Ok(CorpusRecord {
        id: CorpusId(row.id),
        title: row.title,
        text_hash,
        version: version_of(row.version)?,
        bytes: count(row.bytes),
        words: count(row.words),
        sentences: count(row.sentences),
        created_at: moment(row.created_at),
    })
}
