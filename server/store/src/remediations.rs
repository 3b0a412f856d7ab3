//! Remediations behind their port: by pair, by parent, all.

use async_trait::async_trait;
use crochet_domain::ports::{
    ContextKey, Page, PageRequest, RemediationStats, Remediations, RemediationsError,
};
use crochet_domain::{OrthoId, Pair, Remediation, RemediationId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::contexts::active;
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Database, Tx};
use crate::entities::remediations::{Column, Entity, Model};
use crate::orthos::grid_of;

type Outcome<T> = Result<T, Abort<RemediationsError>>;

/// Remediations in the database.
#[derive(Clone)]
pub(crate) struct SqlRemediations {
    pub(crate) database: Database,
}

impl From<Foreign> for Abort<RemediationsError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(RemediationsError::ForeignCursor)
    }
}

#[async_trait]
impl Remediations for SqlRemediations {
    async fn waiting(
        &self,
        context: ContextKey,
        pairs: &[Pair],
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError> {
        let mut wanted: Vec<i64> = pairs.iter().map(|pair| pair.0).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let list = List::new(&format!("waiting/{context}/{wanted:?}"));
        let query = Entity::find().filter(Column::Pair.is_in(wanted));
        self.page("reading what waits", context, list, query, &page).await
    }

    async fn of_parent(
        &self,
        context: ContextKey,
        parent: OrthoId,
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError> {
        let list = List::new(&format!("remediations/{context}/{parent}"));
        let query = Entity::find().filter(Column::ParentId.eq(Uuid::from_bytes(*parent.as_bytes())));
        self.page("reading what an ortho waits for", context, list, query, &page)
            .await
    }

    async fn list(
        &self,
        context: ContextKey,
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError> {
        let list = List::new(&format!("remediations/{context}"));
        self.page("listing remediations", context, list, Entity::find(), &page)
            .await
    }

    async fn stats(&self, context: ContextKey) -> Result<RemediationStats, RemediationsError> {
        self.database
            .read(
                "counting remediations",
                |tx| async move { stats(&tx, context).await },
            )
            .await
    }
}

impl SqlRemediations {
    async fn page(
        &self,
        doing: &'static str,
        context: ContextKey,
        list: List,
        query: Select<Entity>,
        page: &PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError> {
        let query = &query;
        let body = |tx: Tx| async move {
            active(&tx, context)
                .await?
                .ok_or(Abort::Refused(RemediationsError::ContextNotFound))?;
            let mut query = query
                .clone()
                .filter(Column::ContextId.eq(context.0))
                .order_by_asc(Column::Pair)
                .order_by_asc(Column::Id)
                .limit(fetch(page));
            if let Some((pair, id)) = list.start::<(i64, Uuid)>(page)? {
                let row = Expr::tuple([Expr::col(Column::Pair), Expr::col(Column::Id)]);
                query = query.filter(row.gt(Expr::tuple([Expr::value(pair), Expr::value(id)])));
            }
            let rows = query.all(&*tx).await?;
            let page = list.page(rows, page, |row| (row.pair, row.id));
            let next = page.next;
            let items = page
                .items
                .iter()
                .map(remediation_of)
                .collect::<Outcome<Vec<_>>>()?;
            Ok(Page { items, next })
        };
        self.database.read(doing, body).await
    }
}

async fn stats(tx: &Tx, context: ContextKey) -> Outcome<RemediationStats> {
    let row = active(tx, context)
        .await?
        .ok_or(Abort::Refused(RemediationsError::ContextNotFound))?;
    let distinct = |column: Column| Expr::col(column).count_distinct();
    let (parents, pairs): (i64, i64) = Entity::find()
        .select_only()
        .expr_as(distinct(Column::ParentId), "parents")
        .expr_as(distinct(Column::Pair), "pairs")
        .filter(Column::ContextId.eq(context.0))
        .into_tuple()
        .one(&**tx)
        .await?
        .unwrap_or_default();
    Ok(RemediationStats {
        remediations: row.remediations.unsigned_abs(),
        parents: parents.unsigned_abs(),
        pairs: pairs.unsigned_abs(),
    })
}

pub(crate) fn remediation_of<E>(row: &Model) -> Result<Remediation, Abort<E>> {
    let what = || format!("remediation {} of context {}", row.id, row.context_id);
    let (shape, cells) = grid_of(&row.extents, &row.cells, what)?;
    Ok(Remediation {
        id: RemediationId::from_bytes(*row.id.as_bytes()),
        parent: OrthoId::from_bytes(*row.parent_id.as_bytes()),
        shape,
        cells,
        pairs: std::iter::once(Pair(row.pair)).collect(),
    })
}
