//! How far the search has followed a context.
//!
//! It must never show a percentage: how much work lies ahead shows only as it is done.

use async_trait::async_trait;
use crochet_api::common::ContextId;
use crochet_api::ingestor::{Progress, ProgressOperations};
use crochet_openapi::{Caller, Problem};

use super::{IngestorService, view};
use crate::services::names;
use crate::services::problems::problem;
use crate::services::wire::{count, stuck, version};

/// How many ingests are listed.
const WAVES_MAX: u32 = 1_000;

#[async_trait]
impl ProgressOperations for IngestorService {
    async fn read_progress(&self, _: &Caller, context_id: ContextId) -> Result<Progress, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let running = self
            .ingest
            .running(context.key, WAVES_MAX)
            .await
            .map_err(problem)?;
        let waves = &running.waves;
        Ok(Progress {
            version: version(context.version)?,
            settled_version: version(context.settled)?,
            work_left: count(running.items_open),
            stuck: waves.iter().map(|wave| stuck(wave.stuck.as_ref())).sum(),
            truncated: context.truncated,
            waves: waves.iter().map(view::wave).collect::<Result<_, _>>()?,
        })
    }
}
