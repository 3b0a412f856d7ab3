//! Whose turn it is to add a text to a context: one after the other, so that what is planned for a text still holds when
//! it is written.
//!
//! One process owns a database (the data folder is locked), so a lock in memory is enough.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use crochet_domain::ports::ContextKey;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// A turn, which ends when it is dropped.
pub(super) type Turn = OwnedMutexGuard<()>;

/// The turns of all contexts that are being added to.
#[derive(Debug, Default)]
pub(crate) struct Turns(std::sync::Mutex<HashMap<ContextKey, Weak<Mutex<()>>>>);

impl Turns {
    /// The turn of a context; `None` when it does not come in time.
    pub(super) async fn of(&self, context: ContextKey, patience: Duration) -> Option<Turn> {
        let turn = self.lock_of(context);
        tokio::time::timeout(patience, turn.lock_owned()).await.ok()
    }

    fn lock_of(&self, context: ContextKey) -> Arc<Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(&context).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        turns.insert(context, Arc::downgrade(&turn));
        turn
    }
}
