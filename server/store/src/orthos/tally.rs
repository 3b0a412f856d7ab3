//! The items that a report answers, and what it adds to the counts of their waves and context.
//!
//! Items of several waves may be answered at once. What is left of them belongs to the oldest: waves settle in order, so
//! none is settled while something that it may bring forth is open. It must never touch orthos or remediations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use crochet_domain::Version;
use crochet_domain::ports::{ItemKind, WaveId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::report::Rows;
use crate::clock::millis;
use crate::database::Tx;
use crate::entities::{contexts, pipeline_items, waves};

/// The items of a report that are open, with their waves.
///
/// An item that is done, or was dropped with its wave, takes no more reports: whoever set it done has found all there is,
/// and a stale worker would only start work that nobody waits for.
pub(super) struct OpenItems(Vec<(Uuid, WaveId)>);

impl OpenItems {
    pub(super) async fn of(tx: &Tx, rows: &Rows) -> Outcome<Self> {
        let items: Vec<(Uuid, Uuid)> = pipeline_items::Entity::find()
            .select_only()
            .columns([pipeline_items::Column::Id, pipeline_items::Column::WaveId])
            .filter(pipeline_items::Column::Id.is_in(rows.items.iter().map(|item| item.0)))
            .filter(pipeline_items::Column::ContextId.eq(rows.context.0))
            .filter(pipeline_items::Column::Kind.ne(ItemKind::Survey.as_str()))
            .filter(pipeline_items::Column::DoneAt.is_null())
            .into_tuple()
            .all(&**tx)
            .await?;
        Ok(Self(
            items.into_iter().map(|(id, wave)| (id, WaveId(wave))).collect(),
        ))
    }

    /// The waves, each once.
    pub(super) fn waves(&self) -> Vec<WaveId> {
        self.by_wave().into_keys().map(WaveId).collect()
    }

    fn by_wave(&self) -> BTreeMap<Uuid, i64> {
        let mut counts = BTreeMap::new();
        for (_, wave) in &self.0 {
            *counts.entry(wave.0).or_default() += 1;
        }
        counts
    }

    /// The wave of the oldest text; none if nothing is open.
    pub(super) async fn oldest_wave(&self, tx: &Tx) -> Outcome<Option<WaveId>> {
        let waves = self.waves();
        if waves.len() < 2 {
            return Ok(waves.first().copied());
        }
        let oldest: Option<Uuid> = waves::Entity::find()
            .select_only()
            .column(waves::Column::Id)
            .filter(waves::Column::Id.is_in(waves.iter().map(|wave| wave.0)))
            .order_by_asc(waves::Column::ToVersion)
            .limit(1)
            .into_tuple()
            .one(&**tx)
            .await?;
        Ok(oldest.map(WaveId))
    }

    /// Sets all of them done.
    pub(super) async fn close(&self, tx: &Tx, now: DateTime<Utc>) -> Outcome<()> {
        pipeline_items::Entity::update_many()
            .col_expr(pipeline_items::Column::DoneAt, Expr::value(millis(now)))
            .filter(pipeline_items::Column::Id.is_in(self.0.iter().map(|(id, _)| *id)))
            .exec(&**tx)
            .await?;
        for (wave, closed) in self.by_wave() {
            let left = Expr::col(waves::Column::ItemsOpen).sub(closed);
            waves::Entity::update_many()
                .col_expr(waves::Column::ItemsOpen, left)
                .filter(waves::Column::Id.eq(wave))
                .exec(&**tx)
                .await?;
        }
        Ok(())
    }
}

/// What a report adds to counts.
pub(super) struct Counted {
    /// The wave that new items and remediations belong to.
    pub(super) wave: WaveId,
    pub(super) items: u64,
    pub(super) remediations: u64,
    /// New orthos belong to the text that made them possible, whoever found them.
    pub(super) orthos: BTreeMap<Version, i64>,
}

impl Counted {
    pub(super) async fn add(&self, tx: &Tx, rows: &Rows) -> Outcome<()> {
        let (items, remediations) = (self.items as i64, self.remediations as i64);
        let plus = |column: waves::Column, by: i64| Expr::col(column).add(by);
        let mut update = waves::Entity::update_many()
            .col_expr(waves::Column::ItemsTotal, plus(waves::Column::ItemsTotal, items))
            .col_expr(waves::Column::ItemsOpen, plus(waves::Column::ItemsOpen, items))
            .col_expr(
                waves::Column::RemediationsAdded,
                plus(waves::Column::RemediationsAdded, remediations),
            )
            .filter(waves::Column::Id.eq(self.wave.0));
        if rows.truncated {
            update = update.col_expr(waves::Column::Truncated, Expr::value(true));
        }
        update.exec(&**tx).await?;
        for (version, &orthos) in &self.orthos {
            waves::Entity::update_many()
                .col_expr(
                    waves::Column::OrthosAdded,
                    plus(waves::Column::OrthosAdded, orthos),
                )
                .filter(waves::Column::ContextId.eq(rows.context.0))
                .filter(waves::Column::ToVersion.eq(i64::from(*version)))
                .exec(&**tx)
                .await?;
        }
        self.add_to_context(tx, rows).await
    }

    async fn add_to_context(&self, tx: &Tx, rows: &Rows) -> Outcome<()> {
        let plus = |column: contexts::Column, by: i64| Expr::col(column).add(by);
        let orthos = self.orthos.values().sum();
        let mut update = contexts::Entity::update_many()
            .col_expr(contexts::Column::Orthos, plus(contexts::Column::Orthos, orthos))
            .col_expr(
                contexts::Column::Remediations,
                plus(contexts::Column::Remediations, self.remediations as i64),
            )
            .filter(contexts::Column::Id.eq(rows.context.0));
        if rows.truncated {
            update = update.col_expr(contexts::Column::Truncated, Expr::value(true));
        }
        update.exec(&**tx).await?;
        Ok(())
    }
}
