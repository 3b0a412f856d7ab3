//! An ingest that is watched.
//!
//! Everything that is counted only grows, so the sum of the counts numbers what is told, with what is given up behind it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_api::ingestor::Ingest as ShownIngest;
use crochet_domain::ports::{Ingest, WaveRecord, WaveState};
use crochet_openapi::Problem;

use super::view;
use crate::services::problems::problem;
use crate::services::watch::Watched;

/// The ingests of a context.
pub(super) struct WatchedIngest {
    pub(super) ingest: Arc<dyn Ingest>,
    /// The context, as it is addressed.
    pub(super) context: String,
}

#[async_trait]
impl Watched for WatchedIngest {
    type Record = WaveRecord;
    type Shown = ShownIngest;

    fn number(wave: &WaveRecord) -> String {
        let done = wave.items_total - wave.items_open.min(wave.items_total);
        let ended = u64::from(wave.state != WaveState::Running);
        let sum = wave.items_total + done + wave.orthos_added + wave.remediations_added + ended;
        let stuck = wave.stuck.as_ref().map_or(0, |stuck| stuck.items);
        format!("{sum}.{stuck}")
    }

    fn has_ended(wave: &WaveRecord) -> bool {
        wave.state != WaveState::Running
    }

    async fn after(&self, seen: &WaveRecord, pace: Duration, up_to: Duration) -> Result<WaveRecord, Problem> {
        self.ingest.wave_after(seen, pace, up_to).await.map_err(problem)
    }

    async fn shown(&self, wave: &WaveRecord) -> Result<ShownIngest, Problem> {
        view::ingest(wave.clone(), &self.context, false)
    }
}
