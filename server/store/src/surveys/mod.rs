//! Surveys behind their port: jobs in parts over the same ledger as ingests.

mod merge;
mod part;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::ports::{
    Clock, ContextKey, ItemKind, NewSurvey, Page, PageRequest, Stuck, SurveyId, SurveyPart, SurveyRecord,
    SurveyShape, SurveyState, Surveys, SurveysError, WaveId,
};
use crochet_domain::{Shape, Version};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::clock::{millis, moment};
use crate::contexts::active;
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Database, Tx, insert_all};
use crate::entities::survey_shapes;
use crate::entities::surveys::{Column, Entity, Model};
use crate::ingest::close_items;
use crate::ledger;
use crate::signals::{Following, Signals, Topic};

type Outcome<T> = Result<T, Abort<SurveysError>>;

const RUNNING: &str = "running";
const DONE: &str = "done";
const CANCELLED: &str = "cancelled";

/// Surveys in the database.
#[derive(Clone)]
pub(crate) struct SqlSurveys {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signals: Signals,
}

impl From<Foreign> for Abort<SurveysError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(SurveysError::ForeignCursor)
    }
}

#[async_trait]
impl Surveys for SqlSurveys {
    async fn create(&self, new: NewSurvey) -> Result<SurveyRecord, SurveysError> {
        let (new, now) = (&new, self.clock.now());
        let survey = self
            .database
            .write(
                "creating a survey",
                |tx| async move { create(&tx, new, now).await },
            )
            .await?;
        self.signals.ring(&Topic::Ledger);
        Ok(survey)
    }

    async fn get(&self, id: SurveyId) -> Result<SurveyRecord, SurveysError> {
        self.database
            .read("reading a survey", |tx| async move { get(&tx, id).await })
            .await
    }

    async fn list(&self, context: ContextKey, page: PageRequest) -> Result<Page<SurveyRecord>, SurveysError> {
        let page = &page;
        self.database
            .read(
                "listing surveys",
                |tx| async move { list(&tx, context, page).await },
            )
            .await
    }

    async fn shapes(&self, id: SurveyId) -> Result<Vec<SurveyShape>, SurveysError> {
        self.database
            .read(
                "reading a survey",
                |tx| async move { part::shapes(&tx, id).await },
            )
            .await
    }

    async fn counts(
        &self,
        ids: &[SurveyId],
    ) -> Result<HashMap<SurveyId, BTreeMap<Shape, u64>>, SurveysError> {
        let body = |tx| async move { part::counts(&tx, ids).await };
        self.database.read("counting what surveys found", body).await
    }

    async fn report_part(&self, id: SurveyId, part: SurveyPart) -> Result<SurveyRecord, SurveysError> {
        let (part, now) = (&part, self.clock.now());
        let body = |tx| async move { part::report(&tx, id, part, now).await };
        let survey = self.database.write("taking a part of a survey", body).await?;
        self.signals.ring_step(id.0, has_ended(&survey));
        Ok(survey)
    }

    async fn cancel(&self, id: SurveyId) -> Result<SurveyRecord, SurveysError> {
        let now = self.clock.now();
        let survey = self
            .database
            .write(
                "cancelling a survey",
                |tx| async move { cancel(&tx, id, now).await },
            )
            .await?;
        self.signals.ring_step(id.0, true);
        Ok(survey)
    }

    async fn delete(&self, id: SurveyId) -> Result<(), SurveysError> {
        let now = self.clock.now();
        let body = |tx| async move { delete(&tx, id, now).await };
        self.database.write("deleting a survey", body).await?;
        self.signals.ring_step(id.0, true);
        Ok(())
    }

    async fn survey_after(
        &self,
        seen: &SurveyRecord,
        pace: Duration,
        up_to: Duration,
    ) -> Result<SurveyRecord, SurveysError> {
        let following = Following {
            signals: &self.signals,
            clock: &*self.clock,
            id: seen.id.0,
            pace,
            up_to,
        };
        following.news(seen, has_ended, || self.get(seen.id)).await
    }
}

fn has_ended(survey: &SurveyRecord) -> bool {
    survey.state != SurveyState::Running
}

