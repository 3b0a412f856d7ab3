//! Finds out whom presented keys stand for, with a memory of less than a second.
//!
//! Where a key is checked (the store of this process, or the platform service of another) is behind [`KeyChecker`]; this
//! part adds the memory, so that a busy key costs microseconds and a checker sees each key at most once per period,
//! however many requests arrive together. Wrong keys are remembered too. Secrets are not kept: the memory knows a key by
//! its hash.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_openapi::{CallerKind, Problem, Scopes};
use moka::future::Cache;

use crate::key::ApiKey;

/// How many outcomes are remembered; a flood of wrong keys must not fill the memory.
const OUTCOMES_MAX: u64 = 10_000;
/// The longest that an outcome may be remembered: together with how long a role matrix is trusted less than a second,
/// within which a change must act.
const MEMORY_MAX: Duration = Duration::from_millis(700);

/// Whom a valid key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKey {
    /// The subject.
    pub subject: Arc<str>,
    /// [`CallerKind::Key`] or [`CallerKind::Service`].
    pub kind: CallerKind,
    /// What it may do.
    pub scopes: Scopes,
    /// When it ends, if ever.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Finds out whether a key is valid.
#[async_trait]
pub trait KeyChecker: Send + Sync {
    /// Whom the key stands for; `None` when it is unknown, wrong, expired or revoked.
    ///
    /// # Errors
    /// 503 when it cannot be found out now.
    async fn check(&self, presented: &ApiKey) -> Result<Option<VerifiedKey>, Problem>;
}

/// API keys that are remembered for a moment.
pub struct KeyAuthenticator {
    checker: Arc<dyn KeyChecker>,
    outcomes: Cache<(String, [u8; 32]), Option<VerifiedKey>>,
}

impl KeyAuthenticator {
    /// Asks `checker` and remembers the outcome for `memory`, at most [`MEMORY_MAX`].
    #[must_use]
    pub fn new(checker: Arc<dyn KeyChecker>, memory: Duration) -> Self {
        let memory = memory.min(MEMORY_MAX);
        let outcomes = Cache::builder()
            .max_capacity(OUTCOMES_MAX)
            .time_to_live(memory)
            .build();
        Self { checker, outcomes }
    }

    /// Forgets what is known about all keys, so that a change acts at once in this process.
    pub fn forget(&self) {
        self.outcomes.invalidate_all();
    }

    /// Whom the key stands for, from memory or from the checker.
    ///
    /// # Errors
    /// 503 when it cannot be found out now; that is not remembered.
    pub async fn verify(&self, key: &ApiKey) -> Result<Option<VerifiedKey>, Problem> {
        let known = (key.prefix().to_owned(), *key.hash().as_bytes());
        let outcome = match self.outcomes.get(&known).await {
            Some(outcome) => outcome,
            None => {
                let check = self.checker.check(key);
                self.outcomes
                    .try_get_with(known, check)
                    .await
                    .map_err(|problem| Problem::clone(&problem))?
            }
        };
        Ok(outcome.filter(|key| key.expires_at.is_none_or(|end| end > Utc::now())))
    }
}

#[cfg(test)]
mod tests;
