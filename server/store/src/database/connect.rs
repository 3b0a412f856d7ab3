//! Opening the database file, with the settings that every pooled connection needs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crochet_domain::ports::StorageError;
use crochet_migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use sea_orm::{ConnectOptions, DatabaseConnection, SqlxError};
use sea_orm_migration::MigratorTrait;
use tokio::sync::Semaphore;

use super::checkpoint::Checkpoints;
use super::disk::Disk;
use super::errors::storage_error;

/// Longest wait for a connection; beyond it something is wrong, not slow.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest wait for a lock that another process holds, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readers at a time. More would only wait for the processor.
const READERS: u32 = 4;
/// How many of them may read much at a time.
const LONG_READS: usize = 2;
/// A log of so many pages (64 MB) is moved into the database by the commit that made it so long, which waits for the disk.
const CHECKPOINT_PAGES: &str = "16000";
/// Prepared statements that a connection keeps. Bulk statements are large, so not many.
const STATEMENTS: usize = 48;
/// Page cache of the writer in KiB: random keys want their index pages near.
const WRITER_CACHE_KIB: &str = "-24576";
/// Page cache of one reader in KiB.
const READER_CACHE_KIB: &str = "-4096";

/// The two pools of one database file.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(super) writer: DatabaseConnection,
    pub(super) reader: DatabaseConnection,
    pub(super) disk: Disk,
    pub(super) long_reads: Arc<Semaphore>,
    pub(super) checkpoints: Arc<Checkpoints>,
}

impl Database {
    /// Opens the file, makes it if needed, and brings its schema up to date.
    pub(crate) async fn open(file: &Path) -> Result<Self, StorageError> {
        let fault = |error| storage_error("opening the database", error);
        let writer = sea_orm::Database::connect(options(file, Access::Write))
            .await
            .map_err(fault)?;
        Migrator::up(&writer, None)
            .await
            .map_err(|error| storage_error("migrating the database", error))?;
        let reader = sea_orm::Database::connect(options(file, Access::Read))
            .await
            .map_err(fault)?;
        Ok(Self {
            writer,
            checkpoints: Arc::new(Checkpoints::start(reader.clone())),
            reader,
            disk: Disk::default(),
            long_reads: Arc::new(Semaphore::new(LONG_READS)),
        })
    }

    /// The writer and the readers.
    #[cfg(test)]
    pub(crate) fn pools(&self) -> (&DatabaseConnection, &DatabaseConnection) {
        (&self.writer, &self.reader)
    }

    /// Why the disk did not take a write of late.
    pub(crate) fn disk_fault(&self) -> Option<&'static str> {
        self.disk.fault()
    }

    /// Finishes what is running and closes the file; the log is moved into it.
    pub(crate) async fn close(&self) -> Result<(), StorageError> {
        let fault = |error| storage_error("closing the database", error);
        self.checkpoints.stop();
        self.reader.close_by_ref().await.map_err(fault)?;
        self.writer.close_by_ref().await.map_err(fault)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

fn options(file: &Path, access: Access) -> ConnectOptions {
    let file = file.to_path_buf();
    let mut options = ConnectOptions::new("sqlite:crochet");
    options
        .max_connections(if access == Access::Write { 1 } else { READERS })
        .min_connections(if access == Access::Write { 1 } else { 0 })
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(if access == Access::Write {
            None
        } else {
            Some(Duration::from_secs(60))
        })
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |_| pragmas(&file, access))
        .map_sqlx_sqlite_before_acquire(|connection, _| Box::pin(is_between_transactions(connection)));
    options
}

/// Whether a connection may be used again. SQLite ends a transaction by itself when its COMMIT fails; the driver then
/// still counts it, and what began after it would be a savepoint of nothing: acknowledged, and gone at the next start.
/// The ping lets a rollback that is still queued run first.
async fn is_between_transactions(connection: &mut SqliteConnection) -> Result<bool, SqlxError> {
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

fn pragmas(file: &Path, access: Access) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .disable_statement_logging()
        .create_if_missing(access == Access::Write)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES);
    match access {
        // In files, statement journals were two of three writes: a statement of many rows that may fail in the middle
        // keeps the old pages of all its indexes until it has not.
        Access::Write => options
            .pragma("cache_size", WRITER_CACHE_KIB)
            .pragma("temp_store", "memory"),
        Access::Read => options
            .pragma("cache_size", READER_CACHE_KIB)
            .pragma("query_only", "1"),
    }
}
