//! Moves the log of the database into its file, beside the writes.
//!
//! A commit appends to the log and waits for no disk; moving the log into the file does, and whoever commits when the log is
//! long would have to. So a reader moves it soon after a write, while the writer goes on. The writer does it only when the
//! log grows faster than it is moved. It must never hold up a commit.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The log is moved so long after a write, with all that was written meanwhile.
const AFTER: Duration = Duration::from_millis(500);

/// The task that moves the log. It ends with the last who may write.
#[derive(Debug)]
pub(super) struct Checkpoints {
    written: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Checkpoints {
    pub(super) fn start(reader: DatabaseConnection) -> Self {
        let written = Arc::new(Notify::new());
        let heard = Arc::clone(&written);
        let task = tokio::spawn(async move {
            loop {
                heard.notified().await;
                tokio::time::sleep(AFTER).await;
                // What hinders it will hinder the writer, who says so.
                let _ = reader.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await;
            }
        });
        Self { written, task }
    }

    /// Something was committed.
    pub(super) fn written(&self) {
        self.written.notify_one();
    }

    /// Moves nothing any more.
    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.stop();
    }
}
