//! When people were last here, to within a minute or so: a note for each, the latest.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StorageError;

/// Why the port did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SightingsError {
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps when people were last here.
#[async_trait]
pub trait Sightings: Send + Sync {
    /// Notes that somebody is here now.
    async fn note(&self, subject: &str) -> Result<(), SightingsError>;

    /// When these were last here; who never was is left out.
    async fn last_seen(&self, subjects: &[String])
    -> Result<BTreeMap<String, DateTime<Utc>>, SightingsError>;
}
