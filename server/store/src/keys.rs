//! API keys behind their port.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use crochet_domain::ports::{Clock, KeyId, KeyRecord, Keys, KeysError, NewKey, Page, PageRequest};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::clock::{millis, moment};
use crate::cursor::{Foreign, List, fetch};
use crate::database::{Abort, Database, Tx};
use crate::entities::api_keys::{Column, Entity, Model};

type Outcome<T> = Result<T, Abort<KeysError>>;

/// How exact the last use is kept: a write for every request would cost more than the requests.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);

/// API keys in the database.
#[derive(Clone)]
pub(crate) struct SqlKeys {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
}

impl From<Foreign> for Abort<KeysError> {
    fn from(_: Foreign) -> Self {
        Self::Refused(KeysError::ForeignCursor)
    }
}

#[async_trait]
impl Keys for SqlKeys {
    async fn create(&self, new: NewKey) -> Result<KeyRecord, KeysError> {
        let (new, now) = (&new, self.clock.now());
        self.database
            .write(
                "creating a key",
                |tx| async move { insert(&tx, new, None, now).await },
            )
            .await
    }

    async fn get(&self, id: KeyId) -> Result<KeyRecord, KeysError> {
        self.database
            .read("reading a key", |tx| async move {
                Ok(key_of(require(&tx, id).await?))
            })
            .await
    }

    async fn find(&self, prefix: &str) -> Result<Option<KeyRecord>, KeysError> {
        let body = |tx: Tx| async move {
            let row = Entity::find().filter(Column::Prefix.eq(prefix)).one(&*tx).await?;
            Ok(row.map(key_of))
        };
        self.database.read("finding a key", body).await
    }

    async fn list(&self, owner: Option<&str>, page: PageRequest) -> Result<Page<KeyRecord>, KeysError> {
        let page = &page;
        self.database
            .read("listing keys", |tx| async move { list(&tx, owner, page).await })
            .await
    }

    async fn touch(&self, id: KeyId) -> Result<(), KeysError> {
        let now = self.clock.now();
        let key = self.get(id).await?;
        if key.last_used_at.is_some_and(|used| now - used < TOUCH_EVERY) {
            return Ok(());
        }
        let body = |tx: Tx| async move {
            set(&tx, id, Column::LastUsedAt, now).await?;
            Ok(())
        };
        self.database.write("noting the use of a key", body).await
    }

    async fn revoke(&self, id: KeyId) -> Result<KeyRecord, KeysError> {
        let now = self.clock.now();
        let body = |tx: Tx| async move {
            let key = require(&tx, id).await?;
            if key.revoked_at.is_none_or(|at| at > millis(now)) {
                set(&tx, id, Column::RevokedAt, now).await?;
            }
            Ok(key_of(require(&tx, id).await?))
        };
        self.database.write("revoking a key", body).await
    }

    async fn rotate(
        &self,
        id: KeyId,
        successor: NewKey,
        old_ends_at: DateTime<Utc>,
    ) -> Result<KeyRecord, KeysError> {
        let (successor, now) = (&successor, self.clock.now());
        let body = |tx| async move { rotate(&tx, id, successor, old_ends_at, now).await };
        self.database.write("rotating a key", body).await
    }
}

async fn require(tx: &Tx, id: KeyId) -> Outcome<Model> {
    Entity::find_by_id(id.0)
        .one(&**tx)
        .await?
        .ok_or(Abort::Refused(KeysError::NotFound))
}

async fn insert(
    tx: &Tx,
    new: &NewKey,
    rotated_from: Option<KeyId>,
    now: DateTime<Utc>,
) -> Outcome<KeyRecord> {
    if Entity::find()
        .filter(Column::Prefix.eq(&new.prefix))
        .one(&**tx)
        .await?
        .is_some()
    {
        return Err(Abort::Refused(KeysError::PrefixTaken));
    }
    let mut scopes = new.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    let row = Model {
        id: KeyId::generate().0,
        name: new.name.clone(),
        prefix: new.prefix.clone(),
        hash: new.hash.clone(),
        owner: new.owner.clone(),
        scopes: scopes.join(" "),
        created_at: millis(now),
        expires_at: new.expires_at.map(millis),
        last_used_at: None,
        revoked_at: None,
        rotated_from: rotated_from.map(|key| key.0),
    };
    Ok(key_of(row.into_active_model().insert(&**tx).await?))
}

async fn list(tx: &Tx, owner: Option<&str>, page: &PageRequest) -> Outcome<Page<KeyRecord>> {
    let list = List::new(&format!("keys/{owner:?}"));
    let mut query = Entity::find().order_by_desc(Column::Id).limit(fetch(page));
    if let Some(owner) = owner {
        query = query.filter(Column::Owner.eq(owner));
    }
    if let Some(id) = list.start::<Uuid>(page)? {
        query = query.filter(Column::Id.lt(id));
    }
    let rows = query.all(&**tx).await?.into_iter().map(key_of).collect();
    Ok(list.page(rows, page, |key| key.id.0))
}

/// The old key ends at the earlier of when it would have and `ends_at`.
async fn rotate(
    tx: &Tx,
    id: KeyId,
    successor: &NewKey,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Outcome<KeyRecord> {
    let old = key_of(require(tx, id).await?);
    if !old.is_valid_at(now) {
        return Err(Abort::Refused(KeysError::NotValid));
    }
    let ends_at = old
        .expires_at
        .map_or(ends_at, |expires| Ord::min(expires, ends_at));
    set(tx, id, Column::ExpiresAt, ends_at).await?;
    insert(tx, successor, Some(id), now).await
}

async fn set(tx: &Tx, id: KeyId, column: Column, at: DateTime<Utc>) -> Outcome<()> {
    Entity::update_many()
        .col_expr(column, Expr::value(millis(at)))
        .filter(Expr::col(Column::Id).eq(id.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

fn key_of(row: Model) -> KeyRecord {
    KeyRecord {
        id: KeyId(row.id),
        name: row.name,
        prefix: row.prefix,
        hash: row.hash,
        owner: row.owner,
        scopes: row.scopes.split_whitespace().map(ToOwned::to_owned).collect(),
        created_at: moment(row.created_at),
        expires_at: row.expires_at.map(moment),
        last_used_at: row.last_used_at.map(moment),
        revoked_at: row.revoked_at.map(moment),
        rotated_from: row.rotated_from.map(KeyId),
    }
}
