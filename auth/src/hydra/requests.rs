//! What Hydra asks our pages, and what they answer: who signs in, and what they allow which program.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// A list that Hydra may write as `null`.
pub(super) fn or_none<'de, D: Deserializer<'de>>(written: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(written)?.unwrap_or_default())
}

/// A program as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Client {
    /// Its id.
    pub client_id: String,
    /// What to call it, if it says.
    pub client_name: String,
    /// Whether its registration says that nobody need be asked.
    pub skip_consent: bool,
}

/// Somebody wants to sign in with us for a program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LoginRequest {
    /// Who has signed in in this browser before, if `skip`.
    #[serde(default)]
    pub subject: String,
    /// Whether Hydra remembers somebody; then nobody but them can be accepted.
    #[serde(default)]
    pub skip: bool,
    /// Hydra's own session.
    #[serde(default)]
    pub session_id: Option<String>,
    /// The request of the program.
    pub request_url: String,
}

/// Who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoginAccepted {
    /// The id of the person.
    pub subject: String,
    /// The session with us that proved them.
    pub identity_provider_session_id: String,
    /// How well: `aal1` or `aal2`.
    pub acr: String,
    /// Whether to remember it. We ask our own session each time, so what is remembered lets nobody in.
    pub remember: bool,
}

/// A program wants to act for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ConsentRequest {
    /// The program.
    pub client: Client,
    /// The id of the person who has signed in.
    #[serde(default)]
    pub subject: String,
    /// Whether they have allowed it before.
    #[serde(default)]
    pub skip: bool,
    /// The scopes that it wants.
    #[serde(default, deserialize_with = "or_none")]
    pub requested_scope: Vec<String>,
    /// For whom its tokens are to be good.
    #[serde(default, deserialize_with = "or_none")]
    pub requested_access_token_audience: Vec<String>,
}

/// What somebody allows a program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ConsentGiven {
    /// The scopes.
    pub grant_scope: Vec<String>,
    /// For whom its tokens are good.
    pub grant_access_token_audience: Vec<String>,
    /// Whether to ask no more.
    pub remember: bool,
}

/// What somebody has allowed a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedConsent {
    /// The program.
    pub client: Client,
    /// The scopes.
    pub scopes: Vec<String>,
    /// When.
    pub granted_at: Option<DateTime<Utc>>,
}

/// A program to be registered, which keeps no secret and proves itself by PKCE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registration {
    /// Its id.
    pub client_id: String,
    /// What to call it.
    pub client_name: String,
    /// Where a person may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Every scope that it may ask for, with spaces between.
    pub scope: String,
    /// For whom its tokens may be good.
    pub audience: Vec<String>,
    /// Which ways to a token it may take.
    pub grant_types: Vec<String>,
    /// What it is answered with.
    pub response_types: Vec<String>,
    /// How it proves itself.
    pub token_endpoint_auth_method: String,
    /// Of which kind its tokens are.
    pub access_token_strategy: String,
}

impl Registration {
    /// A program on somebody's own machine, to which a browser is sent back at any port. Its tokens are opaque, so that
    /// they end when it says so.
    #[must_use]
    pub fn of_terminal(id: &str, name: &str, scopes: &[&str], audience: &str) -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            client_id: id.to_owned(),
            client_name: name.to_owned(),
            redirect_uris: words(&["http://127.0.0.1/callback"]),
            scope: scopes.join(" "),
            audience: words(&[audience]),
            grant_types: words(&["authorization_code", "refresh_token"]),
            response_types: words(&["code"]),
            token_endpoint_auth_method: "none".to_owned(),
            access_token_strategy: "opaque".to_owned(),
        }
    }
}
