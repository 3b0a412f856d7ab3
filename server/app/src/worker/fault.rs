//! Why an item was not done, and what follows: it is moot, it failed and is tried again later, or it is given back.
//!
//! A service that does not answer is no failure of the item, so it costs the item no attempt; the worker pauses instead.
//! What did fail is not tried again here: the queue delivers again, counts, and in the end buries the item with its
//! reason. It must never hide a reason.

use std::time::Duration;

use crochet_api::work::{Nack, Receipt};
use crochet_domain::pipeline::StepError;
use crochet_openapi::Problem;

use super::outage::pauses;
use crate::services::problems::{NO_CONTEXT, NO_SURVEY};

/// Why an item was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The context is gone, or the survey: nobody waits for the item.
    #[error("nobody waits for it: {0}")]
    Moot(Problem),
    /// A service is not there, or cannot now.
    #[error("{0}")]
    Unanswered(Problem),
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
            404 if is_gone(&problem) => Self::Moot(problem),
            // Whoever answers 404 without naming what is gone is not the service: an address, a proxy, a process with
            // other parts. A key that is not known or has too few scopes is the worker's, and 507 is a full disk.
            401 | 403 | 404 | 405 | 408 | 429 | 502..=504 | 507 => Self::Unanswered(problem),
            // A 500 is an answer: some item may well be what makes the service fail.
            _ => Self::Refused(problem),
        }
    }
}

fn is_gone(problem: &Problem) -> bool {
    [NO_CONTEXT, NO_SURVEY].contains(&&*problem.type_uri)
}

impl Fault {
    /// Whether one of several items may have brought it on all.
    pub(super) const fn may_be_of_one(&self) -> bool {
        match self {
            Self::Moot(_) | Self::Unanswered(_) | Self::Stopped => false,
            Self::Refused(_) | Self::Step(_) | Self::Inconsistent(_) | Self::Panicked => true,
        }
    }

    /// The nack of a delivery that failed for this reason for the how manyth time.
    pub(super) fn nack(&self, receipt: Receipt, attempt: i32) -> Nack {
        let before = usize::try_from(attempt).unwrap_or(1).saturating_sub(1);
        let delay = match self {
            Self::Refused(problem) => asked(problem),
            _ => None,
        };
        let delay = delay.or_else(|| pauses(LONGEST).nth(before)).unwrap_or_default();
        Nack {
            receipt,
            reason: self.to_string().chars().take(REASON_MAX).collect(),
            delay_ms: i64::try_from(delay.as_millis()).unwrap_or(i64::MAX),
        }
    }
}

/// How long a service asks to be left alone.
pub(super) fn asked(problem: &Problem) -> Option<Duration> {
    problem
        .retry_after_s
        .map(|seconds| Duration::from_secs(seconds.into()))
}

/// The longest pause between attempts at an item: one that will never do is known as such before people lose patience.
const LONGEST: Duration = Duration::from_secs(1);
/// The longest reason that the queue takes, in characters.
const REASON_MAX: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::problems::no_context;

    #[test]
    fn only_a_service_that_names_what_is_gone_makes_an_item_moot() {
        assert!(matches!(Fault::from(no_context()), Fault::Moot(_)));
        let not_there = Problem::not_found("no such page");
        assert!(matches!(Fault::from(not_there), Fault::Unanswered(_)));
    }

    #[test]
    fn what_a_service_refuses_is_the_items_and_what_it_cannot_do_now_is_not() {
        for status in [401, 403, 429, 502, 503, 504, 507] {
            let fault = Fault::from(Problem::new(status, "not now"));
            assert!(matches!(fault, Fault::Unanswered(_)), "{status}");
        }
        for status in [400, 413, 422, 500] {
            let fault = Fault::from(Problem::new(status, "not this"));
            assert!(matches!(fault, Fault::Refused(_)), "{status}");
        }
    }
}
