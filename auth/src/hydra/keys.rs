//! The keys that Hydra signs with, as it publishes them (RFC 7517).
//!
//! They are kept for some minutes, and looked up anew when a token names a key that is not among them, which is how a
//! rotation is noticed; tokens that name keys of nobody cannot make us ask more often than every few seconds. While Hydra
//! is away its keys go on counting for a while.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use reqwest_of_ory::Method;
use tokio::sync::RwLock;

use crate::ory::{Ory, Unanswered, answered};

/// Where they are published.
const KEYS: &str = "/.well-known/jwks.json";
/// Hydra makes its keys when they are first asked for, which takes it seconds.
const FETCH_MAX: Duration = Duration::from_secs(10);
/// So long keys are used without asking again.
const FRESH: Duration = Duration::from_secs(300);
/// So long they are used while Hydra cannot be asked.
const STALE_MAX: Duration = Duration::from_secs(3_600);
/// So long the next look-up waits for the one before.
const BETWEEN: Duration = Duration::from_secs(5);

/// The keys of one issuer.
pub(super) struct Keys {
    hydra: Ory,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<DecodingKey>>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
}

impl Keys {
    pub(super) fn of(hydra: Ory) -> Self {
        Self {
            hydra,
            known: RwLock::default(),
        }
    }

    /// The key of this name; `None` when Hydra has none.
    pub(super) async fn find(&self, name: &str) -> Result<Option<Arc<DecodingKey>>, Unanswered> {
        let now = Instant::now();
        if let Some(found) = self.known.read().await.fresh(name, now) {
            return Ok(Some(found));
        }
        // One looks, the others wait here and find what it has found.
        let mut known = self.known.write().await;
        if let Some(found) = known.fresh(name, now) {
            return Ok(Some(found));
        }
        if known.may_try(now) {
            known.tried = Some(now);
            if let Ok(keys) = self.fetch().await {
                known.keys = keys;
                known.fetched = Some(now);
            }
        }
        known.usable(name, now)
    }

    async fn fetch(&self) -> Result<HashMap<String, Arc<DecodingKey>>, Unanswered> {
        let request = self.hydra.request(Method::GET, KEYS).timeout(FETCH_MAX);
        let published: JwkSet = answered(KEYS, request).await?;
        Ok(published.keys.iter().filter_map(signing).collect())
    }
}

impl Known {
    fn fresh(&self, name: &str, now: Instant) -> Option<Arc<DecodingKey>> {
        let fetched = self
            .fetched
            .filter(|at| now.saturating_duration_since(*at) < FRESH);
        fetched.and_then(|_| self.keys.get(name).cloned())
    }

    fn may_try(&self, now: Instant) -> bool {
        self.tried
            .is_none_or(|at| now.saturating_duration_since(at) >= BETWEEN)
    }

    fn usable(&self, name: &str, now: Instant) -> Result<Option<Arc<DecodingKey>>, Unanswered> {
        match self.fetched {
            Some(at) if now.saturating_duration_since(at) < STALE_MAX => Ok(self.keys.get(name).cloned()),
            _ => Err(Unanswered::Away),
        }
    }
}

/// A key for the one algorithm that we take.
fn signing(key: &Jwk) -> Option<(String, Arc<DecodingKey>)> {
    let common = &key.common;
    let fits = common.key_algorithm == Some(KeyAlgorithm::RS256)
        && matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
    let decoding = DecodingKey::from_jwk(key).ok().filter(|_| fits)?;
    Some((common.key_id.clone()?, Arc::new(decoding)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(fetched: Option<Duration>, now: Instant) -> Known {
        let key = Arc::new(DecodingKey::from_secret(b"any"));
        Known {
            keys: HashMap::from([("here".to_owned(), key)]),
            fetched: fetched.map(|ago| now.checked_sub(ago).unwrap()),
            tried: None,
        }
    }

    #[test]
    fn keys_are_fresh_for_minutes_and_usable_for_an_hour() {
        let now = Instant::now() + 2 * STALE_MAX;
        let minute = Duration::from_secs(60);
        assert!(known(Some(minute), now).fresh("here", now).is_some());
        assert!(known(Some(minute), now).fresh("gone", now).is_none());
        assert!(known(Some(FRESH), now).fresh("here", now).is_none());
        assert!(matches!(known(Some(FRESH), now).usable("here", now), Ok(Some(_))));
        assert!(matches!(known(Some(FRESH), now).usable("gone", now), Ok(None)));
        assert!(known(Some(STALE_MAX), now).usable("here", now).is_err());
        assert!(known(None, now).usable("here", now).is_err());
    }

    #[test]
    fn nobody_makes_us_look_more_often_than_every_few_seconds() {
        let now = Instant::now() + BETWEEN;
        let tried = |ago: Duration| Known {
            tried: now.checked_sub(ago),
            ..Known::default()
        };
        assert!(Known::default().may_try(now) && tried(BETWEEN).may_try(now));
        assert!(!tried(Duration::from_secs(1)).may_try(now));
    }

    #[test]
    fn only_signing_keys_for_the_one_algorithm_count() {
        let key = |alg: &str, usage: &str| {
            let key = serde_json::json!({"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "k", "alg": alg, "use": usage});
            serde_json::from_value::<Jwk>(key).unwrap()
        };
        assert!(signing(&key("RS256", "sig")).is_some());
        assert!(signing(&key("RS256", "enc")).is_none());
        assert!(signing(&key("RS512", "sig")).is_none());
        let secret = serde_json::json!({"kty": "oct", "k": "AQAB", "kid": "k", "alg": "HS256", "use": "sig"});
        assert!(signing(&serde_json::from_value(secret).unwrap()).is_none());
    }
}
