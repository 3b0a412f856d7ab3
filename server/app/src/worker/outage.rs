//! The pauses of a worker while a service does not answer: longer each time, jittered, and over with the first answer.
//!
//! An outage may last hours, so pauses end at half a minute: so long at most nothing happens once it is over. It must
//! never know which service it is.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use tokio_util::sync::CancellationToken;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(30);

/// Pauses without end: doubled each time, and jittered, so that workers do not come back all at once.
pub(super) fn pauses(longest: Duration) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(FIRST)
        .with_max_delay(longest)
        .without_max_times()
        .with_jitter()
        .build()
}

/// How long services have not been answering one worker.
#[derive(Debug)]
pub(super) struct Outage(ExponentialBackoff);

impl Default for Outage {
    fn default() -> Self {
        Self(pauses(LONGEST))
    }
}

impl Outage {
    /// Services answer again.
    pub(super) fn is_over(&mut self) {
        *self = Self::default();
    }

    /// Waits for the next try, as long as the service asks for at least.
    pub(super) async fn pause(&mut self, asked: Option<Duration>, shutdown: &CancellationToken) {
        let pause = self.0.next().unwrap_or(LONGEST).max(asked.unwrap_or_default());
        tracing::info!(pause_ms = pause.as_millis(), "a service does not answer: waiting");
        shutdown.run_until_cancelled(tokio::time::sleep(pause)).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_while_nobody_answers_and_start_again_after_an_answer() {
        let (mut outage, shutdown) = (Outage::default(), CancellationToken::new());
        let start = Instant::now();
        for _ in 0..8 {
            outage.pause(None, &shutdown).await;
        }
        assert!(start.elapsed() > FIRST * 255);
        outage.is_over();
        let start = Instant::now();
        outage.pause(None, &shutdown).await;
        assert!(start.elapsed() < FIRST * 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_is_left_alone_as_long_as_it_asks_but_shutdown_does_not_wait() {
        let (mut outage, shutdown) = (Outage::default(), CancellationToken::new());
        let start = Instant::now();
        outage.pause(Some(LONGEST * 2), &shutdown).await;
        assert!(start.elapsed() >= LONGEST * 2);
        shutdown.cancel();
        let start = Instant::now();
        outage.pause(Some(LONGEST * 2), &shutdown).await;
        assert!(start.elapsed() < LONGEST);
    }
}
