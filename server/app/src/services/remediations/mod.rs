//! The remediations service: what waits, for people and for workers.
//!
//! There is nothing to write here: reports are the only writer. It must never show a remediation in other words than
//! those it was stored with.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::common::ContextId;
use crochet_api::remediations::{
    ListRemediationsParams, ListWaitingParams, Remediation as Shown, RemediationPage, RemediationStatistics,
    RemediationsOperations, WaitingGrid, WaitingPage, WaitingQuery,
};
use crochet_domain::ids::Pair;
use crochet_domain::ortho::Remediation;
use crochet_domain::ports::{ContextRecord, Contexts, Page, Remediations};
use crochet_openapi::{Caller, Problem};

use super::names;
use super::problems::problem;
use super::spelling::{Spelling, numbers_of};
use super::wire::{count, extents, numbers, ortho_id, ortho_id_of, page, said, said_page, shape};

/// Implements the remediations spec on the remediations port.
pub struct RemediationsService {
    contexts: Arc<dyn Contexts>,
    remediations: Arc<dyn Remediations>,
}

impl RemediationsService {
    /// The service on these ports.
    pub fn new(contexts: Arc<dyn Contexts>, remediations: Arc<dyn Remediations>) -> Self {
        Self {
            contexts,
            remediations,
        }
    }

    async fn found(
        &self,
        context: &ContextRecord,
        params: ListRemediationsParams,
    ) -> Result<Page<Remediation>, Problem> {
        let request = page(params.limit, params.page_token);
        let of_ortho = params.ortho_id.as_ref().map(ortho_id_of).transpose()?;
        let words = match &params.phrase {
            Some(run) => Some(numbers_of(&*self.contexts, context, run).await?),
            None => None,
        };
        let found = match (words, of_ortho) {
            (Some(None), _) => {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            }
            (Some(Some(words)), of_ortho) => {
                self.remediations
                    .after(context.key, &words, of_ortho, request)
                    .await
            }
            (None, Some(ortho)) => self.remediations.of_parent(context.key, ortho, request).await,
            (None, None) => self.remediations.list(context.key, request).await,
        };
        found.map_err(problem)
    }
}

#[async_trait]
impl RemediationsOperations for RemediationsService {
    async fn list_remediations(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListRemediationsParams,
    ) -> Result<RemediationPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let found = self.found(&context, params).await?;
        let spelling = Spelling::of(
            &*self.contexts,
            context.key,
            found.items.iter().flat_map(|grid| &grid.cells),
        )
        .await?;
        let (items, next_page) = said_page(found, |grid| shown(&grid, &spelling))?;
        Ok(RemediationPage { items, next_page })
    }

    async fn read_statistics(
        &self,
        _: &Caller,
        context_id: ContextId,
    ) -> Result<RemediationStatistics, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let stats = self.remediations.stats(key).await.map_err(problem)?;
        Ok(RemediationStatistics {
            remediations: count(stats.remediations),
            orthos: count(stats.parents),
            pairs: count(stats.pairs),
        })
    }

    async fn list_waiting(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListWaitingParams,
        body: WaitingQuery,
    ) -> Result<WaitingPage, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let pairs: Vec<Pair> = body.pairs.into_iter().map(Pair).collect();
        let found = self
            .remediations
            .waiting(key, &pairs, page(params.limit, params.page_token));
        let (items, next_page) = said_page(found.await.map_err(problem)?, |grid| waiting(&grid))?;
        Ok(WaitingPage { items, next_page })
    }
}

fn shown(grid: &Remediation, spelling: &Spelling) -> Result<Shown, Problem> {
    let runs = grid
        .prefixes()
        .into_iter()
        .map(|prefix| said(spelling.run(&prefix)?));
    Ok(Shown {
        id: said(grid.id.to_string())?,
        ortho_id: ortho_id(grid.parent)?,
        shape: shape(&grid.shape)?,
        extents: extents(&grid.shape),
        cells: spelling.words(&grid.cells)?,
        waiting_for: runs.collect::<Result<_, Problem>>()?,
    })
}

fn waiting(grid: &Remediation) -> Result<WaitingGrid, Problem> {
    Ok(WaitingGrid {
        // The port gives one row for each pair, so there is exactly one.
        pair: grid.pairs.first().map_or(0, |pair| pair.0),
        id: said(grid.id.to_string())?,
        ortho_id: ortho_id(grid.parent)?,
        extents: extents(&grid.shape),
        cells: numbers(&grid.cells),
    })
}
