//! The lanes of a queue: one tenant at one priority.
//!
//! The index of the items is sorted by lane, so the lanes are found by skipping from one to the next inside of one
//! statement, and the first item of a lane says when the lane is ready: looking costs lanes, not items. Whoever waits
//! for work only looks, and takes no turn of the writer's for it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, SubQueryStatement, UnionType, WithClause,
    WithQuery,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};

use super::Outcome;
use crate::clock::millis;
use crate::database::Tx;
use crate::entities::work_items::{Column, Entity};
use crate::entities::work_queues;

const LANES: &str = "lanes";
const TENANT: &str = "tenant";
const HEAD: &str = "head";

/// Whether there is something to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prospect {
    /// There is.
    Ready,
    /// Not before then, unless something happens.
    Due(i64),
    /// Nothing.
    Empty,
}

/// A lane with something ready in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) tenant: String,
    /// How many leases its tenant has.
    pub(super) leases: u64,
    /// Since when its first item is ready.
    since: i64,
}

/// Whether there is something to take now, or when.
pub(super) async fn prospect(tx: &Tx, queue: &str, now: DateTime<Utc>) -> Outcome<Prospect> {
    let mut due: Option<i64> = None;
    let mut at = None;
    while let Some(priority) = next_priority(tx, queue, at).await? {
        at = Some(priority);
        for (_, head) in heads(tx, queue, priority).await? {
            if head <= millis(now) {
                return Ok(Prospect::Ready);
            }
            due = [due, Some(head)].into_iter().flatten().min();
        }
    }
    Ok(due.map_or(Prospect::Empty, Prospect::Due))
}

/// The next lower priority that has items, of a queue that is not paused.
pub(super) async fn next_priority(tx: &Tx, queue: &str, below: Option<i64>) -> Outcome<Option<i64>> {
    if below.is_none() {
        let row = work_queues::Entity::find_by_id(queue).one(&**tx).await?;
        if row.is_none_or(|queue| queue.paused) {
            return Ok(None);
        }
    }
    let mut query = Entity::find()
        .select_only()
        .column(Column::Priority)
        .filter(Column::Queue.eq(queue))
        .order_by_desc(Column::Priority)
        .limit(1);
    if let Some(below) = below {
        query = query.filter(Column::Priority.lt(below));
    }
    Ok(query.into_tuple().one(&**tx).await?)
}

/// The lanes of a priority that have something ready: those whose tenants have the fewest leases first, and of these
/// the one that has waited longest.
pub(super) async fn ready(tx: &Tx, queue: &str, priority: i64, now: DateTime<Utc>) -> Outcome<Vec<Lane>> {
    let leases: Vec<(String, i64)> = leases(queue, priority, now).into_tuple().all(&**tx).await?;
    let leases: HashMap<String, u64> = leases
        .into_iter()
        .map(|(tenant, leases)| (tenant, leases.unsigned_abs()))
        .collect();
    let heads = heads(tx, queue, priority).await?.into_iter();
    let ready = heads.filter(|(_, head)| *head <= millis(now));
    let mut lanes: Vec<Lane> = ready
        .map(|(tenant, since)| Lane {
            leases: leases.get(&tenant).copied().unwrap_or(0),
            tenant,
            since,
        })
        .collect();
    lanes.sort_by_key(|lane| (lane.leases, lane.since));
    Ok(lanes)
}

/// How many leases each tenant has.
pub(super) fn leases(queue: &str, priority: i64, now: DateTime<Utc>) -> sea_orm::Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Tenant)
        .column_as(Column::Tenant.count(), "leases")
        .filter(Column::Queue.eq(queue))
        .filter(Column::Priority.eq(priority))
        // As it stands in the index.
        .filter(Expr::col((Entity, Column::Leased)))
        .filter(Column::VisibleAt.gt(millis(now)))
        .group_by(Column::Tenant)
}

/// All lanes of a priority, each with the moment when its first item is or was ready.
async fn heads(tx: &Tx, queue: &str, priority: i64) -> Outcome<Vec<(String, i64)>> {
    let rows = tx.query_all(&heads_query(queue, priority)).await?;
    let head = |row: &sea_orm::QueryResult| Ok((row.try_get("", TENANT)?, row.try_get("", HEAD)?));
    rows.iter().map(head).collect()
}

