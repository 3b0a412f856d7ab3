//! Surveys: jobs that count and rank without storing, split over the work queue.
//!
//! What was asked for is kept beside the job as JSON; the best orthos are kept in the domain's encoding with a rank
//! whose byte order is the order asked for, so that parts can be merged by a store that knows no orders. It must never
//! store an ortho as one of the context's.

use std::collections::BTreeMap;

use async_trait::async_trait;
use crochet_api::common::{Bounds, ContextId, Order, PageToken, Shape, ShapeCount};
use crochet_api::orthos::{
    CreateSurveyParams, CreateSurveyResponse, ListSurveyOrthosParams, ListSurveysParams, NewSurvey as Asked,
    Ortho as Shown, OrthoPage, Survey as ShownSurvey, SurveyId, SurveyPage, SurveyPart as ReportedPart,
    SurveyPartOutcome, SurveyState as ShownState, SurveysOperations, WatchSurveyParams, WatchSurveyResponse,
};
use crochet_domain::ortho::{Ortho, RankKey, Shape as DomainShape};
use crochet_domain::phrases::{ContextView, ViewError};
use crochet_domain::pipeline::WorkPayload;
use crochet_domain::ports::{
    self, ContextKey, ContextRecord, ItemId, NewSurvey, Page, SurveyPart, SurveyRecord, SurveyShape,
    SurveyState, SurveyedOrtho, SurveysError,
};
use crochet_openapi::{Caller, Problem};
use serde::{Deserialize, Serialize};

use super::watched::WatchedSurvey;
use super::{OrthosService, report};
use crate::services::contexts::settings;
use crate::services::problems::{problem, unspeakable};
use crate::services::wire::{
    count, named_shape, order_of, page, said, said_page, shape, slice_page, stuck, stuck_reason, version,
};
use crate::services::{names, watch};

/// How many different words one part of a survey starts from, about.
const WORDS_PER_PART: u64 = 64;
/// The most parts of a survey.
const PARTS_MAX: u64 = 512;

/// What was asked for, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Request {
    bounds: Bounds,
    order: Order,
    best_per_shape: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shape: Option<Shape>,
}

#[async_trait]
impl SurveysOperations for OrthosService {
    async fn list_surveys(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListSurveysParams,
    ) -> Result<SurveyPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let found = self
            .surveys
            .list(context.key, page(params.limit, params.page_token))
            .await
            .map_err(problem)?;
        let ids: Vec<ports::SurveyId> = found.items.iter().map(|record| record.id).collect();
        let mut counts = self.surveys.counts(&ids).await.map_err(problem)?;
        let (items, next_page) = said_page(found, |record| {
            shown(
                &record,
                &counts.remove(&record.id).unwrap_or_default(),
                &context.slug,
            )
        })?;
        Ok(SurveyPage { items, next_page })
    }

    async fn create_survey(
        &self,
        caller: &Caller,
        context_id: ContextId,
        _: CreateSurveyParams,
        body: Asked,
    ) -> Result<CreateSurveyResponse, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let made = self
            .surveys
            .create(new_survey(&context, body)?)
            .await
            .map_err(problem)?;
        tracing::info!(context = context.slug, survey = %made.id, caller = &*caller.subject, "survey started");
        Ok(CreateSurveyResponse {
            location: format!("/api/orthos/v1/contexts/{}/surveys/{}", context.slug, made.id),
            body: self.survey(&made, &context.slug).await?,
        })
    }

    async fn read_survey(
        &self,
        _: &Caller,
        context_id: ContextId,
        survey_id: SurveyId,
    ) -> Result<ShownSurvey, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let record = self.record(context.key, survey_id).await?;
        self.survey(&record, &context.slug).await
    }

    async fn cancel_survey(
        &self,
        caller: &Caller,
        context_id: ContextId,
        survey_id: SurveyId,
    ) -> Result<ShownSurvey, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let record = self.record(context.key, survey_id).await?;
        let ended = self.surveys.cancel(record.id).await.map_err(problem)?;
        tracing::info!(context = context.slug, survey = %ended.id, caller = &*caller.subject, "survey cancelled");
        self.survey(&ended, &context.slug).await
    }

    async fn delete_survey(
        &self,
        caller: &Caller,
        context_id: ContextId,
        survey_id: SurveyId,
    ) -> Result<(), Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let record = self.record(context.key, survey_id).await?;
        self.surveys.delete(record.id).await.map_err(problem)?;
        tracing::info!(context = context.slug, survey = %record.id, caller = &*caller.subject, "survey deleted");
        Ok(())
    }

    async fn list_survey_orthos(
        &self,
        _: &Caller,
        context_id: ContextId,
        survey_id: SurveyId,
        params: ListSurveyOrthosParams,
    ) -> Result<OrthoPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let record = self.record(context.key, survey_id).await?;
        let (items, next_page) = self.kept(context.key, &record, params).await?;
        Ok(OrthoPage { items, next_page })
    }

    async fn watch_survey(
        &self,
        _: &Caller,
        context_id: ContextId,
        survey_id: SurveyId,
        params: WatchSurveyParams,
    ) -> Result<WatchSurveyResponse, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let record = self.record(context.key, survey_id).await?;
        let watched = WatchedSurvey {
            surveys: self.surveys.clone(),
            context: context.slug,
        };
        Ok(match watch::events(watched, record, params.last_event_id) {
            Some(body) => WatchSurveyResponse::Ok { body },
            None => WatchSurveyResponse::NoContent,
        })
    }
}

