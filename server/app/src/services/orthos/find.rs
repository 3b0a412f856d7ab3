//! Finding orthos: filters and orders for the port, the best of each shape, and whether orthos are stored.
//!
//! It must never sort or filter what the port can.

use std::collections::HashSet;

use crochet_api::common::{OrthoId as ShownId, PageToken};
use crochet_api::orthos::{
    BestOfShape, CheckMode, CheckedOrthos, ListBestParams, ListOrthosParams, Ortho as Shown,
};
use crochet_domain::ids::{OrthoId, WordId};
use crochet_domain::ortho::{Ortho, RankKey};
use crochet_domain::ports::{
    ContextKey, ContextRecord, ContextState, ContextsError, CorpusId, OrthoQuery, Page, PageRequest,
    ShapeCount,
};
use crochet_openapi::Problem;

use super::{OrthosService, view};
use crate::services::problems::{no_context, problem};
use crate::services::spelling::{Spelling, numbers_of};
use crate::services::wire::{
    self, count, named_shape, order_of, ortho_id_of, page, said_page, slice_page, version_of,
};

impl OrthosService {
    /// What a caller asks for, in terms of the port; `None` if nothing can match.
    pub(super) async fn query(
        &self,
        context: &ContextRecord,
        params: ListOrthosParams,
    ) -> Result<Option<OrthoQuery>, Problem> {
        let Some(containing) = self
            .containing(context, params.words.as_deref().unwrap_or_default())
            .await?
        else {
            return Ok(None);
        };
        let at_version = match params.corpus_id {
            None => None,
            Some(id) => {
                let corpus = self
                    .contexts
                    .corpus(context.key, CorpusId(id.get()))
                    .await
                    .map_err(problem)?;
                let Some(corpus) = corpus else { return Ok(None) };
                Some(corpus.version)
            }
        };
        Ok(Some(OrthoQuery {
            shape: params.shape.as_ref().map(named_shape).transpose()?,
            dims: params.dims.and_then(|dims| u8::try_from(dims).ok()),
            smallest_extent: params
                .smallest_extent
                .and_then(|extent| u8::try_from(extent).ok()),
            containing,
            after_version: params.since_version.map(version_of),
            at_version,
            order: order_of(params.order),
            page: page(params.limit, params.page_token),
        }))
    }

    async fn containing(
        &self,
        context: &ContextRecord,
        words: &[crochet_api::common::Word],
    ) -> Result<Option<Vec<WordId>>, Problem> {
        let mut numbers = Vec::with_capacity(words.len());
        for word in words {
            match numbers_of(&*self.contexts, context, word).await?.as_deref() {
                Some([number]) => numbers.push(*number),
                _ => return Ok(None),
            }
        }
        Ok(Some(numbers))
    }

    /// Orthos in words.
    pub(super) async fn shown(
        &self,
        context: ContextKey,
        found: Page<Ortho>,
    ) -> Result<(Vec<Shown>, Option<PageToken>), Problem> {
        let words = found.items.iter().flat_map(|ortho| &ortho.cells);
        let spelling = Spelling::of(&*self.contexts, context, words).await?;
        said_page(found, |ortho| view::ortho(&ortho, &spelling))
    }

    /// One ortho.
    pub(super) async fn one(&self, context: ContextKey, id: &ShownId) -> Result<Ortho, Problem> {
        let found = self
            .orthos
            .get(context, &[ortho_id_of(id)?])
            .await
            .map_err(problem)?;
        found.into_iter().next().ok_or_else(|| {
            Problem::not_found("there is no such ortho in the context")
                .with_type("/problems/ortho-not-found", "Ortho not found")
        })
    }

    /// The best orthos of each shape, the shape with the very best first: one short list for each shape, of which there
    /// are few, and the words of those alone that are shown.
    pub(super) async fn best(
        &self,
        context: &ContextRecord,
        params: &ListBestParams,
    ) -> Result<(Vec<BestOfShape>, Option<PageToken>), Problem> {
        let order = order_of(params.order);
        let mut best = Vec::new();
        for shape in self.orthos.counts(context.key).await.map_err(problem)? {
            let query = OrthoQuery {
                shape: Some(shape.shape.clone()),
                order,
                ..OrthoQuery::all(PageRequest::first(params.per_shape.cast_unsigned()))
            };
            let found = self.orthos.list(context.key, query).await.map_err(problem)?.items;
            if let Some(first) = found.first() {
                let place = RankKey::new(order, &first.shape, first.rarity, first.id);
                best.push((place, shape, found));
            }
        }
        best.sort_by_key(|(place, ..)| *place);
        let list = format!("best {} {} {}", context.key, params.order, params.per_shape);
        let (best, next) = slice_page(best, list, params.limit, params.page_token.as_ref())?;
        let words = best
            .iter()
            .flat_map(|(_, _, found)| found)
            .flat_map(|ortho| &ortho.cells);
        let spelling = Spelling::of(&*self.contexts, context.key, words).await?;
        let show = |(_, shape, found): &(RankKey, ShapeCount, Vec<Ortho>)| {
            Ok(BestOfShape {
                shape: wire::shape(&shape.shape)?,
                orthos: count(shape.orthos),
                best: found
                    .iter()
                    .map(|ortho| view::ortho(ortho, &spelling))
                    .collect::<Result<_, Problem>>()?,
            })
        };
        Ok((best.iter().map(show).collect::<Result<_, Problem>>()?, next))
    }

    /// Which of these are stored.
    pub(super) async fn checked_exactly(
        &self,
        context: ContextKey,
        ids: &[OrthoId],
    ) -> Result<CheckedOrthos, Problem> {
        let stored = self.orthos.existing(context, ids).await.map_err(problem)?;
        let stored: HashSet<OrthoId> = stored.into_iter().collect();
        Ok(CheckedOrthos {
            mode: CheckMode::Exact,
            found: ids.iter().map(|id| stored.contains(id)).collect(),
            false_positive_rate: 0.0,
        })
    }

    /// Refuses a context that is gone, which its filter would not know.
    pub(super) async fn living(&self, context: ContextKey) -> Result<(), Problem> {
        match self.contexts.version(context).await {
            Ok(version) if version.state == ContextState::Active => Ok(()),
            Ok(_) | Err(ContextsError::NotFound) => {
                self.filters.forget(context);
                Err(no_context())
            }
            Err(error) => Err(problem(error)),
        }
    }

    /// Which of these are probably stored.
    pub(super) async fn checked_probably(
        &self,
        context: ContextKey,
        ids: &[OrthoId],
    ) -> Result<CheckedOrthos, Problem> {
        self.living(context).await?;
        let asked = self.filters.ask(context, |filter| CheckedOrthos {
            mode: CheckMode::Probable,
            found: ids.iter().map(|id| filter.may_contain(id)).collect(),
            false_positive_rate: filter.false_positive_rate(),
        });
        asked.await.map_err(problem)
    }
}
