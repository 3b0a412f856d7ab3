//! Remediations behind their port: by pair, by parent, by phrase, all.

mod words;

use async_trait::async_trait;
use crochet_domain::ports::{
    ContextKey, Page, PageRequest, RemediationStats, Remediations, RemediationsError,
};
use crochet_domain::{OrthoId, Pair, Remediation, RemediationId, WordId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::contexts::active;
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Database, Tx};
use crate::entities::contexts;
use crate::entities::remediations::{Column, Entity, Model};
use crate::orthos::grid_of;

pub(crate) use words::note;

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
        let parent = Uuid::from_bytes(*parent.as_bytes());
        let query = leading().filter(Column::ParentId.eq(parent));
        self.page("reading what an ortho waits for", context, list, query, &page)
            .await
    }

    async fn after(
        &self,
        context: ContextKey,
        words: &[WordId],
        parent: Option<OrthoId>,
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError> {
        let page = &page;
        let body = |tx| async move { words::after(&tx, context, words, parent, page).await };
        self.database.read("reading what waits for a phrase", body).await
    }

    async fn list(
        &self,
        context: ContextKey,
        page: PageRequest,
    ) -> Result<Page<Remediation>, RemediationsError> {
        let list = List::new(&format!("remediations/{context}"));
        self.page("listing remediations", context, list, leading(), &page)
            .await
    }

    async fn stats(&self, context: ContextKey) -> Result<RemediationStats, RemediationsError> {
        self.database
            .read_long(
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
            require(&tx, context).await?;
            let after = list.start::<(i64, Uuid)>(page)?;
            let rows = part(query.clone(), context, after, fetch(page)).all(&*tx).await?;
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

async fn require(tx: &Tx, context: ContextKey) -> Outcome<contexts::Model> {
    active(tx, context)
        .await?
        .ok_or(Abort::Refused(RemediationsError::ContextNotFound))
}

/// Each grid once.
pub(crate) fn leading() -> Select<Entity> {
    Entity::find().filter(Column::Leading.eq(true))
}

/// What a query gives in a context behind a key.
pub(crate) fn part(
    query: Select<Entity>,
    context: ContextKey,
    after: Option<(i64, Uuid)>,
    rows: u64,
) -> Select<Entity> {
    let query = query
        .filter(Column::ContextId.eq(context.0))
        .order_by_asc(Column::Pair)
        .order_by_asc(Column::Id)
        .limit(rows);
    match after {
        None => query,
        Some((pair, id)) => {
            let row = Expr::tuple([Expr::col(Column::Pair), Expr::col(Column::Id)]);
            query.filter(row.gt(Expr::tuple([Expr::value(pair), Expr::value(id)])))
        }
    }
}

/// Two counts, each along an index of its own.
async fn stats(tx: &Tx, context: ContextKey) -> Outcome<RemediationStats> {
    let row = require(tx, context).await?;
    Ok(RemediationStats {
        remediations: row.remediations.unsigned_abs(),
        parents: different(tx, context, Column::ParentId).await?,
        pairs: different(tx, context, Column::Pair).await?,
    })
}

async fn different(tx: &Tx, context: ContextKey, column: Column) -> Outcome<u64> {
    let count: Option<i64> = Entity::find()
        .select_only()
        .expr_as(Expr::col(column).count_distinct(), "different")
        .filter(Column::ContextId.eq(context.0))
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(count.unwrap_or_default().unsigned_abs())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{DEAR, Fixture};

    #[tokio::test]
    async fn a_page_of_what_waits_is_read_from_an_index_in_its_order() {
        let fixture = Fixture::new().await;
        let of_parent = leading().filter(Column::ParentId.eq(Uuid::nil()));
        let waiting = Entity::find().filter(Column::Pair.is_in([1, 2, 3]));
        for query in [leading(), of_parent, waiting] {
            for after in [None, Some((7, Uuid::nil()))] {
                let page = part(query.clone(), ContextKey::generate(), after, 50);
                let plan = fixture.plan_of(page).await;
                let dear = |step: &String| DEAR.iter().any(|dear| step.contains(dear));
                assert!(!plan.iter().any(dear), "{plan:?}");
            }
        }
        let counts = [Column::ParentId, Column::Pair].map(|column| {
            Entity::find()
                .select_only()
                .expr_as(Expr::col(column).count_distinct(), "different")
                .filter(Column::ContextId.eq(Uuid::nil()))
        });
        for count in counts {
            let plan = fixture.plan_of(count).await;
            assert!(
                plan.iter().all(|step| step.contains("USING COVERING INDEX")),
                "{plan:?}"
            );
        }
    }
}
