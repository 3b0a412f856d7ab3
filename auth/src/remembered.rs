//! A memory of at most a second before any [`Sessions`], so that a busy page asks their keeper once.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::Utc;
use crochet_openapi::Problem;

use crate::memory::Memory;
use crate::sessions::{Sessions, VerifiedPerson, is_cookie_value};

/// Any sessions with a memory.
pub struct RememberedSessions {
    sessions: Arc<dyn Sessions>,
    memory: Memory<Option<VerifiedPerson>>,
}

impl RememberedSessions {
    /// Asks `sessions` and remembers what they say for `memory`, at most a second.
    #[must_use]
    pub fn new(sessions: Arc<dyn Sessions>, memory: Duration) -> Self {
        Self {
            sessions,
            memory: Memory::lasting(memory),
        }
    }

    /// Forgets one session, which has ended or is another from now on.
    pub async fn forget(&self, cookie: &str) {
        self.memory.forget(cookie).await;
    }

    /// Forgets every session, because somebody's roles have changed or somebody else's sessions have ended.
    pub fn forget_all(&self) {
        self.memory.forget_all();
    }
}

#[async_trait]
impl Sessions for RememberedSessions {
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem> {
        if !is_cookie_value(cookie) {
            return Ok(None);
        }
        let known = self.memory.recall(cookie, || self.sessions.check(cookie)).await?;
        Ok(known.filter(|person| person.expires_at > Utc::now()))
    }
}

#[cfg(test)]
mod tests;
