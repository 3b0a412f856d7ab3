//! Dedup keys: who claims one, what became of the item behind it, and when it is forgotten.
//!
//! A key names the item that was pushed under it, so that somebody who remembers what was pushed can ask what became of
//! it. It is remembered for its window and as long as the item is there, in the queue or as a dead letter.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use crochet_domain::ports::{Fate, PushItem, WorkItemId};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use super::Outcome;
use crate::clock::{millis, span};
use crate::database::Tx;
use crate::entities::work_dedup::{ActiveModel, Column, Entity};
use crate::entities::{dead_items, work_items};

/// Keys in one statement.
const CHUNK: usize = 500;
/// Keys looked at in one transaction.
const EXPIRE_MAX: u64 = 5_000;
/// How much longer a key is remembered whose item is there when its window has passed.
const LONGER_MS: i64 = 3_600_000;

/// The keys that nobody pushed within their window, and whose item is gone; from now on they count as pushed, and name
/// the first of these items that has them.
pub(super) async fn claim<'a>(
    tx: &Tx,
    queue: &str,
    items: &[(WorkItemId, &'a PushItem)],
    now: DateTime<Utc>,
) -> Outcome<HashSet<&'a str>> {
    let mut keyed: BTreeMap<&str, (WorkItemId, i64)> = BTreeMap::new();
    for (id, item) in items {
        if let Some(key) = item.dedup_key.as_deref() {
            let expires_at = millis(now).saturating_add(span(item.dedup_window));
            keyed.entry(key).or_insert((*id, expires_at));
        }
    }
    let keyed: Vec<(&str, (WorkItemId, i64))> = keyed.into_iter().collect();
    let mut fresh = HashSet::new();
    for chunk in keyed.chunks(CHUNK) {
        let rows = chunk.iter().map(|(key, (id, expires_at))| ActiveModel {
            queue: Set(queue.to_owned()),
            key: Set((*key).to_owned()),
            expires_at: Set(*expires_at),
            item_id: Set(Some(id.0)),
        });
        let mut renew = OnConflict::columns([Column::Queue, Column::Key]);
        renew
            .update_columns([Column::ExpiresAt, Column::ItemId])
            .action_and_where(Expr::col((Entity, Column::ExpiresAt)).lte(millis(now)))
            .action_cond_where(is_gone());
        let claimed = Entity::insert_many(rows)
            .on_conflict(renew)
            .exec_with_returning_keys(&**tx)
            .await;
        let claimed: HashSet<String> = match claimed {
            Ok(keys) => keys.into_iter().map(|(_, key)| key).collect(),
            Err(sea_orm::DbErr::RecordNotInserted) => HashSet::new(),
            Err(error) => return Err(error.into()),
        };
        fresh.extend(
            chunk
                .iter()
                .map(|(key, _)| *key)
                .filter(|key| claimed.contains(*key)),
        );
    }
    Ok(fresh)
}

/// The item behind a key is neither in the queue nor a dead letter.
fn is_gone() -> Condition {
    let named = || Expr::col((Entity, Column::ItemId));
    let queued: SelectStatement = Query::select()
        .expr(Expr::value(1))
        .from(work_items::Entity)
        .and_where(Expr::col((work_items::Entity, work_items::Column::Id)).eq(named()))
        .take();
    let dead: SelectStatement = Query::select()
        .expr(Expr::value(1))
        .from(dead_items::Entity)
        .and_where(Expr::col((dead_items::Entity, dead_items::Column::Id)).eq(named()))
        .take();
    Condition::all()
        .add(Expr::exists(queued).not())
        .add(Expr::exists(dead).not())
}

/// What became of the items that were pushed under these keys, in their order.
pub(super) async fn fates(tx: &Tx, queue: &str, keys: &[String]) -> Outcome<Vec<Fate>> {
    let mut fates = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        let named: Vec<(String, Option<Uuid>)> = Entity::find()
            .select_only()
            .columns([Column::Key, Column::ItemId])
            .filter(Column::Queue.eq(queue))
            .filter(Column::Key.is_in(chunk.iter().map(String::as_str)))
            .into_tuple()
            .all(&**tx)
            .await?;
        let items: HashMap<String, Uuid> = named
            .into_iter()
            .filter_map(|(key, item)| Some((key, item?)))
            .collect();
        let found = found(tx, items.values().copied().collect()).await?;
        let fate = |key: &String| items.get(key).and_then(|item| found.get(item)).cloned();
        fates.extend(chunk.iter().map(|key| fate(key).unwrap_or(Fate::Unknown)));
    }
    Ok(fates)
}

/// What these items are now; those that are gone are left out.
async fn found(tx: &Tx, items: Vec<Uuid>) -> Outcome<HashMap<Uuid, Fate>> {
    let queued: Vec<Uuid> = work_items::Entity::find()
        .select_only()
        .column(work_items::Column::Id)
        .filter(work_items::Column::Id.is_in(items.iter().copied()))
        .into_tuple()
        .all(&**tx)
        .await?;
    let dead: Vec<(Uuid, String)> = dead_items::Entity::find()
        .select_only()
        .columns([dead_items::Column::Id, dead_items::Column::Reason])
        .filter(dead_items::Column::Id.is_in(items))
        .into_tuple()
        .all(&**tx)
        .await?;
    let queued = queued.into_iter().map(|id| (id, Fate::Queued));
    let dead = dead.into_iter().map(|(id, reason)| (id, Fate::Dead { reason }));
    Ok(queued.chain(dead).collect())
}

/// Forgets keys whose window has passed, and remembers those a while longer whose item is there; how many these were.
pub(super) async fn expire(tx: &Tx, now: DateTime<Utc>) -> Outcome<u64> {
    let expired: Vec<(String, String, Option<Uuid>)> = Entity::find()
        .select_only()
        .columns([Column::Queue, Column::Key, Column::ItemId])
        .filter(Column::ExpiresAt.lte(millis(now)))
        .order_by_asc(Column::ExpiresAt)
        .limit(EXPIRE_MAX)
        .into_tuple()
        .all(&**tx)
        .await?;
    for chunk in expired.chunks(CHUNK) {
        let items = chunk.iter().filter_map(|(_, _, item)| *item).collect();
        let there = found(tx, items).await?;
        let is_there = |item: &Option<Uuid>| item.is_some_and(|item| there.contains_key(&item));
        let (kept, gone): (Vec<_>, Vec<_>) = chunk.iter().partition(|(_, _, item)| is_there(item));
        Entity::update_many()
            .col_expr(
                Column::ExpiresAt,
                Expr::value(millis(now).saturating_add(LONGER_MS)),
            )
            .filter(among(&kept))
            .exec(&**tx)
            .await?;
        Entity::delete_many().filter(among(&gone)).exec(&**tx).await?;
    }
    Ok(expired.len() as u64)
}

fn among(rows: &[&(String, String, Option<Uuid>)]) -> Expr {
    let keys = rows
        .iter()
        .map(|(queue, key, _)| Expr::tuple([Expr::value(queue.as_str()), Expr::value(key.as_str())]));
    Expr::tuple([Expr::col(Column::Queue), Expr::col(Column::Key)]).is_in(keys)
}
