//! The machine's clock behind the port, to the millisecond, and moments as the tables keep them.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use crochet_domain::ports::Clock;

/// The time of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A moment as a column has it: milliseconds since 1970.
pub(crate) fn millis(moment: DateTime<Utc>) -> i64 {
    moment.timestamp_millis()
}

/// A column as a moment; what no calendar has becomes 1970.
pub(crate) fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// A span in milliseconds; the longest that a column holds when it is longer.
pub(crate) fn span(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
