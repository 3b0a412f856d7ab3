//! The tasks that run beside the requests, each supervised, all stopped together.

use std::fmt::Display;

use crochet_platform::supervise::{Backoff, supervise};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Background tasks that have been started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Background {
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Background {
    /// Starts a task, and starts it again when it fails.
    pub(crate) fn spawn<Make, Task, E>(&self, name: impl Into<String>, make: Make)
    where
        Make: FnMut(CancellationToken) -> Task + Send + 'static,
        Task: Future<Output = Result<(), E>> + Send,
        E: Display + Send,
    {
        let (name, shutdown) = (name.into(), self.shutdown.clone());
        self.tasks
            .spawn(async move { supervise(&name, Backoff::default(), shutdown, make).await });
    }

    /// Tells every task to stop and waits until all have.
    pub(crate) async fn stop(&self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
