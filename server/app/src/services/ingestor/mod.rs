//! The ingestor service: takes texts into contexts and follows the search that each of them sets going.
//!
//! A text is read as it arrives, cut into sentences and numbered, then added as a whole; the search is the
//! pipeline's. It must never hold a text and its words at the same time.

mod estimate;
mod progress;
mod reading;
#[cfg(test)]
mod tests;
mod view;
mod watched;

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::common::{ContextId, Title};
use crochet_api::ingestor::{
    CreateIngestParams, CreateIngestResponse, Estimate, Ingest as ShownIngest, IngestId, IngestPage,
    IngestsOperations, ListIngestsParams, NewIngest, SearchMode, UploadTextParams, UploadTextResponse,
    WatchIngestParams, WatchIngestResponse,
};
use crochet_domain::ports::{
    ContextRecord, Contexts, Ingest, IngestError, Ingested, NewText, WaveId, WaveRecord,
};
use crochet_openapi::{ByteStream, Caller, Problem};
use crochet_platform::telemetry::events::AppEvent;

use self::reading::ReadText;
use self::watched::WatchedIngest;
use super::problems::problem;
use super::wire::{count, page, said_page};
use super::{names, watch};

/// Implements the ingestor spec on the ingest port.
pub struct IngestorService {
    contexts: Arc<dyn Contexts>,
    ingest: Arc<dyn Ingest>,
}

impl IngestorService {
    /// The service on these ports.
    pub fn new(contexts: Arc<dyn Contexts>, ingest: Arc<dyn Ingest>) -> Self {
        Self { contexts, ingest }
    }

    async fn add(
        &self,
        context: ContextRecord,
        title: Title,
        read: ReadText,
        search: SearchMode,
    ) -> Result<ShownIngest, Problem> {
        let text = NewText {
            context: context.key,
            title: title.into(),
            text_hash: read.hash,
            bytes: read.bytes,
            words: read.words,
            search: search == SearchMode::All,
        };
        let (wave, duplicate) = match self.ingest.ingest(text).await.map_err(problem)? {
            Ingested::Added(wave) => (wave, false),
            Ingested::Unchanged(wave) => (wave, true),
        };
        if !duplicate {
            let version = i64::from(wave.to_version);
            let words = count(wave.words);
            AppEvent::TextIngested {
                context: &context.slug,
                version,
                words,
            }
            .emit();
        }
        view::ingest(wave, &context.slug, duplicate)
    }

    /// The wave of an ingest, if it belongs to the context.
    async fn wave(&self, context: &ContextRecord, id: IngestId) -> Result<WaveRecord, Problem> {
        let wave = self.ingest.wave(WaveId(id.get())).await.map_err(problem)?;
        if wave.context == context.key {
            return Ok(wave);
        }
        Err(problem(IngestError::WaveNotFound))
    }
}

#[async_trait]
impl IngestsOperations for IngestorService {
    async fn list_ingests(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListIngestsParams,
    ) -> Result<IngestPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let found = self
            .ingest
            .waves(context.key, page(params.limit, params.page_token));
        let show = |wave| view::ingest(wave, &context.slug, false);
        let (items, next_page) = said_page(found.await.map_err(problem)?, show)?;
        Ok(IngestPage { items, next_page })
    }

    async fn create_ingest(
        &self,
        _: &Caller,
        context_id: ContextId,
        _: CreateIngestParams,
        body: NewIngest,
    ) -> Result<CreateIngestResponse, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let read = reading::whole(&body.text, &context.settings.tokeniser)?;
        let body = self.add(context, body.title, read, body.search).await?;
        Ok(CreateIngestResponse {
            location: view::location(&body),
            body,
        })
    }

    async fn upload_text(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: UploadTextParams,
        body: ByteStream,
    ) -> Result<UploadTextResponse, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let read = reading::streamed(body, &context.settings.tokeniser).await?;
        let body = self.add(context, params.title, read, params.search).await?;
        Ok(UploadTextResponse {
            location: view::location(&body),
            body,
        })
    }

    async fn estimate_ingest(
        &self,
        _: &Caller,
        context_id: ContextId,
        body: ByteStream,
    ) -> Result<Estimate, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let read = reading::streamed(body, &context.settings.tokeniser).await?;
        estimate::of(&*self.contexts, &context, read).await
    }

    async fn read_ingest(
        &self,
        _: &Caller,
        context_id: ContextId,
        ingest_id: IngestId,
    ) -> Result<ShownIngest, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        view::ingest(self.wave(&context, ingest_id).await?, &context.slug, false)
    }

    async fn cancel_ingest(
        &self,
        caller: &Caller,
        context_id: ContextId,
        ingest_id: IngestId,
    ) -> Result<ShownIngest, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let wave = self.wave(&context, ingest_id).await?;
        let ended = self.ingest.cancel(wave.id).await.map_err(problem)?;
        tracing::info!(context = context.slug, ingest = %ended.id, caller = &*caller.subject, "ingest cancelled");
        view::ingest(ended, &context.slug, false)
    }

    async fn watch_ingest(
        &self,
        _: &Caller,
        context_id: ContextId,
        ingest_id: IngestId,
        params: WatchIngestParams,
    ) -> Result<WatchIngestResponse, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let wave = self.wave(&context, ingest_id).await?;
        let watched = WatchedIngest {
            ingest: self.ingest.clone(),
            context: context.slug,
        };
        Ok(match watch::events(watched, wave, params.last_event_id) {
            Some(body) => WatchIngestResponse::Ok { body },
            None => WatchIngestResponse::NoContent,
        })
    }
}
