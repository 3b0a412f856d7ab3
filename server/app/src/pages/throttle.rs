//! Slows down whoever tries links, passwords and codes that are none. A link cannot be guessed, but nobody should find out
//! how it feels to try; a password can.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crochet_openapi::{Handled, Problem};
use moka::future::Cache;
use poem::Request;

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
        let handled = request.data::<Handled>()?;
        handled.context().address().map(party)
    }

    /// Notes that a try of theirs went wrong.
    pub(super) async fn note(&self, guesser: Option<IpAddr>) {
        let wrong = self.wrong.entry(guesser).or_default().await;
        wrong.value().fetch_add(1, Ordering::Relaxed);
    }
}

/// One who has an address of version 6 has a whole network of them, and could try with a new one each time.
fn party(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use crochet_openapi::RequestContext;

    use super::*;

    fn from(address: &str) -> Request {
        let context = RequestContext::new().from_address(address.parse().ok());
        let mut request = Request::default();
        request.extensions_mut().insert(Handled::new(context));
        request
    }

    #[tokio::test]
    async fn wrong_tries_are_counted_by_who_sends_them_however_many_addresses_they_have() {
        let throttle = Throttle::of(2);
        for address in ["192.0.2.1", "192.0.2.1", "2001:db8::1", "2001:db8::2"] {
            throttle.note(Throttle::guesser(&from(address))).await;
        }
        for (address, waits) in [
            ("192.0.2.1", true),
            ("192.0.2.2", false),
            ("2001:db8::3", true),
            ("2001:db8:0:1::1", false),
        ] {
            let admitted = throttle.admit(&from(address)).await;
            assert_eq!(admitted.is_err(), waits, "{address}");
        }
    }
}
