//! How Ory's servers are called: with time limits, without following redirects or asking a proxy, because credentials
//! are on their way.

use std::time::Duration;

use reqwest_of_ory::redirect::Policy;
use reqwest_of_ory::{Client, Url};

/// They are near; one that does not take a connection within this is away.
const CONNECT_MAX: Duration = Duration::from_secs(1);
/// No call of ours takes them longer than some milliseconds.
const CALL_MAX: Duration = Duration::from_secs(3);

/// An address at which none of them can be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the address of a server; write http://HOST:PORT")]
pub struct OryAddressError(String);

/// One API of one of them.
#[derive(Debug, Clone)]
pub(crate) struct Ory {
    /// Its address, without a slash at the end.
    pub(crate) base: String,
    pub(crate) http: Client,
}

impl Ory {
    /// The API at `url`.
    pub(crate) fn at(url: &str) -> Result<Self, OryAddressError> {
        let wrong = || OryAddressError(url.to_owned());
        let parsed = Url::parse(url).map_err(|_| wrong())?;
        if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() || parsed.query().is_some() {
            return Err(wrong());
        }
        let http = Client::builder()
            .connect_timeout(CONNECT_MAX)
            .timeout(CALL_MAX)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("crochet/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| wrong())?;
        Ok(Self {
            base: url.trim_end_matches('/').to_owned(),
            http,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_checked_before_it_is_called() {
        let base = |url| Ory::at(url).map(|ory| ory.base);
        assert_eq!(base("http://127.0.0.1:4433/").unwrap(), "http://127.0.0.1:4433");
        for bad in [
            "",
            "127.0.0.1:4433",
            "ftp://kratos",
            "/kratos",
            "http://",
            "http://kratos?a=b",
        ] {
            assert_eq!(base(bad), Err(OryAddressError(bad.to_owned())));
        }
    }
}
