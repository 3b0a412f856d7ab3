//! When people were last here, behind its port.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::ports::{Clock, Sightings, SightingsError};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::clock::{millis, moment};
use crate::database::{Database, Tx};
use crate::entities::sightings::{Column, Entity, Model};

/// Notes in the database.
#[derive(Clone)]
pub(crate) struct SqlSightings {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Sightings for SqlSightings {
    async fn note(&self, subject: &str) -> Result<(), SightingsError> {
        let seen_at = millis(self.clock.now());
        let body = |tx: Tx| async move {
            let row = Model {
                subject: subject.to_owned(),
                seen_at,
            };
            let renew = OnConflict::column(Column::Subject)
                .update_column(Column::SeenAt)
                .to_owned();
            Entity::insert(row.into_active_model())
                .on_conflict(renew)
                .exec_without_returning(&*tx)
                .await?;
            Ok(())
        };
        self.database.write("noting that somebody is here", body).await
    }

    async fn last_seen(
        &self,
        subjects: &[String],
    ) -> Result<BTreeMap<String, DateTime<Utc>>, SightingsError> {
        let body = |tx: Tx| async move {
            let rows = Entity::find()
                .filter(Column::Subject.is_in(subjects))
                .all(&*tx)
                .await?;
            let seen = rows.into_iter().map(|row| (row.subject, moment(row.seen_at)));
            Ok(seen.collect())
        };
        self.database.read("reading when people were here", body).await
    }
}
