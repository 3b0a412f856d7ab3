//! The contexts service: makes contexts, reads what was read into them, and deletes them whole.
//!
//! It must never raise a version: text comes in through the ingestor.

mod corpora;
pub(crate) mod settings;
mod slug;
#[cfg(test)]
mod tests;
mod view;
mod vocabulary;

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::common::ContextId;
use crochet_api::contexts::{
    Context, ContextPage, ContextVersion, ContextsOperations, CreateContextParams, CreateContextResponse,
    DeleteContextParams, ListContextsParams, NewContext, ReadContextParams, ReadContextResponse,
};
use crochet_domain::ports::{self, ContextRecord, Contexts, ContextsError};
use crochet_openapi::{Caller, Problem, etag};
use crochet_platform::telemetry::events::AppEvent;

use super::names;
use super::problems::{changed, problem};
use super::wire::{page, said_page, version};

/// Implements the contexts spec on the contexts port.
pub struct ContextsService {
    contexts: Arc<dyn Contexts>,
}

impl ContextsService {
    /// The service on `contexts`.
    pub fn new(contexts: Arc<dyn Contexts>) -> Self {
        Self { contexts }
    }

    /// Makes the context under the slug that was asked for, or under the first free one made from its title.
    async fn create(&self, new: NewContext) -> Result<ContextRecord, Problem> {
        let wanted = new.id.as_deref().map(slug::checked).transpose()?;
        let settings = settings::of(new.tokeniser, new.bounds.as_ref())?;
        let title = String::from(new.title);
        for slug in slug::candidates(wanted, &title) {
            let made = self.contexts.create(ports::NewContext {
                slug,
                title: title.clone(),
                settings: settings.clone(),
            });
            match made.await {
                Err(ContextsError::SlugTaken { .. }) if wanted.is_none() => {}
                made => return made.map_err(problem),
            }
        }
        Err(Problem::conflict(
            "too many contexts have this title; choose an id",
        ))
    }
}

#[async_trait]
impl ContextsOperations for ContextsService {
    async fn list_contexts(&self, _: &Caller, params: ListContextsParams) -> Result<ContextPage, Problem> {
        let found = self
            .contexts
            .list(page(params.limit, params.page_token))
            .await
            .map_err(problem)?;
        let (items, next_page) = said_page(found, view::context)?;
        Ok(ContextPage { items, next_page })
    }

    async fn create_context(
        &self,
        _: &Caller,
        _: CreateContextParams,
        body: NewContext,
    ) -> Result<CreateContextResponse, Problem> {
        let made = self.create(body).await?;
        AppEvent::ContextCreated { context: &made.slug }.emit();
        Ok(CreateContextResponse {
            etag: view::etag(&made)?,
            location: format!("/api/contexts/v1/contexts/{}", made.slug),
            body: view::context(made)?,
        })
    }

    async fn read_context(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ReadContextParams,
    ) -> Result<ReadContextResponse, Problem> {
        let found = names::context(&*self.contexts, &context_id).await?;
        let etag = view::etag(&found)?;
        if etag::none_match_names(params.if_none_match.as_deref(), &etag) {
            return Ok(ReadContextResponse::NotModified { etag });
        }
        let body: Context = view::context(found)?;
        Ok(ReadContextResponse::Ok { body, etag })
    }

    async fn delete_context(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: DeleteContextParams,
    ) -> Result<(), Problem> {
        let found = names::context(&*self.contexts, &context_id).await?;
        if !view::is_what_was_seen(&found, &params.if_match)? {
            return Err(changed(&view::etag(&found)?));
        }
        self.contexts.begin_delete(found.key).await.map_err(problem)?;
        AppEvent::ContextDeleted { context: &found.slug }.emit();
        Ok(())
    }

    async fn read_version(&self, _: &Caller, context_id: ContextId) -> Result<ContextVersion, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let found = self.contexts.version(key).await.map_err(problem)?;
        view::living(found.state)?;
        Ok(ContextVersion {
            version: version(found.version)?,
            settled_version: version(found.settled)?,
        })
    }
}