async fn create(tx: &Tx, new: &NewSurvey, now: DateTime<Utc>) -> Outcome<SurveyRecord> {
    active(tx, new.context)
        .await?
        .ok_or(Abort::Refused(SurveysError::ContextNotFound))?;
    let id = new.id;
    let parts = new.parts.len() as i64;
    let row = Model {
        id: id.0,
        context_id: new.context.0,
        version: new.version.into(),
        request: new.request.clone(),
        best: new.best.into(),
        state: if parts == 0 { DONE } else { RUNNING }.to_owned(),
        truncated: false,
        parts_total: parts,
        parts_open: parts,
        orthos: 0,
        created_at: millis(now),
        ended_at: (parts == 0).then(|| millis(now)),
    };
    let items = new.parts.iter().map(|payload| {
        let kind = ItemKind::Survey.as_str();
        ledger::row(
            Uuid::now_v7(),
            new.context,
            WaveId(id.0),
            kind,
            payload.clone(),
            now,
        )
    });
    insert_all(&**tx, &items.collect::<Vec<_>>()).await?;
    record(tx, row.into_active_model().insert(&**tx).await?).await
}

async fn row(tx: &Tx, id: SurveyId) -> Outcome<Model> {
    let row = Entity::find_by_id(id.0)
        .one(&**tx)
        .await?
        .ok_or(Abort::Refused(SurveysError::NotFound))?;
    active(tx, ContextKey(row.context_id))
        .await?
        .ok_or(Abort::Refused(SurveysError::NotFound))?;
    Ok(row)
}

async fn get(tx: &Tx, id: SurveyId) -> Outcome<SurveyRecord> {
    let row = row(tx, id).await?;
    record(tx, row).await
}

async fn list(tx: &Tx, context: ContextKey, page: &PageRequest) -> Outcome<Page<SurveyRecord>> {
    active(tx, context)
        .await?
        .ok_or(Abort::Refused(SurveysError::ContextNotFound))?;
    let list = List::new(&format!("surveys/{context}"));
    let mut query = Entity::find()
        .filter(Column::ContextId.eq(context.0))
        .order_by_desc(Column::Id)
        .limit(fetch(page));
    if let Some(id) = list.start::<Uuid>(page)? {
        query = query.filter(Column::Id.lt(id));
    }
    let rows = records(tx, query.all(&**tx).await?).await?;
    Ok(list.page(rows, page, |survey| survey.id.0))
}

async fn cancel(tx: &Tx, id: SurveyId, now: DateTime<Utc>) -> Outcome<SurveyRecord> {
    let survey = row(tx, id).await?;
    if survey.state != RUNNING {
        return record(tx, survey).await;
    }
    close_items(tx, WaveId(id.0), now).await?;
    Entity::update_many()
        .col_expr(Column::State, Expr::value(CANCELLED))
        .col_expr(Column::Truncated, Expr::value(true))
        .col_expr(Column::EndedAt, Expr::value(millis(now)))
        .filter(Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    get(tx, id).await
}

async fn delete(tx: &Tx, id: SurveyId, now: DateTime<Utc>) -> Outcome<()> {
    row(tx, id).await?;
    close_items(tx, WaveId(id.0), now).await?;
    survey_shapes::Entity::delete_many()
        .filter(survey_shapes::Column::SurveyId.eq(id.0))
        .exec(&**tx)
        .await?;
    Entity::delete_by_id(id.0).exec(&**tx).await?;
    Ok(())
}

/// Surveys as records, with what is given up of those that run.
async fn records(tx: &Tx, rows: Vec<Model>) -> Outcome<Vec<SurveyRecord>> {
    let running = rows.iter().filter(|row| row.state == RUNNING).map(|row| row.id);
    let mut stuck = ledger::stuck(tx, &running.collect::<Vec<_>>()).await?;
    rows.into_iter()
        .map(|row| {
            let stuck = stuck.remove(&row.id);
            survey_of(row, stuck)
        })
        .collect()
}

/// One survey as a record.
async fn record(tx: &Tx, row: Model) -> Outcome<SurveyRecord> {
    let mut stuck = ledger::stuck(tx, &[row.id]).await?;
    let stuck = stuck.remove(&row.id);
    survey_of(row, stuck)
}

fn survey_of(row: Model, stuck: Option<Stuck>) -> Outcome<SurveyRecord> {
    Ok(SurveyRecord {
        id: SurveyId(row.id),
        context: ContextKey(row.context_id),
        version: Version::try_from(row.version).map_err(|error| Abort::Damaged(error.to_string()))?,
        request: row.request,
        state: match row.state.as_str() {
            RUNNING => SurveyState::Running,
            DONE => SurveyState::Done,
            CANCELLED => SurveyState::Cancelled,
            other => return Err(Abort::Damaged(format!("the state {other} of survey {}", row.id))),
        },
        truncated: row.truncated,
        parts_total: row.parts_total.unsigned_abs(),
        parts_open: row.parts_open.unsigned_abs(),
        stuck,
        orthos: row.orthos.unsigned_abs(),
        created_at: moment(row.created_at),
        ended_at: row.ended_at.map(moment),
    })
}
