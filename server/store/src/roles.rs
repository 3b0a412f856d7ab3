//! Versions of the role matrix behind their port. They are only ever added to.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::ports::{
    Clock, MatrixRecord, MatrixStoreError, NewMatrix, Page, PageRequest, RoleMatrices,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::clock::{millis, moment};
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Database, Tx};
use crate::entities::role_matrices::{Column, Entity, Model};

type Outcome<T> = Result<T, Abort<MatrixStoreError>>;

/// The role matrix in the database.
#[derive(Clone)]
pub(crate) struct SqlRoleMatrices {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
}

impl From<Foreign> for Abort<MatrixStoreError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(MatrixStoreError::ForeignCursor)
    }
}

#[async_trait]
impl RoleMatrices for SqlRoleMatrices {
    async fn newer_than(&self, version: u64) -> Result<Option<MatrixRecord>, MatrixStoreError> {
        self.database
            .read("reading the role matrix", |tx| async move {
                newest(&tx, version).await
            })
            .await
    }

    async fn get(&self, version: u64) -> Result<MatrixRecord, MatrixStoreError> {
        let body = |tx: Tx| async move {
            let row = Entity::find_by_id(column(version)).one(&*tx).await?;
            row.map(record).ok_or(Abort::Refused(MatrixStoreError::NotFound))
        };
        self.database.read("reading a role matrix", body).await
    }

    async fn append(&self, current: u64, new: NewMatrix) -> Result<MatrixRecord, MatrixStoreError> {
        let (new, now) = (&new, self.clock.now());
        self.database
            .write("keeping a role matrix", |tx| async move {
                append(&tx, current, new, now).await
            })
            .await
    }

    async fn list(&self, page: PageRequest) -> Result<Page<MatrixRecord>, MatrixStoreError> {
        let page = &page;
        self.database
            .read("listing role matrices", |tx| async move { list(&tx, page).await })
            .await
    }
}

async fn newest(tx: &Tx, version: u64) -> Outcome<Option<MatrixRecord>> {
    let row = Entity::find()
        .filter(Column::Version.gt(column(version)))
        .order_by_desc(Column::Version)
        .one(&**tx)
        .await?;
    Ok(row.map(record))
}

async fn append(tx: &Tx, current: u64, new: &NewMatrix, now: DateTime<Utc>) -> Outcome<MatrixRecord> {
    if let Some(newer) = newest(tx, current).await? {
        let version = newer.version;
        return Err(Abort::Refused(MatrixStoreError::Changed { version }));
    }
    let row = Model {
        version: column(current + 1),
        changed_at: millis(now),
        changed_by: new.changed_by.clone(),
        undoes: new.undoes.map(column),
        document: new.document.clone(),
    };
    Ok(record(row.into_active_model().insert(&**tx).await?))
}

async fn list(tx: &Tx, page: &PageRequest) -> Outcome<Page<MatrixRecord>> {
    let list = List::new("role matrices");
    let mut query = Entity::find().order_by_desc(Column::Version).limit(fetch(page));
    if let Some(version) = list.start::<u64>(page)? {
        query = query.filter(Column::Version.lt(column(version)));
    }
    let rows = query.all(&**tx).await?.into_iter().map(record).collect();
    Ok(list.page(rows, page, |matrix: &MatrixRecord| matrix.version))
}

/// A version as the column has it. One that no matrix can reach finds none.
fn column(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn record(row: Model) -> MatrixRecord {
    let version = |stored: i64| u64::try_from(stored).unwrap_or(0);
    MatrixRecord {
        version: version(row.version),
        changed_at: moment(row.changed_at),
        changed_by: row.changed_by,
        undoes: row.undoes.map(version),
        document: row.document,
    }
}