/// A recursive query, of which each step is one look into the index: the first tenant, then the next one after it.
pub(super) fn heads_query(queue: &str, priority: i64) -> WithQuery {
    let lane = || Expr::col((LANES, TENANT));
    let tenants = || {
        items(queue, priority)
            .column((Entity, Column::Tenant))
            .order_by((Entity, Column::Tenant), Order::Asc)
            .take()
    };
    let next = tenants().and_where(of_item(Column::Tenant).gt(lane())).take();
    let head = items(queue, priority)
        .column((Entity, Column::VisibleAt))
        .and_where(of_item(Column::Tenant).eq(lane()))
        .order_by((Entity, Column::VisibleAt), Order::Asc)
        .take();
    let rest = Query::select()
        .expr(the_one(next))
        .from(LANES)
        .and_where(lane().is_not_null())
        .take();
    let mut steps = Query::select().expr(the_one(tenants())).take();
    steps.union(UnionType::All, rest);
    let mut lanes = CommonTableExpression::new();
    lanes.table_name(LANES).column(TENANT).query(steps);
    let mut with = WithClause::new();
    with.recursive(true).cte(lanes);
    Query::select()
        .column((LANES, TENANT))
        .expr_as(the_one(head), HEAD)
        .from(LANES)
        .and_where(lane().is_not_null())
        .take()
        .with(with)
}

fn items(queue: &str, priority: i64) -> SelectStatement {
    Query::select()
        .from(Entity)
        .and_where(of_item(Column::Queue).eq(queue))
        .and_where(of_item(Column::Priority).eq(priority))
        .limit(1)
        .take()
}

fn of_item(column: Column) -> Expr {
    Expr::col((Entity, column))
}

/// The only value of a query of one row, or NULL.
fn the_one(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(query)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use crochet_domain::ports::{Clock, LeaseRequest, PushItem};
    use sea_orm::DatabaseBackend;

    use super::*;
    use crate::testing::{DEAR, Fixture};

    const REQUEST: LeaseRequest = LeaseRequest {
        max: 4,
        lease: Duration::from_secs(60),
        wait: Duration::ZERO,
    };

    fn item(tenant: usize) -> PushItem {
        PushItem {
            payload: Vec::new(),
            headers: BTreeMap::new(),
            delay: Duration::ZERO,
            priority: 5,
            tenant: format!("t{tenant:04}"),
            dedup_key: None,
            dedup_window: Duration::ZERO,
            attempts_max: 9,
        }
    }

    #[tokio::test]
    async fn looking_reads_lanes_and_no_items() {
        let fixture = Fixture::new().await;
        let plan = DatabaseBackend::Sqlite.build(&heads_query("q", 5));
        let plan = fixture.plan_of_statement(plan).await;
        assert!(
            !plan.iter().any(|step| step.contains("SCAN work_items")),
            "{plan:?}"
        );
        assert!(plan.iter().any(|step| step.contains("tenant>?")), "{plan:?}");
        let plan = fixture.plan_of(leases("q", 5, fixture.clock.now())).await;
        assert!(
            !plan
                .iter()
                .any(|step| DEAR.iter().any(|dear| step.contains(dear))),
            "{plan:?}"
        );
        let of_leases = "ix_work_items_queue_priority_tenant_visible_at ";
        assert!(plan.iter().any(|step| step.contains(of_leases)), "{plan:?}");
    }

    #[tokio::test]
    async fn thousands_of_tenants_take_their_turns() {
        let fixture = Fixture::new().await;
        let queue = fixture.store.queue(10_000);
        for tenants in (0..3_000).collect::<Vec<_>>().chunks(500) {
            let items = tenants.iter().flat_map(|&tenant| [item(tenant), item(tenant)]);
            queue.push("q", items.collect()).await.unwrap();
            fixture.clock.advance(Duration::from_secs(1));
        }
        for round in 0..3 {
            let taken = queue.lease("q", REQUEST).await.unwrap();
            let tenants: Vec<&str> = taken.iter().map(|lease| lease.tenant.as_str()).collect();
            let expected: Vec<String> = (0..4).map(|n| item(round * 4 + n).tenant).collect();
            assert_eq!(tenants, expected);
        }
    }

    #[tokio::test]
    async fn whoever_finds_nothing_has_taken_no_turn_of_the_writers() {
        let fixture = Fixture::new().await;
        let queue = fixture.store.queue(10);
        let later = PushItem {
            delay: Duration::from_secs(60),
            ..item(1)
        };
        queue.push("q", vec![later]).await.unwrap();
        let writer = fixture.store.hold_writer().await;
        let looked = tokio::time::timeout(Duration::from_secs(10), queue.lease("q", REQUEST)).await;
        assert!(
            looked
                .expect("it does not wait for the writer")
                .unwrap()
                .is_empty()
        );
        writer.rollback().await.unwrap();
    }
}
