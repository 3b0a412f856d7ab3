//! The stored state as a whole, behind its port: two hashes for `crochet digest`, and what is wrong for `crochet check`.

mod digest;
mod faults;

use async_trait::async_trait;
use crochet_domain::Ortho;
use crochet_domain::ports::{
    ContextDigest, ContextKey, Inspection, InspectionError, Page, PageRequest, StoredFault,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};
use uuid::Uuid;

use crate::contexts::active;
use crate::cursor::{List, fetch};
use crate::database::{Abort, Database, Tx};
use crate::entities::{contexts, orthos};
use crate::orthos::ortho_of;

type Outcome<T> = Result<T, Abort<InspectionError>>;

/// Looks at the database.
#[derive(Clone)]
pub(crate) struct SqlInspection {
    pub(crate) database: Database,
}

#[async_trait]
impl Inspection for SqlInspection {
    async fn digest(&self, context: ContextKey) -> Result<ContextDigest, InspectionError> {
        let body = |tx| async move { digest::digest(&tx, context).await };
        self.database.read_long("hashing a context", body).await
    }

    async fn faults(&self, context: ContextKey, limit: u32) -> Result<Vec<StoredFault>, InspectionError> {
        let body = |tx| async move { faults::faults(&tx, context, limit as usize).await };
        self.database.read_long("checking a context", body).await
    }

    async fn integrity(&self) -> Result<Vec<StoredFault>, InspectionError> {
        self.database
            .read_long("checking the database", |tx| async move { integrity(&tx).await })
            .await
    }

    async fn orthos(&self, context: ContextKey, page: PageRequest) -> Result<Page<Ortho>, InspectionError> {
        let page = &page;
        self.database
            .read("reading all orthos", |tx| async move {
                orthos_by_id(&tx, context, page).await
            })
            .await
    }
}

async fn require(tx: &Tx, context: ContextKey) -> Outcome<contexts::Model> {
    active(tx, context)
        .await?
        .ok_or(Abort::Refused(InspectionError::ContextNotFound))
}

/// What the engine says of its own file. The one question that each engine is asked in its own words.
async fn integrity(tx: &Tx) -> Outcome<Vec<StoredFault>> {
    let statement = Statement::from_string(tx.get_database_backend(), "PRAGMA quick_check");
    let rows = tx.query_all_raw(statement).await?;
    let mut faults = Vec::new();
    for row in rows {
        let detail: String = row.try_get_by_index(0)?;
        if detail != "ok" {
            faults.push(StoredFault {
                invariant: "the database file is sound",
                detail,
            });
        }
    }
    Ok(faults)
}

async fn orthos_by_id(tx: &Tx, context: ContextKey, page: &PageRequest) -> Outcome<Page<Ortho>> {
    require(tx, context).await?;
    let list = List::new(&format!("inspection/{context}"));
    let mut query = orthos::Entity::find()
        .filter(orthos::Column::ContextId.eq(context.0))
        .order_by_asc(orthos::Column::Id)
        .limit(fetch(page));
    let start = list
        .start::<Uuid>(page)
        .map_err(|_| Abort::Refused(InspectionError::ForeignCursor))?;
    if let Some(id) = start {
        query = query.filter(orthos::Column::Id.gt(id));
    }
    let rows = query
        .all(&**tx)
        .await?
        .iter()
        .map(ortho_of)
        .collect::<Outcome<Vec<_>>>()?;
    Ok(list.page(rows, page, |ortho| Uuid::from_bytes(*ortho.id.as_bytes())))
}
