//! Notes when people were last here, beside their requests and at most once a minute each: a read must not wait for a
//! write.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_auth::{Sessions, VerifiedPerson};
use crochet_domain::ports::Sightings;
use crochet_openapi::Problem;
use moka::future::Cache;

/// How precise the note is.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// How many people are remembered as noted; beyond that the oldest are noted again sooner.
const NOTED_MAX: u64 = 10_000;

/// Any sessions whose people are noted.
pub(super) struct NotedSessions {
    sessions: Arc<dyn Sessions>,
    sightings: Arc<dyn Sightings>,
    noted: Cache<Arc<str>, ()>,
}

impl NotedSessions {
    /// Notes in `sightings` whom `sessions` know.
    pub(super) fn new(sessions: Arc<dyn Sessions>, sightings: Arc<dyn Sightings>) -> Self {
        let noted = Cache::builder()
            .max_capacity(NOTED_MAX)
            .time_to_live(NOTED_EVERY)
            .build();
        Self {
            sessions,
            sightings,
            noted,
        }
    }

    async fn note(&self, subject: &Arc<str>) {
        if !self.noted.entry(subject.clone()).or_insert(()).await.is_fresh() {
            return;
        }
        let (sightings, subject) = (self.sightings.clone(), subject.clone());
        tokio::spawn(async move {
            if let Err(error) = sightings.note(&subject).await {
                tracing::warn!(%subject, "that somebody is here was not noted: {error}");
            }
        });
    }
}

#[async_trait]
impl Sessions for NotedSessions {
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem> {
        let person = self.sessions.check(cookie).await?;
        if let Some(person) = &person {
            self.note(&person.subject).await;
        }
        Ok(person)
    }
}
