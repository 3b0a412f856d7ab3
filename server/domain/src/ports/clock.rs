//! Time as a port, so that leases, expiries and windows are tested without waiting for them.
//!
//! Nothing below the composition root may ask the machine for the time in another way.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// What time it is, and how to let some pass.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present, to the millisecond (stores keep no finer time).
    fn now(&self) -> DateTime<Utc>;

    /// Returns when `duration` has passed on this clock.
    async fn sleep(&self, duration: Duration);
}
