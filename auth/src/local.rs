//! Checks keys against the store of this process, and notes when a key was last used.
//!
//! The note is written at most once a minute and beside the request, because a read must not wait for a write. It must
//! never know how keys are stored.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_openapi::{CallerKind, Problem, Scopes};
use moka::future::Cache;

use crate::authenticator::{KeyChecker, VerifiedKey};
use crate::key::{ApiKey, KeyHash};

/// How precise `last_used` is.
const LAST_USED_EVERY: Duration = Duration::from_secs(60);
/// How many keys are remembered as noted; beyond that the oldest are noted again sooner.
const NOTED_KEYS_MAX: u64 = 10_000;

/// A key as the store has it.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// The public part.
    pub prefix: String,
    /// The hash of the secret.
    pub hash: KeyHash,
    /// The subject that it acts as, such as `admin` or `service:worker`.
    pub subject: String,
    /// Whether it belongs to one of our services rather than to a person.
    pub service: bool,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it ends, if ever.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The part of the key store that checking needs.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// The key with this prefix.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    async fn find_key(&self, prefix: &str) -> Result<Option<StoredKey>, Problem>;

    /// Notes that the key was used.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    async fn note_use(&self, prefix: &str, at: DateTime<Utc>) -> Result<(), Problem>;
}

/// Checks keys against a store.
pub struct LocalKeys {
    store: Arc<dyn KeyStore>,
    noted: Cache<String, ()>,
}

impl LocalKeys {
    /// Checks keys against `store`.
    #[must_use]
    pub fn new(store: Arc<dyn KeyStore>) -> Self {
        let noted = Cache::builder()
            .max_capacity(NOTED_KEYS_MAX)
            .time_to_live(LAST_USED_EVERY)
            .build();
        Self { store, noted }
    }

    async fn note_use(&self, prefix: &str) {
        let first = self.noted.entry(prefix.to_owned()).or_insert(()).await.is_fresh();
        if !first {
            return;
        }
        let (store, prefix) = (self.store.clone(), prefix.to_owned());
        tokio::spawn(async move {
            if let Err(problem) = store.note_use(&prefix, Utc::now()).await {
                tracing::warn!(prefix, "the last use of a key was not noted: {problem}");
            }
        });
    }
}

#[async_trait]
impl KeyChecker for LocalKeys {
    async fn check(&self, presented: &ApiKey) -> Result<Option<VerifiedKey>, Problem> {
        let Some(stored) = self.store.find_key(presented.prefix()).await? else {
            return Ok(None);
        };
        let alive = stored.revoked_at.is_none() && stored.expires_at.is_none_or(|end| end > Utc::now());
        if !alive || stored.hash != presented.hash() {
            return Ok(None);
        }
        self.note_use(&stored.prefix).await;
        Ok(Some(VerifiedKey {
            subject: stored.subject.into(),
            kind: if stored.service {
                CallerKind::Service
            } else {
                CallerKind::Key
            },
            scopes: stored.scopes.into_iter().collect::<Scopes>(),
            expires_at: stored.expires_at,
        }))
    }
}
