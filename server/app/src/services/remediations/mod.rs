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
use crochet_domain::ids::{Pair, WordId};
use crochet_domain::ortho::{Geometry, Remediation};
use crochet_domain::ports::{ContextKey, ContextRecord, Contexts, Page, PageRequest, Remediations};
use crochet_openapi::{Caller, Problem};

use super::names;
use super::problems::problem;
use super::spelling::{Spelling, numbers_of};
use super::wire::{count, extents, numbers, ortho_id, ortho_id_of, page, said, said_page, shape};

/// How many rows one request looks at when it has to look for a phrase.
const LOOKED_AT_MAX: u32 = 20_000;

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
        match (of_ortho, words) {
            (_, Some(None)) => Ok(Page {
                items: Vec::new(),
                next: None,
            }),
            (None, Some(Some(words))) => self.after(context.key, &words, request).await,
            (Some(ortho), words) => {
                let mut page = self
                    .remediations
                    .of_parent(context.key, ortho, request)
                    .await
                    .map_err(problem)?;
                if let Some(words) = words.flatten() {
                    page.items.retain(|grid| waits_after(grid, &words));
                }
                Ok(page)
            }
            (None, None) => self
                .remediations
                .list(context.key, request)
                .await
                .map_err(problem),
        }
    }

    /// The grids whose missing word would follow these words. Nothing is stored by a single prefix, so this looks
    /// through all of them, some at a time.
    async fn after(
        &self,
        context: ContextKey,
        words: &[WordId],
        request: PageRequest,
    ) -> Result<Page<Remediation>, Problem> {
        let mut found = Page {
            items: Vec::new(),
            next: request.after,
        };
        let mut looked_at = 0;
        loop {
            let next = PageRequest {
                limit: request.limit,
                after: found.next.take(),
            };
            let page = self.remediations.list(context, next).await.map_err(problem)?;
            looked_at += request.limit;
            found.next = page.next;
            found
                .items
                .extend(page.items.into_iter().filter(|grid| waits_after(grid, words)));
            if found.next.is_none() || !found.items.is_empty() || looked_at >= LOOKED_AT_MAX {
                return Ok(found);
            }
        }
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

/// The words that lead to the missing corner, one run for each axis.
pub(crate) fn prefixes(grid: &Remediation) -> Vec<Vec<WordId>> {
    let geometry = Geometry::new(grid.shape.extents());
    let corner = geometry.len() - 1;
    let prefix = |axis| {
        geometry
            .line(corner, axis)
            .filter(|&cell| cell != corner)
            .map(|cell| grid.cells[cell])
            .collect()
    };
    (0..geometry.dims()).map(prefix).collect()
}

fn waits_after(grid: &Remediation, words: &[WordId]) -> bool {
    prefixes(grid).iter().any(|prefix| prefix == words)
}

fn shown(grid: &Remediation, spelling: &Spelling) -> Result<Shown, Problem> {
    let runs = prefixes(grid)
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
