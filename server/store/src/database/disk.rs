//! What is wrong with the disk, as far as the latest writes tell. Asking writes nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long a failed write speaks for the disk. Writes that succeed meanwhile do not take it back: on a full disk the
/// small ones find room where the large ones do not.
const SPEAKS_FOR: Duration = Duration::from_secs(30);

/// Remembers the last write that the disk did not take.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<Option<(Instant, &'static str)>>>);

impl Disk {
    /// A write was not kept, for this reason.
    pub(super) fn failed(&self, reason: &'static str) {
        *self.last() = Some((Instant::now(), reason));
    }

    /// Why it did not take a write of late.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let (at, reason) = (*self.last())?;
        (at.elapsed() < SPEAKS_FOR).then_some(reason)
    }

    fn last(&self) -> MutexGuard<'_, Option<(Instant, &'static str)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
