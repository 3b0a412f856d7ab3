//! Kept answers behind their port.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::ports::{
    Clock, Idempotency, IdempotencyError, IdempotencyKey, IdempotentBegin, StorageError, StoredReply,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, QueryTrait,
};

use crate::clock::{millis, span};
use crate::database::{Abort, Database, Tx};
use crate::entities::idempotency::{Column, Entity, Model};

type Outcome<T> = Result<T, Abort<IdempotencyError>>;

/// Answers forgotten in one transaction.
const EXPIRE_MAX: u64 = 5_000;

/// Kept answers in the database.
#[derive(Clone)]
pub(crate) struct SqlIdempotency {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Idempotency for SqlIdempotency {
    async fn begin(
        &self,
        key: &IdempotencyKey,
        body_hash: [u8; 32],
        ttl: Duration,
    ) -> Result<IdempotentBegin, IdempotencyError> {
        let now = self.clock.now();
        let body = |tx| async move { begin(&tx, key, body_hash, ttl, now).await };
        self.database.write("claiming an idempotency key", body).await
    }

    async fn finish(
        &self,
        key: &IdempotencyKey,
        reply: StoredReply,
        ttl: Duration,
    ) -> Result<(), IdempotencyError> {
        let (reply, expires_at) = (&reply, millis(self.clock.now()).saturating_add(span(ttl)));
        let body = |tx: Tx| async move {
            Entity::update_many()
                .col_expr(Column::Status, Expr::value(i64::from(reply.status)))
                .col_expr(Column::Reply, Expr::value(reply.reply.clone()))
                .col_expr(Column::ExpiresAt, Expr::value(expires_at))
                .filter(of(key))
                .exec(&*tx)
                .await?;
            Ok(())
        };
        self.database.write("keeping an answer", body).await
    }

    async fn abandon(&self, key: &IdempotencyKey) -> Result<(), IdempotencyError> {
        let body = |tx: Tx| async move {
            Entity::delete_many()
                .filter(of(key))
                .filter(Column::Status.is_null())
                .exec(&*tx)
                .await?;
            Ok(())
        };
        self.database.write("freeing an idempotency key", body).await
    }

    async fn expire(&self) -> Result<u64, IdempotencyError> {
        let now = self.clock.now();
        self.database
            .write("forgetting answers", |tx| async move { expire(&tx, now).await })
            .await
    }
}

fn of(key: &IdempotencyKey) -> Expr {
    Column::Subject
        .eq(&key.subject)
        .and(Column::Operation.eq(&key.operation))
        .and(Column::Key.eq(&key.key))
}

async fn begin(
    tx: &Tx,
    key: &IdempotencyKey,
    body_hash: [u8; 32],
    ttl: Duration,
    now: DateTime<Utc>,
) -> Outcome<IdempotentBegin> {
    let known = Entity::find().filter(of(key)).one(&**tx).await?;
    if let Some(known) = known {
        if known.expires_at > millis(now) {
            return Ok(answer(known, body_hash));
        }
        Entity::delete_many().filter(of(key)).exec(&**tx).await?;
    }
    let claim = Model {
        subject: key.subject.clone(),
        operation: key.operation.clone(),
        key: key.key.clone(),
        body_hash: body_hash.to_vec(),
        status: None,
        reply: None,
        expires_at: millis(now).saturating_add(span(ttl)),
    };
    claim.into_active_model().insert(&**tx).await?;
    Ok(IdempotentBegin::Started)
}

fn answer(known: Model, body_hash: [u8; 32]) -> IdempotentBegin {
    if known.body_hash != body_hash {
        return IdempotentBegin::Mismatch;
    }
    let status = known.status.and_then(|status| u16::try_from(status).ok());
    match (status, known.reply) {
        (Some(status), Some(reply)) => IdempotentBegin::Replay(StoredReply { status, reply }),
        _ => IdempotentBegin::InProgress,
    }
}

/// Frees the keys of requests that were at work when the process before this one ended: nobody is at work on them.
pub(crate) async fn free_claims(database: &Database) -> Result<(), StorageError> {
    let body = |tx: Tx| async move {
        Entity::delete_many()
            .filter(Column::Status.is_null())
            .exec(&*tx)
            .await?;
        Ok(())
    };
    database.write("freeing claims of the process before", body).await
}

async fn expire(tx: &Tx, now: DateTime<Utc>) -> Outcome<u64> {
    let key = [Column::Subject, Column::Operation, Column::Key];
    let expired = Entity::find()
        .select_only()
        .columns(key)
        .filter(Column::ExpiresAt.lte(millis(now)))
        .limit(EXPIRE_MAX)
        .into_query();
    let forgotten = Entity::delete_many()
        .filter(Expr::tuple(key.map(Expr::col)).in_subquery(expired))
        .exec(&**tx)
        .await?;
    Ok(forgotten.rows_affected)
}