impl OrthosService {
    /// A survey of this context.
    async fn record(&self, context: ContextKey, id: SurveyId) -> Result<SurveyRecord, Problem> {
        let record = self
            .surveys
            .get(ports::SurveyId(id.get()))
            .await
            .map_err(problem)?;
        if record.context == context {
            return Ok(record);
        }
        Err(problem(SurveysError::NotFound))
    }

    async fn survey(&self, record: &SurveyRecord, context: &str) -> Result<ShownSurvey, Problem> {
        let mut counts = self.surveys.counts(&[record.id]).await.map_err(problem)?;
        shown(record, &counts.remove(&record.id).unwrap_or_default(), context)
    }

    /// The best orthos that a survey has kept.
    async fn kept(
        &self,
        context: ContextKey,
        record: &SurveyRecord,
        params: ListSurveyOrthosParams,
    ) -> Result<(Vec<Shown>, Option<PageToken>), Problem> {
        let wanted = params.shape.as_ref().map(named_shape).transpose()?;
        let mut shapes = self.surveys.shapes(record.id).await.map_err(problem)?;
        shapes.retain(|shape| wanted.as_ref().is_none_or(|wanted| shape.shape == *wanted));
        let kept = shapes.into_iter().flat_map(|shape| shape.best);
        let orthos = kept
            .map(|kept| decoded(&kept.ortho))
            .collect::<Result<Vec<Ortho>, _>>()?;
        let list = format!("survey {} {wanted:?}", record.id);
        let (orthos, next_page) = slice_page(orthos, list, params.limit, params.page_token.as_ref())?;
        let (items, _) = self
            .shown(
                context,
                Page {
                    items: orthos,
                    next: None,
                },
            )
            .await?;
        Ok((items, next_page))
    }

    /// Adds a part that a worker reports.
    pub(super) async fn take_part(
        &self,
        context: ContextKey,
        id: SurveyId,
        part: ReportedPart,
    ) -> Result<SurveyPartOutcome, Problem> {
        let before = self.record(context, id).await?;
        let order = decoded::<Request>(before.request.as_bytes())?.order;
        let part = survey_part(part, order)?;
        let after = self.surveys.report_part(before.id, part).await.map_err(problem)?;
        Ok(SurveyPartOutcome {
            state: state(after.state),
        })
    }
}

