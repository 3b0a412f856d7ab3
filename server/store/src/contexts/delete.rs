//! Deleting a context: hidden at once, removed in batches, so that nobody waits for a long transaction.

use chrono::{DateTime, Utc};
use crochet_domain::ports::{ContextKey, ContextsError, DeleteProgress};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};

use super::Outcome;
use super::rows::{ACTIVE, DELETING, locked};
use crate::clock::millis;
use crate::database::{Abort, Tx, delete_some};
use crate::entities::{
    contexts, corpora, ortho_words, orthos, phrase_sketches, pipeline_items, remediation_words, remediations,
    sentence_words, sentences, shape_counts, survey_shapes, surveys, waves, words,
};

/// Marks the context and gives its slug back: `~` is in no slug, so a new context of the same name is another one.
pub(super) async fn begin(tx: &Tx, key: ContextKey, now: DateTime<Utc>) -> Outcome<()> {
    locked(tx, key)
        .await?
        .ok_or(Abort::Refused(ContextsError::NotFound))?;
    contexts::Entity::update_many()
        .col_expr(contexts::Column::State, Expr::value(DELETING))
        .col_expr(contexts::Column::Slug, Expr::value(format!("~{key}")))
        .filter(contexts::Column::Id.eq(key.0))
        .exec(&**tx)
        .await?;
    pipeline_items::Entity::update_many()
        .col_expr(pipeline_items::Column::DoneAt, Expr::value(millis(now)))
        .filter(pipeline_items::Column::ContextId.eq(key.0))
        .filter(pipeline_items::Column::DoneAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

pub(super) async fn pending(tx: &Tx) -> Outcome<Vec<ContextKey>> {
    let rows = contexts::Entity::find()
        .filter(contexts::Column::State.eq(DELETING))
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|row| ContextKey(row.id)).collect())
}

/// Removes children before parents; the context's own row goes last, with the batch that finds nothing else.
pub(super) async fn batch(tx: &Tx, key: ContextKey, rows: u32) -> Outcome<DeleteProgress> {
    let Some(row) = contexts::Entity::find_by_id(key.0).one(&**tx).await? else {
        return Ok(DeleteProgress {
            removed: 0,
            finished: true,
        });
    };
    if row.state == ACTIVE {
        return Err(Abort::Refused(ContextsError::NotFound));
    }
    let mut left = u64::from(rows);
    left -= remove::<remediations::Entity>(tx, remediations::Column::ContextId, key, left).await?;
    left -= remove::<remediation_words::Entity>(tx, remediation_words::Column::ContextId, key, left).await?;
    left -= remove::<ortho_words::Entity>(tx, ortho_words::Column::ContextId, key, left).await?;
    left -= remove::<orthos::Entity>(tx, orthos::Column::ContextId, key, left).await?;
    left -= remove::<shape_counts::Entity>(tx, shape_counts::Column::ContextId, key, left).await?;
    left -= remove::<sentence_words::Entity>(tx, sentence_words::Column::ContextId, key, left).await?;
    left -= remove::<sentences::Entity>(tx, sentences::Column::ContextId, key, left).await?;
    left -= remove::<words::Entity>(tx, words::Column::ContextId, key, left).await?;
    left -= remove::<phrase_sketches::Entity>(tx, phrase_sketches::Column::ContextId, key, left).await?;
    left -= remove::<pipeline_items::Entity>(tx, pipeline_items::Column::ContextId, key, left).await?;
    left -= remove::<survey_shapes::Entity>(tx, survey_shapes::Column::ContextId, key, left).await?;
    left -= remove::<surveys::Entity>(tx, surveys::Column::ContextId, key, left).await?;
    left -= remove::<waves::Entity>(tx, waves::Column::ContextId, key, left).await?;
    left -= remove::<corpora::Entity>(tx, corpora::Column::ContextId, key, left).await?;
    let finished = left > 0;
    if finished {
        contexts::Entity::delete_by_id(key.0).exec(&**tx).await?;
    }
    Ok(DeleteProgress {
        removed: u64::from(rows) - left,
        finished,
    })
}

async fn remove<E>(tx: &Tx, context: E::Column, key: ContextKey, rows: u64) -> Result<u64, DbErr>
where
    E: EntityTrait,
{
    if rows == 0 {
        return Ok(0);
    }
    delete_some::<E>(&**tx, Condition::all().add(context.eq(key.0)), rows).await
}
