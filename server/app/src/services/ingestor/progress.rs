//! How far the search has followed a context.
//!
//! It must never show a percentage: how much work lies ahead shows only as it is done.

use async_trait::async_trait;
use crochet_api::common::ContextId;
use crochet_api::ingestor::{Progress, ProgressOperations};
use crochet_domain::ports::{ContextKey, PageRequest, WaveRecord, WaveState};
use crochet_openapi::{Caller, Problem};

use super::{IngestorService, view};
use crate::services::names;
use crate::services::problems::problem;
use crate::services::wire::{count, stuck, version};

/// How many ingests are looked at; the newest are listed first, and those before are long settled.
const WAVES_MAX: u32 = 1_000;

#[async_trait]
impl ProgressOperations for IngestorService {
    async fn read_progress(&self, _: &Caller, context_id: ContextId) -> Result<Progress, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let running = self.running(context.key).await?;
        Ok(Progress {
            version: version(context.version)?,
            settled_version: version(context.settled)?,
            work_left: count(running.iter().map(|wave| wave.items_open).sum()),
            stuck: running.iter().map(|wave| stuck(wave.stuck.as_ref())).sum(),
            truncated: context.truncated,
            waves: running.iter().rev().map(view::wave).collect::<Result<_, _>>()?,
        })
    }
}

impl IngestorService {
    /// The waves that are not settled, newest first.
    async fn running(&self, context: ContextKey) -> Result<Vec<WaveRecord>, Problem> {
        let page = self
            .ingest
            .waves(context, PageRequest::first(WAVES_MAX))
            .await
            .map_err(problem)?;
        Ok(page
            .items
            .into_iter()
            .filter(|wave| wave.state == WaveState::Running)
            .collect())
    }
}
