//! One step of the search: begin, ask, finish, report, and the late read until the store says that the context has not
//! moved on.
//!
//! Steps run on threads of their own, because they compute. It must never report half of what a step found.

use crochet_api::common::ContextId;
use crochet_api::orthos::ExpansionReport;
use crochet_api::remediations::{ListWaitingParams, WaitingQuery};
use crochet_domain::Version;
use crochet_domain::ids::Pair;
use crochet_domain::pipeline::{Begun, Found, Report, WorkPayload, begin};
use crochet_domain::search::incremental::Waiting;
use crochet_openapi::Caller;
use uuid::Uuid;

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

/// So often a worker lets a report be refused because a text came meanwhile. Then it is taken and what it found expanded
/// again, or the search would stand still while texts stream in.
const REFUSED_MAX: u32 = 3;

/// What became of a report.
enum Told {
    Done,
    /// The context has moved on; what was reported is stored.
    Behind(Version),
    /// The context has moved on; nothing is stored.
    Refused(Version),
}

impl Worker {
    /// Takes one step on items of a context, until it is done with them; says how many these were, from the first.
    pub(super) async fn search(&self, context: &ContextId, lot: &[Delivery]) -> Result<usize, Fault> {
        let caller = self.caller();
        let payloads: Vec<WorkPayload> = lot.iter().map(|delivery| delivery.work.clone()).collect();
        let needed = payloads.iter().map(WorkPayload::min_version).max();
        let needed = needed.unwrap_or(Version::EMPTY);
        let contexts = &*self.parts.contexts;
        let view = self.views.newest(contexts, &caller, context, needed).await?;
        let budget = self.options.budget;
        let begun = compute(move || begin(payloads, &view, budget)).await??;
        let begun = self.ask(&caller, context, needed, begun).await?;
        let view = self.view(&caller, context, needed).await?;
        let found = compute(move || begun.finish(&view)).await??;
        tracing::debug!(
            items = found.taken,
            orthos = found.report.orthos.len(),
            remediations = found.report.remediations.len(),
            "searched"
        );
        self.report_all(&caller, context, lot, found).await
    }

    async fn view(&self, caller: &Caller, context: &ContextId, version: Version) -> Result<HeldView, Fault> {
        self.views
            .at(&*self.parts.contexts, caller, context, version)
            .await
    }

    /// Asks what waits, and completes it.
    async fn ask(
        &self,
        caller: &Caller,
        context: &ContextId,
        needed: Version,
        mut begun: Begun,
    ) -> Result<Begun, Fault> {
        for pairs in begun.pairs().chunks(PAIRS_MAX) {
            begun = self.hear(caller, context, needed, pairs, begun).await?;
        }
        Ok(begun)
    }

    /// Completes what waits at some pairs, page by page: a pair that is often met may have more than memory holds.
    async fn hear(
        &self,
        caller: &Caller,
        context: &ContextId,
        needed: Version,
        pairs: &[Pair],
        mut begun: Begun,
    ) -> Result<Begun, Fault> {
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
                .list_waiting(caller, context.clone(), params, query)
                .await?;
            let waiting: Vec<Waiting> = page.items.iter().map(wire::waiting).collect::<Result<_, _>>()?;
            let view = self.view(caller, context, needed).await?;
            let complete = move || {
                begun.hear(&view, &waiting);
                begun
            };
            begun = compute(complete).await?;
            page_token = page.next_page;
            if page_token.is_none() {
                return Ok(begun);
            }
        }
    }

    /// Reports, and reads what came meanwhile, until the context does not move on.
    async fn report_all(
        &self,
        caller: &Caller,
        context: &ContextId,
        lot: &[Delivery],
        mut found: Found,
    ) -> Result<usize, Fault> {
        let items: Vec<Uuid> = lot
            .iter()
            .take(found.taken)
            .map(|delivery| delivery.item)
            .collect();
        let mut refused = 0;
        loop {
            let told = self
                .report(caller, context, &items, &found.report, refused < REFUSED_MAX)
                .await?;
            let newer = match told {
                Told::Done => return Ok(found.taken),
                Told::Behind(newer) => {
                    found.reported();
                    newer
                }
                Told::Refused(newer) => {
                    refused += 1;
                    newer
                }
            };
            let view = self.view(caller, context, newer).await?;
            let late = move || {
                found.catch_up(&view);
                found
            };
            found = compute(late).await?;
        }
    }

    /// Reports once, in parts if it must be: parts are taken in any case, because each leaves all it has to others.
    async fn report(
        &self,
        caller: &Caller,
        context: &ContextId,
        items: &[Uuid],
        report: &Report,
        newest_only: bool,
    ) -> Result<Told, Fault> {
        let used = report.context_version;
        let most = most_of(report);
        let parts = report.split(most, most);
        let mut told = Told::Done;
        for (index, part) in parts.iter().enumerate() {
            let body = ExpansionReport {
                more: index + 1 < parts.len(),
                newest_only: newest_only && parts.len() == 1,
                ..wire::expansion(items.to_vec(), part)?
            };
            let expansions = &self.parts.orthos;
            let outcome = expansions.report_expansion(caller, context.clone(), body).await?;
            let current = version_of(outcome.version);
            told = match (outcome.done, outcome.taken) {
                (true, _) => Told::Done,
                (false, true) => Told::Behind(current),
                (false, false) => Told::Refused(current),
            };
        }
        match told {
            Told::Behind(current) | Told::Refused(current) if current <= used => Err(Fault::Inconsistent(
                format!("a report at version {used} was not taken as done at {current}"),
            )),
            told => Ok(told),
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
