//! The operations on orthos, each taken apart, asked and wrapped.
//!
//! It must never hold a rule of its own.

use async_trait::async_trait;
use crochet_api::common::{ContextId, OrthoId};
use crochet_api::orthos::{
    BestPage, CheckMode, CheckOrthos, CheckOrthosParams, CheckedOrthos, CompletionPage, ListBestParams,
    ListCompletionsParams, ListNeighboursParams, ListOrthosParams, NeighbourPage, OrthoDetail, OrthoPage,
    OrthosOperations, ReadFilterParams, ReadFilterResponse, ReadOrthoParams, ShapeTable,
};
use crochet_openapi::{ByteStream, Caller, Problem, etag};

use super::filter::HASHES;
use super::{OrthosService, view};
use crate::services::names;
use crate::services::problems::problem;
use crate::services::wire::{count, ortho_id_of, said, slice_page, small, version};

#[async_trait]
impl OrthosOperations for OrthosService {
    async fn list_orthos(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListOrthosParams,
    ) -> Result<OrthoPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let Some(query) = self.query(&context, params).await? else {
            return Ok(OrthoPage {
                items: Vec::new(),
                next_page: None,
            });
        };
        let found = self.orthos.list(context.key, query).await.map_err(problem)?;
        let (items, next_page) = self.shown(context.key, found).await?;
        Ok(OrthoPage { items, next_page })
    }

    async fn count_shapes(&self, _: &Caller, context_id: ContextId) -> Result<ShapeTable, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let counts = self.orthos.counts(context.key).await.map_err(problem)?;
        Ok(ShapeTable {
            version: version(context.version)?,
            settled_version: version(context.settled)?,
            orthos: count(counts.iter().map(|shape| shape.orthos).sum()),
            shapes: counts.iter().map(view::shape_count).collect::<Result<_, _>>()?,
        })
    }

    async fn list_best(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListBestParams,
    ) -> Result<BestPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let (items, next_page) = self.best(&context, &params).await?;
        Ok(BestPage { items, next_page })
    }

    async fn read_ortho(
        &self,
        caller: &Caller,
        context_id: ContextId,
        ortho_id: OrthoId,
        params: ReadOrthoParams,
    ) -> Result<OrthoDetail, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let ortho = self.one(context.key, &ortho_id).await?;
        self.explained(caller, &context, ortho, params.sentences).await
    }

    async fn list_neighbours(
        &self,
        _: &Caller,
        context_id: ContextId,
        ortho_id: OrthoId,
        params: ListNeighboursParams,
    ) -> Result<NeighbourPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let ortho = self.one(context.key, &ortho_id).await?;
        let all = self.neighbours(&context, &ortho, params.direction).await?;
        let list = format!("neighbours {} {} {:?}", context.key, ortho.id, params.direction);
        let (items, next_page) = slice_page(all, list, params.limit, params.page_token.as_ref())?;
        Ok(NeighbourPage { items, next_page })
    }

    async fn list_completions(
        &self,
        _: &Caller,
        context_id: ContextId,
        ortho_id: OrthoId,
        params: ListCompletionsParams,
    ) -> Result<CompletionPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let ortho = self.one(context.key, &ortho_id).await?;
        let (items, next_page) = self.completions(&context, ortho.id, params).await?;
        Ok(CompletionPage { items, next_page })
    }

    async fn check_orthos(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: CheckOrthosParams,
        body: CheckOrthos,
    ) -> Result<CheckedOrthos, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let ids = body.ids.iter().map(ortho_id_of).collect::<Result<Vec<_>, _>>()?;
        match params.mode {
            CheckMode::Exact => self.checked_exactly(key, &ids).await,
            CheckMode::Probable => self.checked_probably(key, &ids).await,
        }
    }

    async fn read_filter(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ReadFilterParams,
    ) -> Result<ReadFilterResponse, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let name = |bits: u64, items: u64| etag::strong(format_args!("{}-{bits}-{items}", key.0.simple()));
        self.living(key).await?;
        let read = self.filters.ask(key, |filter| {
            let tag = name(filter.bits(), filter.items());
            let known = etag::none_match_names(params.if_none_match.as_deref(), &tag);
            (
                tag,
                filter.bits(),
                filter.items(),
                (!known).then(|| filter.to_bytes()),
            )
        });
        let (tag, bits, items, bytes) = read.await.map_err(problem)?;
        let etag = said(tag)?;
        Ok(match bytes {
            None => ReadFilterResponse::NotModified { etag },
            Some(bytes) => ReadFilterResponse::Ok {
                body: ByteStream::from(bytes),
                etag,
                x_filter_bits: count(bits),
                x_filter_hashes: small(HASHES),
                x_filter_items: count(items),
            },
        })
    }
}
