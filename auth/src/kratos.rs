//! Ory Kratos, which keeps people and their sessions, behind the ports of this crate.
//!
//! Calls go through `ory-kratos-client` where it can make them. It loses the page links of lists and cannot read the
//! nodes of flows: those are asked for with the same HTTP client. Whatever Kratos says that is not understood lets nobody
//! in.

mod answers;
pub mod flows;
mod identity;
mod owners;
mod pages;
mod people;
mod sessions;

use ory_kratos_client::apis::configuration::Configuration;

use crate::ory::{Ory, OryAddressError};

pub use people::KratosPeople;
pub use sessions::KratosSessions;

/// How Kratos names the refusal of a session that has shown too few factors.
const SECOND_FACTOR: &str = "session_aal2_required";

/// How to call the Kratos at `url`.
fn calls_to(url: &str) -> Result<Configuration, OryAddressError> {
    let ory = Ory::at(url)?;
    Ok(Configuration {
        base_path: ory.base,
        client: ory.http,
        // The HTTP client says it.
        user_agent: None,
        // Each one spelt out: what the crate takes by itself would make an HTTP client of its own.
        basic_auth: None,
        oauth_access_token: None,
        bearer_access_token: None,
        api_key: None,
    })
}
