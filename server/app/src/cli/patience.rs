//! Waiting for work to go on, but not for ever: where the disk is full or no worker runs, it never would.

use std::time::Duration;

use crochet_client::{Crochet, Error};
use tokio::time::timeout;

use super::failure::Failure;

/// After so long without a step the server is asked whether it is well.
const QUIET: Duration = Duration::from_secs(10);

/// After so many times the search is given up: work items are bounded, and take seconds.
const QUIET_MAX: u32 = 6;

/// Waits for the next step. Texts settle in order, so another may move while this one waits for it: `pulse` is a number
/// that changes with whatever is found.
pub(super) async fn moving<T>(
    api: &Crochet,
    pulse: impl AsyncFn() -> Result<i64, Failure>,
    step: impl Future<Output = T>,
) -> Result<T, Failure> {
    let mut step = std::pin::pin!(step);
    let (mut quiet, mut seen) = (0, None);
    while quiet < QUIET_MAX {
        if let Ok(step) = timeout(QUIET, &mut step).await {
            return Ok(step);
        }
        well(api).await?;
        let now = pulse().await?;
        let moved = seen.replace(now).is_some_and(|before| before != now);
        quiet = if moved { 0 } else { quiet + 1 };
    }
    let stalled = format!("nothing has moved for {} s", (QUIET * QUIET_MAX).as_secs());
    Err(Failure::new(stalled).try_this("what was found is kept: see that a worker runs, then run it again"))
}

/// Whether the server has all that it depends on; if not, what it lacks.
async fn well(api: &Crochet) -> Result<(), Failure> {
    let Err(Error::Unavailable(problem)) = api.check_readiness().await else {
        return Ok(());
    };
    let lacks: Vec<&str> = problem.errors.iter().map(|fault| &*fault.detail).collect();
    if lacks.is_empty() {
        return Ok(());
    }
    Err(
        Failure::new(format!("the search cannot go on: {}", lacks.join("; ")))
            .try_this("what was found is kept: mend that, then run it again"),
    )
}
