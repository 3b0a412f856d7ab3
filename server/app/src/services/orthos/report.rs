//! What workers report: the one way in for orthos, remediations and parts of surveys.
//!
//! The spec has checked sizes and ranges, the port checks references; this only changes words for words. It must never
//! leave out a part of a report.

use async_trait::async_trait;
use crochet_api::common::ContextId;
use crochet_api::orthos::{
    ExpansionOutcome, ExpansionReport, ExpansionsOperations, FoundOrtho, FoundRemediation, NextWork,
    SurveyId, SurveyPart, SurveyPartOutcome,
};
use crochet_domain::ids::Pair;
use crochet_domain::ortho::{Ortho, Remediation};
use crochet_domain::pipeline::{Report, ReportedOrtho, WorkPayload};
use crochet_domain::ports::{ContextKey, ItemId, ItemReport};
use crochet_openapi::{Caller, Problem};
use crochet_platform::telemetry::events::AppEvent;

use super::OrthosService;
use crate::services::names;
use crate::services::problems::problem;
use crate::services::wire::{count, ortho_id_of, shape_of, version, version_of, words_of};

#[async_trait]
impl ExpansionsOperations for OrthosService {
    async fn report_expansion(
        &self,
        _: &Caller,
        context_id: ContextId,
        body: ExpansionReport,
    ) -> Result<ExpansionOutcome, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let report = item_report(&body)?;
        let ids: Vec<_> = report.report.orthos.iter().map(|found| found.ortho.id).collect();
        let outcome = self.orthos.report_expansion(key, report).await.map_err(problem)?;
        if outcome.taken {
            self.filters.add(key, &ids);
        }
        if outcome.settled {
            self.tell_settled(key).await;
        }
        Ok(ExpansionOutcome {
            taken: outcome.taken,
            done: outcome.done,
            version: version(outcome.context_version)?,
            new_orthos: count(outcome.orthos_added),
            new_remediations: count(outcome.remediations_added),
        })
    }

    async fn report_survey(
        &self,
        _: &Caller,
        context_id: ContextId,
        survey_id: SurveyId,
        body: SurveyPart,
    ) -> Result<SurveyPartOutcome, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        self.take_part(key, survey_id, body).await
    }
}

impl OrthosService {
    /// The report is committed, so what goes wrong here is the log's business and not the worker's.
    async fn tell_settled(&self, key: ContextKey) {
        match self.contexts.get(key).await {
            Ok(context) => AppEvent::IngestSettled {
                context: &context.slug,
                version: i64::from(context.settled),
                orthos: count(context.orthos),
            }
            .emit(),
            Err(error) => {
                tracing::warn!(context = %key, %error, "an ingest settled in a context that cannot be read");
            }
        }
    }
}

fn item_report(body: &ExpansionReport) -> Result<ItemReport, Problem> {
    // Nobody could ever work on an ortho of a version that its context does not have.
    let newer = |found: &&FoundOrtho| found.min_version.get() > body.context_version.get();
    if let Some(found) = body.orthos.iter().find(newer) {
        return Err(Problem::unprocessable(format!(
            "ortho {} is of version {}, the report of version {}",
            found.id, found.min_version, body.context_version
        )));
    }
    let report = Report {
        context_version: version_of(body.context_version),
        orthos: body.orthos.iter().map(reported).collect::<Result<_, _>>()?,
        remediations: body
            .remediations
            .iter()
            .map(remediation)
            .collect::<Result<_, _>>()?,
        next_items: body.next_items.iter().map(payload).collect::<Result<_, _>>()?,
    };
    Ok(ItemReport {
        items: body.items.iter().copied().map(ItemId).collect(),
        report,
        more: body.more,
        truncated: body.truncated,
        newest_only: body.newest_only,
    })
}

fn reported(found: &FoundOrtho) -> Result<ReportedOrtho, Problem> {
    Ok(ReportedOrtho {
        ortho: ortho(found)?,
        pending: found.pending,
    })
}

/// An ortho that a worker found. A grid with too few or too many words is refused here, because nothing behind would
/// look again.
pub(super) fn ortho(found: &FoundOrtho) -> Result<Ortho, Problem> {
    let shape = shape_of(&found.extents)?;
    if shape.cell_count() != found.cells.len() {
        return Err(Problem::unprocessable(format!(
            "ortho {} has a shape of {shape} and {} words",
            found.id,
            found.cells.len()
        )));
    }
    Ok(Ortho {
        id: ortho_id_of(&found.id)?,
        shape,
        cells: words_of(&found.cells),
        min_version: version_of(found.min_version),
        rarity: found.rarity,
    })
}

fn remediation(found: &FoundRemediation) -> Result<Remediation, Problem> {
    let shape = shape_of(&found.extents)?;
    if shape.cell_count() != found.cells.len() + 1 {
        return Err(Problem::unprocessable(format!(
            "remediation {} does not lack exactly its corner",
            found.id
        )));
    }
    Ok(Remediation {
        id: found
            .id
            .parse()
            .map_err(|_| Problem::unprocessable(format!("`{}` is no id", found.id)))?,
        parent: ortho_id_of(&found.ortho_id)?,
        shape,
        cells: words_of(&found.cells),
        pairs: found.pairs.iter().copied().map(Pair).collect(),
    })
}

fn payload(work: &NextWork) -> Result<WorkPayload, Problem> {
    let json = serde_json::to_vec(work).map_err(|error| Problem::unprocessable(error.to_string()))?;
    WorkPayload::from_json(&json).map_err(|error| Problem::unprocessable(error.to_string()))
}