fn new_survey(context: &ContextRecord, asked: Asked) -> Result<NewSurvey, Problem> {
    if context.phrases > ContextView::PHRASES_MAX as u64 {
        return Err(problem(ViewError::TooManyPhrases));
    }
    let id = ports::SurveyId::generate();
    let bounds = settings::asked_bounds(asked.bounds.as_ref(), context.settings.bounds)?;
    let request = Request {
        bounds: settings::bounds(bounds),
        order: asked.order,
        best_per_shape: asked.best_per_shape,
        shape: asked.shape,
    };
    let parts = (context.words / WORDS_PER_PART).clamp(1, PARTS_MAX) as u32;
    let payload = |part| WorkPayload::Survey {
        survey: id.to_string(),
        version: context.version,
        part,
        parts,
    };
    Ok(NewSurvey {
        id,
        context: context.key,
        version: context.version,
        request: serde_json::to_string(&request).map_err(|error| unspeakable(&error))?,
        best: request.best_per_shape.cast_unsigned(),
        parts: (0..parts)
            .map(|part| payload(part).to_json().into_bytes())
            .collect(),
    })
}

fn survey_part(part: ReportedPart, order: Order) -> Result<SurveyPart, Problem> {
    let mut shapes = Vec::with_capacity(part.shapes.len());
    let orthos = part
        .best
        .iter()
        .map(report::ortho)
        .collect::<Result<Vec<_>, _>>()?;
    for counted in part.shapes {
        let shape = named_shape(&counted.shape)?;
        let of_shape = orthos.iter().filter(|ortho| ortho.shape.ascending() == shape);
        let mut best = of_shape
            .map(|ortho| ranked(ortho, order))
            .collect::<Result<Vec<_>, _>>()?;
        best.sort_by(|one, other| one.rank.cmp(&other.rank));
        shapes.push(SurveyShape {
            shape,
            orthos: u64::try_from(counted.orthos).unwrap_or(0),
            best,
        });
    }
    Ok(SurveyPart {
        item: ItemId(part.item),
        shapes,
        truncated: part.truncated,
    })
}

fn ranked(ortho: &Ortho, order: Order) -> Result<SurveyedOrtho, Problem> {
    Ok(SurveyedOrtho {
        rank: RankKey::new(order_of(order), &ortho.shape, ortho.rarity, ortho.id).to_bytes(),
        ortho: serde_json::to_vec(ortho).map_err(|error| unspeakable(&error))?,
    })
}

fn decoded<T: for<'de> Deserialize<'de>>(json: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(json).map_err(|error| unspeakable(&error))
}

/// A survey as it is shown.
pub(super) fn shown(
    record: &SurveyRecord,
    counts: &BTreeMap<DomainShape, u64>,
    context: &str,
) -> Result<ShownSurvey, Problem> {
    let request: Request = decoded(record.request.as_bytes())?;
    let counted = |(of, orthos): (&DomainShape, &u64)| {
        Ok(ShapeCount {
            shape: shape(of)?,
            orthos: count(*orthos),
            added: None,
        })
    };
    Ok(ShownSurvey {
        id: said(record.id.0)?,
        context_id: said(context)?,
        state: state(record.state),
        version: version(record.version)?,
        bounds: request.bounds,
        order: request.order,
        best_per_shape: request.best_per_shape,
        shape: request.shape,
        parts: count(record.parts_total),
        parts_done: count(record.parts_total.saturating_sub(record.parts_open)),
        stuck: stuck(record.stuck.as_ref()),
        stuck_reason: stuck_reason(record.stuck.as_ref()),
        orthos: count(record.orthos),
        truncated: record.truncated,
        shapes: counts.iter().map(counted).collect::<Result<_, Problem>>()?,
        created_at: record.created_at,
        ended_at: record.ended_at,
    })
}

fn state(state: SurveyState) -> ShownState {
    match state {
        SurveyState::Running => ShownState::Running,
        SurveyState::Done => ShownState::Done,
        SurveyState::Cancelled => ShownState::Cancelled,
    }
}
