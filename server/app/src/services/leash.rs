//! The hold on a search that runs on a thread of its own.
//!
//! Such a thread does not notice that nobody waits for it any more, because its request timed out or its worker ended;
//! and a search need not end by itself. It must never let go without stopping it.

use std::sync::Arc;

use crochet_domain::search::fixed::Control;

/// Stops a search when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Leash(Arc<Control>);

impl Leash {
    /// What the search is to look at.
    pub(crate) fn control(&self) -> Arc<Control> {
        Arc::clone(&self.0)
    }

    /// Stops the search soon.
    pub(crate) fn stop(&self) {
        self.0.stop();
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        self.stop();
    }
}
