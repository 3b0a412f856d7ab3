//! Opaque access tokens: Hydra is asked whom they stand for (RFC 7662), at most once a second for each.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_openapi::Problem;
use serde::Deserialize;

use super::requests::or_none;
use super::{Trusted, away};
use crate::memory::Memory;
use crate::ory::{Ory, OryAddressError};
use crate::tokens::{Holder, TOKEN_BYTES_MAX, TokenChecker, VerifiedToken};

/// How Hydra marks its opaque access tokens; what is not marked so is not asked about.
const MARK: &str = "ory_at_";
/// What Hydra calls an access token; it is asked about refresh tokens in the same place.
const ACCESS_TOKEN: &str = "access_token";

/// Checks opaque tokens by asking a Hydra.
pub struct OpaqueTokens {
    hydra: Ory,
    trusted: Trusted,
    memory: Memory<Option<VerifiedToken>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Introspected {
    active: bool,
    sub: String,
    client_id: String,
    scope: String,
    exp: i64,
    iss: String,
    #[serde(deserialize_with = "or_none")]
    aud: Vec<String>,
    token_use: String,
}

impl OpaqueTokens {
    /// Asks the Hydra whose admin API is at `url`, and remembers what it says for `memory`, at most a second.
    ///
    /// # Errors
    /// When that is no address.
    pub fn at(url: &str, trusted: Trusted, memory: Duration) -> Result<Self, OryAddressError> {
        Ok(Self {
            hydra: Ory::at(url)?,
            trusted,
            memory: Memory::lasting(memory),
        })
    }

    async fn ask(&self, token: &str) -> Result<Option<VerifiedToken>, Problem> {
        let said: Introspected = self
            .hydra
            .post_form("/admin/oauth2/introspect", &[("token", token)])
            .await
            .map_err(|_| away())?;
        Ok(verified(&said, &self.trusted))
    }
}

/// What an answer proves, if anything: an access token of this issuer, for us.
fn verified(said: &Introspected, trusted: &Trusted) -> Option<VerifiedToken> {
    let ours = said.iss == trusted.issuer && said.aud.contains(&trusted.audience);
    if !(said.active && said.token_use == ACCESS_TOKEN && ours) {
        return None;
    }
    Some(VerifiedToken {
        holder: Holder::of(&said.sub, &said.client_id)?,
        scopes: said.scope.split_whitespace().collect(),
        expires_at: DateTime::from_timestamp(said.exp, 0)?,
    })
}

#[async_trait]
impl TokenChecker for OpaqueTokens {
    async fn check(&self, token: &str) -> Result<Option<VerifiedToken>, Problem> {
        if token.len() > TOKEN_BYTES_MAX || !token.starts_with(MARK) {
            return Ok(None);
        }
        let said = self.memory.recall(token, || self.ask(token)).await?;
        Ok(said.filter(|token| token.expires_at > Utc::now()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn trusted() -> Trusted {
        Trusted {
            issuer: "http://hydra".to_owned(),
            audience: "crochet".to_owned(),
        }
    }

    fn said(change: impl FnOnce(&mut Value)) -> Option<VerifiedToken> {
        let mut said = json!({
            "active": true, "sub": "8991dd08", "client_id": "cli", "scope": "orthos:read work:push",
            "exp": Utc::now().timestamp() + 600, "iss": "http://hydra", "aud": ["crochet"],
            "token_use": "access_token",
        });
        change(&mut said);
        verified(&serde_json::from_value(said).unwrap(), &trusted())
    }

    #[test]
    fn an_active_access_token_for_us_is_its_persons() {
        let token = said(|_| ()).unwrap();
        assert_eq!(token.holder, Holder::Person("8991dd08".parse().unwrap()));
        assert_eq!(
            token.scopes.iter().collect::<Vec<_>>(),
            ["orthos:read", "work:push"]
        );
    }

    #[test]
    fn anything_less_is_nobodys() {
        for (member, value) in [
            ("active", json!(false)),
            ("token_use", json!("refresh_token")),
            ("iss", json!("http://other")),
            ("aud", json!([])),
            ("aud", json!(null)),
            ("aud", json!(["other"])),
            ("sub", json!("")),
            ("client_id", json!("")),
        ] {
            assert_eq!(
                said(|said| said[member] = value.clone()),
                None,
                "{member} {value}"
            );
        }
        assert!(serde_json::from_value::<Introspected>(json!({"active": false})).is_ok());
    }

    #[tokio::test]
    async fn what_is_no_token_of_hydras_is_not_asked_about() {
        // Nobody listens there: asking would be a problem.
        let tokens = OpaqueTokens::at("http://127.0.0.1:1", trusted(), Duration::from_secs(1)).unwrap();
        let long = format!("{MARK}{}", "a".repeat(TOKEN_BYTES_MAX));
        for bad in ["", "a", "ck_1_2", &long] {
            assert_eq!(tokens.check(bad).await.unwrap(), None, "{bad}");
        }
        assert_eq!(tokens.check("ory_at_x").await.unwrap_err().status, 503);
    }

    #[tokio::test]
    async fn a_token_that_is_remembered_ends_at_its_time() {
        let tokens = OpaqueTokens::at("http://127.0.0.1:1", trusted(), Duration::from_secs(1)).unwrap();
        for (token, ends, is_good) in [("ory_at_1", 60, true), ("ory_at_2", -1, false)] {
            let known = said(|said| said["exp"] = json!(Utc::now().timestamp() + ends));
            let answer = || async { Ok(known.clone()) };
            tokens.memory.recall(token, answer).await.unwrap();
            assert_eq!(tokens.check(token).await.unwrap().is_some(), is_good, "{token}");
        }
    }
}
