//! A memory of at most a second before any [`Sessions`], so that a busy page asks their keeper once.
//!
//! An outcome counts from the moment its check *began*: what was revoked right after is gone within the second, however
//! slowly the keeper answered. Whoever asks while a check is under way shares it, unless the session was forgotten in
//! between: then that check may have seen the world before the change, and is asked for again. Cookies are not kept: the
//! memory knows a session by a hash.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::Utc;
use crochet_openapi::Problem;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};

use crate::sessions::{Sessions, VerifiedPerson, is_cookie_value};

/// The longest that an outcome may be remembered.
const MEMORY_MAX: Duration = Duration::from_secs(1);
/// How many outcomes are remembered; a flood of made-up cookies must not fill the memory.
const OUTCOMES_MAX: u64 = 10_000;
/// Longer than any check takes: so long it matters that a session was forgotten.
const CHECK_TAKES_MAX: Duration = Duration::from_secs(60);

type Fingerprint = [u8; 32];

/// Any sessions with a memory.
pub struct RememberedSessions {
    sessions: Arc<dyn Sessions>,
    memory: Duration,
    outcomes: Cache<Fingerprint, Outcome>,
    forgotten: Cache<Fingerprint, Instant>,
    all_forgotten: RwLock<Option<Instant>>,
}

#[derive(Clone)]
struct Outcome {
    asked: Instant,
    person: Option<VerifiedPerson>,
}

impl RememberedSessions {
    /// Asks `sessions` and remembers what they say for `memory`, at most a second.
    #[must_use]
    pub fn new(sessions: Arc<dyn Sessions>, memory: Duration) -> Self {
        let memory = memory.min(MEMORY_MAX);
        Self {
            sessions,
            memory,
            outcomes: lasting(memory),
            forgotten: lasting(CHECK_TAKES_MAX),
            all_forgotten: RwLock::new(None),
        }
    }

    /// Forgets one session, which has ended or is another from now on.
    pub async fn forget(&self, cookie: &str) {
        let known = fingerprint(cookie);
        self.forgotten.insert(known, Instant::now()).await;
        self.outcomes.invalidate(&known).await;
    }

    /// Forgets every session, because somebody's roles have changed or somebody else's sessions have ended.
    pub fn forget_all(&self) {
        *self.all_forgotten.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.outcomes.invalidate_all();
    }

    async fn ask(&self, cookie: &str) -> Result<Outcome, Problem> {
        let asked = Instant::now();
        let person = self.sessions.check(cookie).await?;
        Ok(Outcome { asked, person })
    }

    /// Whether an outcome answers a question that was put at `arrived`.
    async fn counts(&self, known: &Fingerprint, outcome: &Outcome, arrived: Instant) -> bool {
        let all = *self.all_forgotten.read().unwrap_or_else(PoisonError::into_inner);
        let forgotten = self.forgotten.get(known).await.max(all);
        outcome.asked + self.memory >= arrived && forgotten.is_none_or(|at| outcome.asked > at)
    }
}

#[async_trait]
impl Sessions for RememberedSessions {
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem> {
        if !is_cookie_value(cookie) {
            return Ok(None);
        }
        let (arrived, known) = (Instant::now(), fingerprint(cookie));
        loop {
            // Problems are not remembered: the next request asks again.
            let outcome = self
                .outcomes
                .try_get_with(known, self.ask(cookie))
                .await
                .map_err(|problem| Problem::clone(&problem))?;
            if self.counts(&known, &outcome, arrived).await {
                return Ok(outcome.person.filter(|person| person.expires_at > Utc::now()));
            }
            self.outcomes.invalidate(&known).await;
        }
    }
}

fn lasting<V: Clone + Send + Sync + 'static>(life: Duration) -> Cache<Fingerprint, V> {
    Cache::builder()
        .max_capacity(OUTCOMES_MAX)
        .time_to_live(life)
        .build()
}

fn fingerprint(cookie: &str) -> Fingerprint {
    Sha256::digest(cookie).into()
}

#[cfg(test)]
mod tests;
