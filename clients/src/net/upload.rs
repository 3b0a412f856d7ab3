//! Watches a streamed request body, because the limit for such a call is not on its length but on standing still:
//! as long as the server takes pieces the upload goes on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;

/// When a piece was last taken. Clones watch the same body.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// The body to send in place of `pieces`. Nothing is buffered: a piece is asked for when the socket has room.
    pub(super) fn watch<S, E>(&self, pieces: S) -> reqwest::Body
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        let activity = self.clone();
        reqwest::Body::wrap_stream(pieces.inspect(move |_| activity.touch()))
    }

    /// Returns once nothing was taken for this long.
    pub(super) async fn silent_for(&self, silence: Duration) {
        loop {
            let last = self.last();
            tokio::time::sleep_until(last + silence).await;
            if self.last() == last {
                return;
            }
        }
    }

    fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Activity;

    #[tokio::test(start_paused = true)]
    async fn silence_counts_from_the_last_piece() {
        let activity = Activity::new();
        let started = Instant::now();
        let pieces = async {
            for _ in 0..5 {
                tokio::time::sleep(Duration::from_secs(50)).await;
                activity.touch();
            }
        };
        tokio::join!(pieces, activity.silent_for(Duration::from_secs(60)));
        assert_eq!(started.elapsed(), Duration::from_secs(5 * 50 + 60));
    }
}
