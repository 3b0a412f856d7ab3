//! Checks keys against the store of this process, and notes when a key was last used.
//!
//! Nobody gains by making a key: it may do what it was made for and what its owner may do now, whichever is less.
//! The note is written at most once a minute and beside the request, because a read must not wait for a write. It must
//! never know how keys are stored.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_openapi::{CallerKind, Problem, Scopes};
use moka::future::Cache;

use crate::authenticator::{KeyChecker, VerifiedKey};
use crate::key::ApiKey;
use crate::matrix::Matrices;
use crate::roles::SERVICE;
use crate::secret::SecretHash;

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
    pub hash: SecretHash,
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

/// Knows the people whom keys belong to.
#[async_trait]
pub trait Owners: Send + Sync {
    /// The roles that `subject` has now; `None` when there is no such person, or none who may do anything.
    ///
    /// # Errors
    /// 503 when it cannot be found out now.
    async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem>;
}

/// Checks keys against a store.
pub struct LocalKeys {
    store: Arc<dyn KeyStore>,
    owners: Arc<dyn Owners>,
    matrices: Arc<Matrices>,
    noted: Cache<String, ()>,
}

impl LocalKeys {
    /// Checks keys against `store`, and what their owners may do against `owners` and `matrices`.
    #[must_use]
    pub fn new(store: Arc<dyn KeyStore>, owners: Arc<dyn Owners>, matrices: Arc<Matrices>) -> Self {
        let noted = Cache::builder()
            .max_capacity(NOTED_KEYS_MAX)
            .time_to_live(LAST_USED_EVERY)
            .build();
        Self {
            store,
            owners,
            matrices,
            noted,
        }
    }

    /// What the owner of a key may do now.
    async fn owner_scopes(&self, key: &StoredKey) -> Result<Option<Scopes>, Problem> {
        if key.service {
            return Ok(Some(SERVICE.scope_set()));
        }
        let Some(roles) = self.owners.roles_of(&key.subject).await? else {
            return Ok(None);
        };
        let matrix = self.matrices.now().await?;
        Ok(Some(matrix.scopes_of(roles.iter().map(String::as_str))))
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
        let Some(of_owner) = self.owner_scopes(&stored).await? else {
            return Ok(None);
        };
        self.note_use(&stored.prefix).await;
        let within = |scope: &String| of_owner.contains(scope);
        Ok(Some(VerifiedKey {
            subject: stored.subject.into(),
            kind: if stored.service {
                CallerKind::Service
            } else {
                CallerKind::Key
            },
            scopes: stored.scopes.into_iter().filter(within).collect::<Scopes>(),
            expires_at: stored.expires_at,
        }))
    }
}
