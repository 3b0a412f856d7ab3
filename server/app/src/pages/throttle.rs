//! Slows down whoever tries links that are none. A link cannot be guessed, but nobody should find out how it feels to try.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crochet_openapi::Problem;
use moka::future::Cache;
use poem::{Addr, Request};

/// So many wrong ones are looked at from one address within [`WINDOW`].
const WRONG_MAX: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
const WINDOW_S: u32 = 60;
/// How many addresses are remembered.
const ADDRESSES_MAX: u64 = 10_000;

/// Counts wrong tries by the address that they came from.
pub(super) struct Throttle(Cache<Option<IpAddr>, Arc<AtomicU32>>);

impl Default for Throttle {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(ADDRESSES_MAX)
                .time_to_live(WINDOW)
                .build(),
        )
    }
}

impl Throttle {
    /// Lets a try through unless too many went wrong before.
    ///
    /// # Errors
    /// 429 until the window is over.
    pub(super) async fn admit(&self, request: &Request) -> Result<(), Problem> {
        let wrong = self.0.get(&address(request)).await;
        match wrong {
            Some(wrong) if wrong.load(Ordering::Relaxed) >= WRONG_MAX => Err(Problem::too_many_requests(
                "too many links that are none came from this address",
                WINDOW_S,
            )),
            _ => Ok(()),
        }
    }

    /// Notes that a try went wrong.
    pub(super) async fn note(&self, request: &Request) {
        let wrong = self.0.entry(address(request)).or_default().await;
        wrong.value().fetch_add(1, Ordering::Relaxed);
    }
}

/// Who tries; those who cannot be told apart share one count.
fn address(request: &Request) -> Option<IpAddr> {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => Some(address.ip()),
        _ => None,
    }
}
