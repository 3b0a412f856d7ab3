//! Slows down whoever tries links, passwords and codes that are none. A link cannot be guessed, but nobody should find out
//! how it feels to try; a password can.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crochet_openapi::Problem;
use moka::future::Cache;
use poem::{Addr, Request};

const WINDOW: Duration = Duration::from_secs(60);
const WINDOW_S: u32 = 60;
/// How many addresses are remembered.
const ADDRESSES_MAX: u64 = 10_000;

/// Counts wrong tries by the address that they came from.
pub(super) struct Throttle {
    /// So many are looked at from one address within [`WINDOW`].
    wrong_max: u32,
    wrong: Cache<Option<IpAddr>, Arc<AtomicU32>>,
}

impl Throttle {
    /// Lets so many wrong ones a minute through.
    pub(super) fn of(wrong_max: u32) -> Self {
        let wrong = Cache::builder()
            .max_capacity(ADDRESSES_MAX)
            .time_to_live(WINDOW)
            .build();
        Self { wrong_max, wrong }
    }

    /// Lets a try through unless too many went wrong before.
    ///
    /// # Errors
    /// 429 until the window is over.
    pub(super) async fn admit(&self, request: &Request) -> Result<(), Problem> {
        let wrong = self.wrong.get(&Self::guesser(request)).await;
        match wrong {
            Some(wrong) if wrong.load(Ordering::Relaxed) >= self.wrong_max => Err(
                Problem::too_many_requests("too many wrong tries came from this address", WINDOW_S),
            ),
            _ => Ok(()),
        }
    }

    /// Who tries; those who cannot be told apart share one count.
    pub(super) fn guesser(request: &Request) -> Option<IpAddr> {
        match &request.remote_addr().0 {
            Addr::SocketAddr(address) => Some(address.ip()),
            _ => None,
        }
    }

    /// Notes that a try of theirs went wrong.
    pub(super) async fn note(&self, guesser: Option<IpAddr>) {
        let wrong = self.wrong.entry(guesser).or_default().await;
        wrong.value().fetch_add(1, Ordering::Relaxed);
    }
}
