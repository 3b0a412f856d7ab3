//! Reads the gauges of queue and search from the ports, when somebody scrapes.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::ports::{Clock, Contexts, Ledger, Queue, QueueStats};
use crochet_platform::metrics::{Gauges, QueueSample, Sampler, SearchSample};

use crate::queues::PipelineQueue;

/// Samples what this process runs.
#[derive(Default)]
pub(crate) struct PortSampler {
    pub(crate) queue: Option<(Arc<dyn Queue>, Arc<dyn Clock>)>,
    pub(crate) search: Option<(Arc<dyn Contexts>, Arc<dyn Ledger>)>,
}

#[async_trait]
impl Sampler for PortSampler {
    async fn sample(&self, gauges: &Gauges) {
        if let Some((queue, clock)) = &self.queue {
            for name in PipelineQueue::ALL.map(PipelineQueue::as_str) {
                // A queue that nobody has pushed to yet is not there, and has nothing to show.
                if let Ok(stats) = queue.stats(name).await {
                    gauges.set_queue(name, &sampled(&stats, clock.now()));
                }
            }
        }
        if let Some((contexts, ledger)) = &self.search
            && let Some(sample) = search(&**contexts, &**ledger).await
        {
            gauges.set_search(&sample);
        }
    }
}

fn sampled(stats: &QueueStats, now: DateTime<Utc>) -> QueueSample {
    let age = |since: DateTime<Utc>| (now - since).num_milliseconds().max(0);
    QueueSample {
        ready: whole(stats.ready),
        leased: whole(stats.leased),
        delayed: whole(stats.delayed),
        dead: whole(stats.dead),
        oldest_ms: stats.oldest_ready_at.map_or(0, age),
    }
}

async fn search(contexts: &dyn Contexts, ledger: &dyn Ledger) -> Option<SearchSample> {
    let depth = ledger
        .depth()
        .await
        .inspect_err(|error| tracing::warn!("the ledger was not sampled: {error}"));
    let totals = contexts
        .totals()
        .await
        .inspect_err(|error| tracing::warn!("the contexts were not sampled: {error}"))
        .ok()?;
    Some(SearchSample {
        work_left: whole(depth.ok()?.outstanding),
        contexts: whole(totals.contexts),
        orthos: whole(totals.orthos),
        remediations: whole(totals.remediations),
    })
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
