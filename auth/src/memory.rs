//! A memory of at most a second for answers that somebody else gives, so that a busy credential costs one question.
//!
//! An answer counts from the moment it was *asked for*: what was revoked right after is gone within the second, however
//! slowly it was answered. Whoever asks while a question is under way shares its answer, unless that was forgotten in
//! between: then it may be about the world before the change, and is asked for again. Secrets are not kept: the memory
//! knows them by a hash.

use std::future::Future;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use crochet_openapi::Problem;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};

/// The longest that an answer may be remembered.
pub(crate) const MEMORY_MAX: Duration = Duration::from_secs(1);
/// How many answers are remembered; a flood of made-up secrets must not fill the memory.
const ANSWERS_MAX: u64 = 10_000;
/// Longer than any question takes: so long it matters that an answer was forgotten.
const QUESTION_TAKES_MAX: Duration = Duration::from_secs(60);

type Fingerprint = [u8; 32];

/// Answers by the secret that they are about.
pub(crate) struct Memory<V> {
    lasts: Duration,
    answers: Cache<Fingerprint, Answer<V>>,
    forgotten: Cache<Fingerprint, Instant>,
    all_forgotten: RwLock<Option<Instant>>,
}

#[derive(Clone)]
struct Answer<V> {
    asked: Instant,
    said: V,
}

impl<V: Clone + Send + Sync + 'static> Memory<V> {
    /// Remembers for so long, at most a second.
    pub(crate) fn lasting(lasts: Duration) -> Self {
        let lasts = lasts.min(MEMORY_MAX);
        Self {
            lasts,
            answers: cache(lasts),
            forgotten: cache(QUESTION_TAKES_MAX),
            all_forgotten: RwLock::new(None),
        }
    }

    /// Forgets what was said about one secret.
    pub(crate) async fn forget(&self, secret: &str) {
        let known = fingerprint(secret);
        self.forgotten.insert(known, Instant::now()).await;
        self.answers.invalidate(&known).await;
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&self) {
        *self.all_forgotten.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.answers.invalidate_all();
    }

    /// What is remembered about a secret, or what `ask` says now. Problems are not remembered: the next one asks again.
    pub(crate) async fn recall<F>(&self, secret: &str, ask: impl Fn() -> F) -> Result<V, Problem>
    where
        F: Future<Output = Result<V, Problem>>,
    {
        let (arrived, known) = (Instant::now(), fingerprint(secret));
        loop {
            let question = async {
                let asked = Instant::now();
                let said = ask().await?;
                Ok(Answer { asked, said })
            };
            let answer = self
                .answers
                .try_get_with(known, question)
                .await
                .map_err(|problem: std::sync::Arc<Problem>| Problem::clone(&problem))?;
            if self.counts(&known, &answer, arrived).await {
                return Ok(answer.said);
            }
            self.answers.invalidate(&known).await;
        }
    }

    /// Whether an answer is one to a question that was put at `arrived`.
    async fn counts(&self, known: &Fingerprint, answer: &Answer<V>, arrived: Instant) -> bool {
        let all = *self.all_forgotten.read().unwrap_or_else(PoisonError::into_inner);
        let forgotten = self.forgotten.get(known).await.max(all);
        answer.asked + self.lasts >= arrived && forgotten.is_none_or(|at| answer.asked > at)
    }
}

fn cache<V: Clone + Send + Sync + 'static>(life: Duration) -> Cache<Fingerprint, V> {
    Cache::builder()
        .max_capacity(ANSWERS_MAX)
        .time_to_live(life)
        .build()
}

/// What a secret is known by.
pub(crate) fn fingerprint(secret: &str) -> Fingerprint {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_remembered_for_longer_than_a_second() {
        let long = Memory::<()>::lasting(Duration::from_secs(3_600));
        assert!(long.lasts <= Duration::from_secs(1), "{:?}", long.lasts);
        let short = Duration::from_millis(5);
        assert_eq!(Memory::<()>::lasting(short).lasts, short);
    }
}
