//! Wake-ups within the process: who waits for work, for ledger rows or for progress sleeps until somebody commits.
//!
//! One process owns a database (the data folder is locked), so nothing has to be polled. A wake-up is a hint: waiters
//! look at the database again and go on sleeping if it was not for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// Who is to be woken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// Rows were added to the ledger.
    Ledger,
    /// A wave or survey made progress.
    Progress,
    /// A queue has, or soon may have, something ready.
    Queue(String),
}

/// All the bells of one store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals(Arc<Mutex<HashMap<Topic, watch::Sender<u64>>>>);

impl Signals {
    /// Wakes everyone who waits for the topic. Call it after the commit.
    pub(crate) fn ring(&self, topic: &Topic) {
        if let Some(bell) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(topic) {
            bell.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// A listener that hears every ring from now on.
    pub(crate) fn listen(&self, topic: Topic) -> Listener {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Listener(bells.entry(topic).or_default().subscribe())
    }
}

/// Hears one topic.
#[derive(Debug)]
pub(crate) struct Listener(watch::Receiver<u64>);

impl Listener {
    /// Returns at the next ring since the last call, at once if there was one.
    pub(crate) async fn heard(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
