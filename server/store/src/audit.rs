//! The audit log behind its port.

use async_trait::async_trait;
use crochet_domain::ports::{
    AuditEntryId, AuditError, AuditKept, AuditQuery, AuditRecord, AuditTrail, AuditedOutcome, Page,
    PageRequest,
};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::clock::{millis, moment};
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Database, Tx, delete_some};
use crate::entities::audit_entries::{ActiveModel, Column, Entity, Model};

type Outcome<T> = Result<T, Abort<AuditError>>;

/// The audit log in the database.
#[derive(Clone)]
pub(crate) struct SqlAuditTrail {
    pub(crate) database: Database,
}

impl From<Foreign> for Abort<AuditError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(AuditError::ForeignCursor)
    }
}

#[async_trait]
impl AuditTrail for SqlAuditTrail {
    async fn keep(&self, records: &[AuditRecord]) -> Result<(), AuditError> {
        if records.is_empty() {
            return Ok(());
        }
        let body = |tx: Tx| async move {
            let rows: Vec<ActiveModel> = records.iter().map(|one| row(one).into_active_model()).collect();
            let settle = OnConflict::column(Column::Id)
                .update_columns([Column::Outcome, Column::Resource, Column::Missing])
                .to_owned();
            Entity::insert_many(rows)
                .on_conflict(settle)
                .exec_without_returning(&*tx)
                .await?;
            Ok(())
        };
        self.database.write("keeping the audit log", body).await
    }

    async fn list(&self, query: &AuditQuery, page: PageRequest) -> Result<Page<AuditRecord>, AuditError> {
        let page = &page;
        self.database
            .read("reading the audit log", |tx| async move {
                list(&tx, query, page).await
            })
            .await
    }

    async fn forget(&self, kept: AuditKept, batch: u32) -> Result<u64, AuditError> {
        let body = |tx: Tx| async move {
            let latest_to_go = latest_first(Entity::find())
                .offset(kept.entries_max)
                .one(&*tx)
                .await?;
            let mut beyond = Condition::any().add(Column::At.lt(millis(kept.since)));
            if let Some(row) = latest_to_go {
                beyond = beyond.add(place().lte(place_of(row.at, row.id)));
            }
            Ok(delete_some::<Entity>(&*tx, beyond, u64::from(batch)).await?)
        };
        self.database.write("forgetting old audit entries", body).await
    }
}

async fn list(tx: &Tx, query: &AuditQuery, page: &PageRequest) -> Outcome<Page<AuditRecord>> {
    let list = List::new(&format!("audit/{query:?}"));
    let mut rows = wanted(query).limit(fetch(page));
    if let Some((at, id)) = list.start::<(i64, Uuid)>(page)? {
        rows = rows.filter(place().lt(place_of(at, id)));
    }
    let records = rows.all(&**tx).await?.into_iter().map(record).collect();
    Ok(list.page(records, page, |record| (millis(record.at), record.id.0)))
}

fn latest_first(rows: Select<Entity>) -> Select<Entity> {
    rows.order_by_desc(Column::At).order_by_desc(Column::Id)
}

/// Where a row stands in the log.
fn place() -> Expr {
    Expr::tuple([Expr::col(Column::At), Expr::col(Column::Id)])
}

fn place_of(at: i64, id: Uuid) -> Expr {
    Expr::tuple([Expr::value(at), Expr::value(id)])
}

/// The rows that are wanted, the latest first.
pub(crate) fn wanted(query: &AuditQuery) -> Select<Entity> {
    let mut rows = latest_first(Entity::find());
    if let Some(who) = &query.who {
        let theirs = Condition::any()
            .add(Column::Subject.eq(who))
            .add(Column::OnBehalfOf.eq(who));
        rows = rows.filter(theirs);
    }
    if let Some(operation) = &query.operation {
        rows = rows.filter(Column::Operation.eq(operation));
    }
    if let Some(outcome) = query.outcome {
        rows = rows.filter(Column::Outcome.eq(outcome.as_str()));
    }
    if let Some(since) = query.since {
        rows = rows.filter(Column::At.gte(millis(since)));
    }
    if let Some(until) = query.until {
        rows = rows.filter(Column::At.lt(millis(until)));
    }
    rows
}

fn row(record: &AuditRecord) -> Model {
    Model {
        id: record.id.0,
        at: millis(record.at),
        subject: record.subject.clone(),
        kind: record.kind.clone(),
        on_behalf_of: record.on_behalf_of.clone(),
        spec: record.spec.clone(),
        operation: record.operation.clone(),
        resource: record.resource.clone(),
        outcome: record.outcome.as_str().to_owned(),
        missing: record.missing.join(" "),
        request_id: record.request_id.clone(),
        address: record.address.clone(),
    }
}

fn record(row: Model) -> AuditRecord {
    AuditRecord {
        id: AuditEntryId(row.id),
        at: moment(row.at),
        subject: row.subject,
        kind: row.kind,
        on_behalf_of: row.on_behalf_of,
        spec: row.spec,
        operation: row.operation,
        resource: row.resource,
        // A name that only a later release knows: nobody here can say how it ended.
        outcome: AuditedOutcome::named(&row.outcome).unwrap_or(AuditedOutcome::Begun),
        missing: row.missing.split_whitespace().map(str::to_owned).collect(),
        request_id: row.request_id,
        address: row.address,
    }
}
