//! Rows that are written before their text is there.
//!
//! A context's row says how many words and sentences it has, and readers stop there. So a long text is written behind
//! these marks in many short transactions, which let others have the writer in between, and the last one moves the marks:
//! nobody sees a part of a text. What a crash leaves behind the marks is of no text, and is removed at the next start, or
//! before the next text of the context.

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::database::{Abort, Database, Tx, delete_some};
use crate::entities::{contexts, sentence_words, sentences, words};
use crochet_domain::ports::StorageError;

/// Rows removed by one transaction.
const BATCH: u64 = 10_000;

/// Whether a context has rows behind its marks.
pub(super) async fn is_staged<E>(tx: &Tx, context: &contexts::Model) -> Result<bool, Abort<E>> {
    let word = words::Entity::find()
        .filter(later_words(context))
        .one(&**tx)
        .await?;
    let sentence = sentences::Entity::find()
        .filter(later_sentences(context))
        .one(&**tx)
        .await?;
    Ok(word.is_some() || sentence.is_some())
}

/// Removes all rows that are behind the marks of a context.
pub(super) async fn discard(database: &Database, context: Uuid) -> Result<(), StorageError> {
    let body = |tx| async move { discard_some(&tx, context).await };
    while database.write("removing an unfinished text", body).await? > 0 {}
    Ok(())
}

/// Removes what unfinished texts have left in any context.
pub(crate) async fn discard_unfinished(database: &Database) -> Result<(), StorageError> {
    let body = |tx| async move { obstructed(&tx).await };
    for context in database.read("looking for unfinished texts", body).await? {
        discard(database, context).await?;
    }
    Ok(())
}

async fn discard_some(tx: &Tx, context: Uuid) -> Result<u64, Abort<StorageError>> {
    let Some(context) = contexts::Entity::find_by_id(context).one(&**tx).await? else {
        return Ok(0);
    };
    // First, because only sentences tell that there is something to remove.
    let places = delete_some::<sentence_words::Entity>(&**tx, later_places(&context), BATCH).await?;
    if places > 0 {
        return Ok(places);
    }
    let sentences = delete_some::<sentences::Entity>(&**tx, later_sentences(&context), BATCH).await?;
    let words = delete_some::<words::Entity>(&**tx, later_words(&context), BATCH).await?;
    Ok(sentences + words)
}

/// The contexts that have rows behind their marks: two look-ups for each context.
async fn obstructed(tx: &Tx) -> Result<Vec<Uuid>, Abort<StorageError>> {
    let context = |column| Expr::col((contexts::Entity, column));
    let word = Query::select()
        .expr(Expr::value(1))
        .from(words::Entity)
        .and_where(Expr::col((words::Entity, words::Column::ContextId)).eq(context(contexts::Column::Id)))
        .and_where(Expr::col((words::Entity, words::Column::Id)).gte(context(contexts::Column::Words)))
        .take();
    let column = |column| Expr::col((sentences::Entity, column));
    let sentence = Query::select()
        .expr(Expr::value(1))
        .from(sentences::Entity)
        .and_where(column(sentences::Column::ContextId).eq(context(contexts::Column::Id)))
        .and_where(column(sentences::Column::Seq).gte(context(contexts::Column::Sentences)))
        .take();
    Ok(contexts::Entity::find()
        .select_only()
        .column(contexts::Column::Id)
        .filter(
            Condition::any()
                .add(Expr::exists(word))
                .add(Expr::exists(sentence)),
        )
        .into_tuple()
        .all(&**tx)
        .await?)
}

fn later_words(context: &contexts::Model) -> Condition {
    Condition::all()
        .add(words::Column::ContextId.eq(context.id))
        .add(words::Column::Id.gte(context.words))
}

fn later_sentences(context: &contexts::Model) -> Condition {
    Condition::all()
        .add(sentences::Column::ContextId.eq(context.id))
        .add(sentences::Column::Seq.gte(context.sentences))
}

fn later_places(context: &contexts::Model) -> Condition {
    Condition::all()
        .add(sentence_words::Column::ContextId.eq(context.id))
        .add(sentence_words::Column::Part.gte(context.sentences))
}
