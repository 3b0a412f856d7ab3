//! One item of the search: step, report, and the late read until the store says that the context has not moved on.
//!
//! Steps run on threads of their own, because they compute. It must never report half of what a step found.

use crochet_api::remediations::{ListWaitingParams, WaitingQuery};
use crochet_domain::Version;
use crochet_domain::ids::Pair;
use crochet_domain::pipeline::{Asks, Begun, Found, Report, begin};
use crochet_domain::search::incremental::Waiting;
use crochet_openapi::Caller;

use super::Worker;
use super::delivery::Delivery;
use super::fault::Fault;
use super::views::HeldView;
use super::wire;
use crate::services::wire::version_of;

/// The most orthos, and the most remediations, that one report carries.
const REPORT_MAX: usize = 100_000;
/// The most words that all orthos or all remediations of a report have together: a report has to fit into one request.
const REPORT_WORDS_MAX: usize = 6_000_000;
/// The most pairs that are asked for at once. Each further page of the answer asks for all of them again.
const PAIRS_MAX: usize = 500;

impl Worker {
    /// Works on one item until it is done.
    pub(super) async fn search(&self, delivery: &Delivery) -> Result<(), Fault> {
        let caller = self.caller();
        let view = self.view(&caller, delivery, delivery.work.min_version()).await?;
        let (payload, budget) = (delivery.work.clone(), self.options.budget);
        let begun = compute(move || begin(&payload, &view, budget)).await??;
        let mut found = match begun {
            Begun::Found(found) => found,
            Begun::Asks(asks) => self.answer(&caller, delivery, asks).await?,
        };
        let mut version = found.report.context_version;
        let mut current = self.report(&caller, delivery, &found.report).await?;
        while let Some(newer) = current {
            let view = self.view(&caller, delivery, newer).await?;
            let (late, found_again) = compute(move || (found.late(&view, version), found)).await?;
            found = found_again;
            version = late.context_version;
            current = self.report(&caller, delivery, &late).await?;
        }
        tracing::debug!(
            item = %delivery.item,
            kind = delivery.work.kind(),
            orthos = found.report.orthos.len(),
            remediations = found.report.remediations.len(),
            "searched"
        );
        Ok(())
    }

    async fn view(&self, caller: &Caller, delivery: &Delivery, version: Version) -> Result<HeldView, Fault> {
        self.views
            .at(&*self.parts.contexts, caller, &delivery.context, version)
            .await
    }

    /// Asks what waits, and completes it.
    async fn answer(&self, caller: &Caller, delivery: &Delivery, mut asks: Asks) -> Result<Found, Fault> {
        let all = asks.pairs().to_vec();
        for pairs in all.chunks(PAIRS_MAX) {
            asks = self.hear(caller, delivery, pairs, asks).await?;
        }
        let view = self.view(caller, delivery, delivery.work.min_version()).await?;
        Ok(asks.finish(&view))
    }

    /// Completes what waits at some pairs, page by page: a pair that is often met may have more than memory holds.
    async fn hear(
        &self,
        caller: &Caller,
        delivery: &Delivery,
        pairs: &[Pair],
        mut asks: Asks,
    ) -> Result<Asks, Fault> {
        let mut page_token = None;
        loop {
            let query = WaitingQuery {
                pairs: pairs.iter().map(|pair| pair.0).collect(),
            };
            let params = ListWaitingParams {
                page_token,
                ..Default::default()
            };
            let page = self
                .parts
                .remediations
                .list_waiting(caller, delivery.context.clone(), params, query)
                .await?;
            let waiting: Vec<Waiting> = page.items.iter().map(wire::waiting).collect::<Result<_, _>>()?;
            let view = self.view(caller, delivery, delivery.work.min_version()).await?;
            let complete = move || {
                asks.hear(&view, &waiting);
                asks
            };
            asks = compute(complete).await?;
            page_token = page.next_page;
            if page_token.is_none() {
                return Ok(asks);
            }
        }
    }

    /// Reports, in parts if it must be; returns the version to catch up with, or nothing when the item is done.
    async fn report(
        &self,
        caller: &Caller,
        delivery: &Delivery,
        report: &Report,
    ) -> Result<Option<Version>, Fault> {
        let used = report.context_version;
        let most = most_of(report);
        let parts = report.split(most, most);
        let mut current = None;
        for (index, part) in parts.iter().enumerate() {
            let body = wire::expansion(delivery.item, part, index + 1 < parts.len())?;
            let outcome = self
                .parts
                .orthos
                .report_expansion(caller, delivery.context.clone(), body)
                .await?;
            current = (!outcome.done).then_some(version_of(outcome.version));
        }
        match current {
            Some(current) if current <= used => Err(Fault::Inconsistent(format!(
                "a report at version {used} was not taken as done at {current}"
            ))),
            current => Ok(current),
        }
    }
}

/// How many grids of a report go into one request.
fn most_of(report: &Report) -> usize {
    let orthos = report.orthos.iter().map(|found| found.ortho.cells.len());
    let remediations = report.remediations.iter().map(|found| found.cells.len());
    let largest = orthos.chain(remediations).max().unwrap_or(0);
    (REPORT_WORDS_MAX / largest.max(1)).clamp(1, REPORT_MAX)
}

/// Runs what computes on a thread where it holds nobody up.
pub(super) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Panicked)
}

#[cfg(test)]
mod tests {
    use crochet_domain::WordId;
    use crochet_domain::ortho::{Remediation, Shape};

    use super::*;

    #[test]
    fn a_report_of_large_grids_is_cut_sooner() {
        let of = |words: usize| Report {
            remediations: vec![Remediation {
                id: "0".repeat(32).parse().unwrap(),
                parent: "1".repeat(32).parse().unwrap(),
                shape: Shape::new(&[2, 2]).unwrap(),
                cells: vec![WordId(0); words],
                pairs: Default::default(),
            }],
            ..Report::default()
        };
        assert_eq!(most_of(&Report::default()), REPORT_MAX);
        assert_eq!(most_of(&of(3)), REPORT_MAX);
        assert_eq!(most_of(&of(6_000)), 1_000);
        assert_eq!(most_of(&of(REPORT_WORDS_MAX * 2)), 1);
    }
}
