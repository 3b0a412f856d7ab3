//! Transactions as functions: a body is run, committed when it succeeds, rolled back when it does not, and run again
//! when another transaction was in its way.

use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use crochet_domain::ports::StorageError;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use super::connect::Database;
use super::errors::{Abort, storage_error};

/// How often a body is run when it keeps colliding with others.
const ATTEMPTS: u32 = 5;

/// A transaction as its body sees it. Everything that a connection can do, it can; only the runner ends it.
#[derive(Debug, Clone)]
pub(crate) struct Tx(Arc<DatabaseTransaction>);

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.0
    }
}

impl Database {
    /// Runs a body that may write. `doing` names it in errors.
    pub(crate) async fn write<T, E, F, Fut>(&self, doing: &'static str, body: F) -> Result<T, E>
    where
        E: From<StorageError>,
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Abort<E>>>,
    {
        let written = run(&self.writer, SqliteTransactionMode::Immediate, body).await;
        self.told(doing, written)
    }

    /// As [`Self::write`], but gives up with `Busy` when its turn does not come within `patience`.
    pub(crate) async fn write_within<T, E, F, Fut>(
        &self,
        patience: Duration,
        doing: &'static str,
        body: F,
    ) -> Result<T, E>
    where
        E: From<StorageError>,
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Abort<E>>>,
    {
        let turn = tokio::time::timeout(patience, begin(&self.writer, SqliteTransactionMode::Immediate));
        let Ok(first) = turn.await else {
            return Err(StorageError::Busy.into());
        };
        let first = first.map_err(|error| E::from(storage_error(doing, error)))?;
        let written = attempt(first, &body).await;
        self.told(doing, written)
    }

    /// As [`Self::read`], for what reads much: such reads wait for one another, so that short ones always find a reader.
    pub(crate) async fn read_long<T, E, F, Fut>(&self, doing: &'static str, body: F) -> Result<T, E>
    where
        E: From<StorageError>,
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Abort<E>>>,
    {
        let turn = self.long_reads.acquire().await;
        let _turn = turn.map_err(|_| StorageError::Busy)?;
        self.read(doing, body).await
    }

    /// Runs a body that only reads, on one consistent view.
    pub(crate) async fn read<T, E, F, Fut>(&self, doing: &'static str, body: F) -> Result<T, E>
    where
        E: From<StorageError>,
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T, Abort<E>>>,
    {
        let read = run(&self.reader, SqliteTransactionMode::Deferred, body).await;
        read.map_err(|abort| abort.into_error(doing))
    }

    /// The port's outcome of a write, after telling those whom it concerns.
    fn told<T, E: From<StorageError>>(
        &self,
        doing: &'static str,
        written: Result<T, Abort<E>>,
    ) -> Result<T, E> {
        match written.as_ref().map_err(Abort::disk_fault) {
            Ok(_) => self.checkpoints.written(),
            Err(Some(reason)) => self.disk.failed(reason),
            Err(None) => {}
        }
        written.map_err(|abort| abort.into_error(doing))
    }
}

async fn run<T, E, F, Fut>(
    pool: &DatabaseConnection,
    mode: SqliteTransactionMode,
    body: F,
) -> Result<T, Abort<E>>
where
    E: From<StorageError>,
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, Abort<E>>>,
{
    for _ in 1..ATTEMPTS {
        match attempt(begin(pool, mode).await?, &body).await {
            Err(abort) if abort.is_transient() => {}
            settled => return settled,
        }
    }
    attempt(begin(pool, mode).await?, &body).await
}

async fn begin(pool: &DatabaseConnection, mode: SqliteTransactionMode) -> Result<Tx, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(mode),
        ..TransactionOptions::default()
    };
    Ok(Tx(Arc::new(pool.begin_with_options(options).await?)))
}

/// Dropping a transaction, as when a caller gives up, rolls it back too.
async fn attempt<T, E, F, Fut>(tx: Tx, body: &F) -> Result<T, Abort<E>>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<T, Abort<E>>>,
{
    let outcome = body(tx.clone()).await;
    let tx = Arc::into_inner(tx.0).expect("a body that has ended holds no transaction");
    match outcome {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(abort) => {
            // What went wrong matters more than a rollback that fails: that connection is not used again.
            let _ = tx.rollback().await;
            Err(abort)
        }
    }
}
