//! Why an item was not done, and what follows: it is moot, or it is tried again later.
//!
//! Nothing is tried again here: the queue delivers again, counts, and in the end buries the item with its reason. It
//! must never hide a reason.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use crochet_api::work::{Nack, Receipt};
use crochet_domain::pipeline::StepError;
use crochet_openapi::Problem;

/// Why an item was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The context is gone, or the survey: nobody waits for the item.
    #[error("nobody waits for it: {0}")]
    Moot(Problem),
    /// A service refused or failed.
    #[error("{0}")]
    Refused(Problem),
    /// The item asks for something that cannot be done.
    #[error(transparent)]
    Step(#[from] StepError),
    /// What a service said does not fit together.
    #[error("{0}")]
    Inconsistent(String),
    /// The worker is to stop.
    #[error("the worker stops")]
    Stopped,
    /// The search panicked.
    #[error("the search panicked")]
    Panicked,
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        match problem.status {
            404 | 410 => Self::Moot(problem),
            _ => Self::Refused(problem),
        }
    }
}

impl Fault {
    /// The nack of a delivery that failed for this reason for the how manyth time.
    pub(super) fn nack(&self, receipt: Receipt, attempt: i32) -> Nack {
        let asked = match self {
            Self::Refused(problem) => problem
                .retry_after_s
                .map(|seconds| Duration::from_secs(seconds.into())),
            _ => None,
        };
        let delay = asked.unwrap_or_else(|| pause(attempt));
        let delay_ms = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
        let reason = self.to_string().chars().take(REASON_MAX).collect();
        Nack {
            receipt,
            reason,
            delay_ms,
        }
    }
}

/// The longest reason that the queue takes, in characters.
const REASON_MAX: usize = 1_000;

/// The pause after an attempt: doubled each time, jittered, so that workers do not come back all at once.
fn pause(attempt: i32) -> Duration {
    let longest = Duration::from_secs(30);
    let mut pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(longest)
        .without_max_times()
        .with_jitter()
        .build();
    let before = usize::try_from(attempt).unwrap_or(1).saturating_sub(1);
    pauses.nth(before.min(32)).unwrap_or(longest)
}
