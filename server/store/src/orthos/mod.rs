//! Orthos and the reports that bring them, behind their port.

mod list;
mod lookup;
mod merge;
mod place;
mod report;
mod rows;
mod shapes;
mod tally;
mod words;

use std::sync::Arc;

use async_trait::async_trait;
use crochet_domain::ports::{
    Clock, ContextKey, ItemReport, OrthoQuery, Orthos, OrthosError, Page, ReportOutcome, ShapeCount,
};
use crochet_domain::{Ortho, OrthoId};

use crate::database::{Abort, Database};
use crate::signals::{Signals, Topic};

pub(crate) use lookup::ids_after;
pub(crate) use rows::{grid_of, ortho_of};
pub(crate) use shapes::ALL_VERSIONS;

type Outcome<T> = Result<T, Abort<OrthosError>>;

/// Orthos in the database.
#[derive(Clone)]
pub(crate) struct SqlOrthos {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signals: Signals,
}

#[async_trait]
impl Orthos for SqlOrthos {
    async fn report_expansion(
        &self,
        context: ContextKey,
        report: ItemReport,
    ) -> Result<ReportOutcome, OrthosError> {
        let (rows, now) = (&report::Rows::new(context, report), self.clock.now());
        let body = |tx| async move { report::apply(&tx, rows, now).await };
        let applied = self.database.write("taking a report", body).await?;
        if applied.items_written {
            self.signals.ring(&Topic::Ledger);
        }
        for wave in applied.waves {
            self.signals.ring_step(wave.0, false);
        }
        for wave in applied.settled {
            self.signals.ring_step(wave.0, true);
        }
        Ok(applied.outcome)
    }

    async fn list(&self, context: ContextKey, query: OrthoQuery) -> Result<Page<Ortho>, OrthosError> {
        let query = &query;
        self.database
            .read("listing orthos", |tx| async move {
                list::list(&tx, context, query).await
            })
            .await
    }

    async fn get(&self, context: ContextKey, ids: &[OrthoId]) -> Result<Vec<Ortho>, OrthosError> {
        self.database
            .read("reading orthos", |tx| async move {
                lookup::get(&tx, context, ids).await
            })
            .await
    }

    async fn existing(&self, context: ContextKey, ids: &[OrthoId]) -> Result<Vec<OrthoId>, OrthosError> {
        self.database
            .read("looking orthos up", |tx| async move {
                lookup::existing(&tx, context, ids).await
            })
            .await
    }

    async fn counts(&self, context: ContextKey) -> Result<Vec<ShapeCount>, OrthosError> {
        self.database
            .read("counting orthos", |tx| async move {
                shapes::counts(&tx, &list::require(&tx, context).await?).await
            })
            .await
    }

    async fn ids(
        &self,
        context: ContextKey,
        after: Option<OrthoId>,
        limit: u32,
    ) -> Result<Vec<OrthoId>, OrthosError> {
        let body = |tx| async move { ids_after(&tx, context, after, u64::from(limit)).await };
        self.database.read_long("reading the ids of orthos", body).await
    }
}
