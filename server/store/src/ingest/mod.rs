//! Texts into contexts, and the waves that follow, behind their port.

mod add;
mod again;
mod phrases;
mod places;
mod plan;
mod rows;
mod sketch;
mod staged;
mod turns;
mod waves;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_domain::Version;
use crochet_domain::phrases::ContextView;
use crochet_domain::ports::{
    Clock, ContextKey, Ingest, IngestError, Ingested, NewText, Page, PageRequest, RunningWaves, StorageError,
    WaveId, WaveRecord, WaveState,
};

use crate::database::{Abort, Database};
use crate::signals::{Following, Signals, Topic};

use phrases::Phrases;
use plan::{Plan, Planned};
use rows::Rows;

pub(crate) use phrases::PhraseCache;
pub(crate) use staged::discard_unfinished;
pub(crate) use turns::Turns;
#[cfg(test)]
pub(crate) use waves::that_run;
pub(crate) use waves::{RUNNING, close_items, settle};

type Outcome<T> = Result<T, Abort<IngestError>>;

/// How long a text waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a caller is told to wait who did not get it.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Ingests in the database.
#[derive(Clone)]
pub(crate) struct SqlIngest {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signals: Signals,
    pub(crate) phrases: Arc<PhraseCache>,
    pub(crate) turns: Arc<Turns>,
}

impl SqlIngest {
    /// Adds a text when its turn comes.
    async fn take(&self, text: Arc<NewText>) -> Result<Ingested, IngestError> {
        let turn = self.turns.of(text.context, PATIENCE).await;
        let _turn = turn.ok_or(StorageError::Busy)?;
        let (asked, cache) = (&*text, &*self.phrases);
        let body = |tx| async move { plan::plan(&tx, asked, cache).await };
        let (plan, phrases) = match self.database.read("planning a text", body).await? {
            Planned::Known(wave) if text.search && is_unfinished(&wave) => {
                return self.search_again(wave.id).await.map(Ingested::Unchanged);
            }
            Planned::Known(wave) => return Ok(Ingested::Unchanged(*wave)),
            Planned::New(plan, phrases) => (plan, phrases),
        };
        let (plan, phrases, added) = counted(text.clone(), plan, phrases).await?;
        if text.search && phrases.count() > ContextView::PHRASES_MAX as u64 {
            return Err(IngestError::TooManyPhrases {
                phrases: phrases.count(),
                most: ContextView::PHRASES_MAX as u64,
            });
        }
        if plan.obstructed {
            staged::discard(&self.database, text.context.0).await?;
        }
        match self.write(&text, &plan, &phrases, added).await {
            Ok(wave) => {
                self.phrases.keep(phrases.at(wave.to_version.into()));
                self.signals.ring(&Topic::Ledger);
                Ok(Ingested::Added(wave))
            }
            Err(error) => {
                // Why it failed matters more than rows that nobody sees, and that the next text removes.
                let _ = staged::discard(&self.database, text.context.0).await;
                Err(error)
            }
        }
    }

    /// Writes all chunks but the last ahead, and with that one makes the text visible.
    async fn write(
        &self,
        text: &NewText,
        plan: &Plan,
        phrases: &Phrases,
        added: u64,
    ) -> Result<WaveRecord, IngestError> {
        let now = self.clock.now();
        let mut rows = Rows::new(text, plan);
        let mut last = rows.next().unwrap_or_default();
        for chunk in rows {
            let ahead = &last;
            let body = |tx| async move { Ok(ahead.insert(&tx).await?) };
            let doing = "writing a part of a text";
            let written: Result<(), IngestError> = self.database.write_within(PATIENCE, doing, body).await;
            written?;
            last = chunk;
        }
        let (last, registers) = (&last, phrases.registers());
        let body = |tx| async move {
            let wave = add::publish(&tx, text, plan, last, added, now).await?;
            add::keep_sketch(&tx, text.context, registers).await?;
            Ok(wave)
        };
        self.database
            .write_within(PATIENCE, "ingesting a text", body)
            .await
    }

    async fn search_again(&self, id: WaveId) -> Result<WaveRecord, IngestError> {
        let now = self.clock.now();
        let body = |tx| async move { again::search_again(&tx, id, now).await };
        let doing = "searching a text again";
        let wave = self.database.write_within(PATIENCE, doing, body).await?;
        self.signals.ring(&Topic::Ledger);
        self.signals.ring_step(id.0, false);
        Ok(wave)
    }
}

/// Counts the phrases of a text, on a thread that nobody else waits for.
async fn counted(
    text: Arc<NewText>,
    plan: Plan,
    mut phrases: Phrases,
) -> Result<(Plan, Phrases, u64), StorageError> {
    let count = move || {
        let added = plan.count(&text.words, &mut phrases);
        (plan, phrases, added)
    };
    tokio::task::spawn_blocking(count)
        .await
        .map_err(|error| failed("counting phrases", error))
}

/// Whether a search of this wave was left unfinished, and goes on only if somebody asks for it.
fn is_unfinished(wave: &WaveRecord) -> bool {
    wave.state == WaveState::Cancelled || wave.stuck.is_some()
}

fn failed(doing: &'static str, error: tokio::task::JoinError) -> StorageError {
    StorageError::Failed {
        doing,
        source: Box::new(error),
    }
}

#[async_trait]
impl Ingest for SqlIngest {
    async fn ingest(&self, text: NewText) -> Result<Ingested, IngestError> {
        let (this, text) = (self.clone(), Arc::new(text));
        let taken = tokio::spawn(async move { this.take(text).await }).await;
        match taken.unwrap_or_else(|error| Err(failed("ingesting a text", error).into())) {
            Err(IngestError::Storage(StorageError::Busy)) => Err(IngestError::Busy {
                retry_after: RETRY_AFTER,
            }),
            outcome => outcome,
        }
    }

    async fn wave(&self, id: WaveId) -> Result<WaveRecord, IngestError> {
        self.database
            .read("reading an ingest", |tx| async move { waves::get(&tx, id).await })
            .await
    }

    async fn waves(&self, context: ContextKey, page: PageRequest) -> Result<Page<WaveRecord>, IngestError> {
        let page = &page;
        self.database
            .read("listing ingests", |tx| async move {
                waves::list(&tx, context, page).await
            })
            .await
    }

    async fn running(&self, context: ContextKey, limit: u32) -> Result<RunningWaves, IngestError> {
        let body = |tx| async move { waves::running(&tx, context, limit).await };
        self.database.read("reading what is searched", body).await
    }

    async fn cancel(&self, id: WaveId) -> Result<WaveRecord, IngestError> {
        let now = self.clock.now();
        let body = |tx| async move { waves::cancel(&tx, id, now).await };
        let (wave, settled) = self.database.write("cancelling an ingest", body).await?;
        for ended in settled.into_iter().chain([id]) {
            self.signals.ring_step(ended.0, true);
        }
        Ok(wave)
    }

    async fn wave_after(
        &self,
        seen: &WaveRecord,
        pace: Duration,
        up_to: Duration,
    ) -> Result<WaveRecord, IngestError> {
        let following = Following {
            signals: &self.signals,
            clock: &*self.clock,
            id: seen.id.0,
            pace,
            up_to,
        };
        let has_ended = |wave: &WaveRecord| wave.state != WaveState::Running;
        following.news(seen, has_ended, || self.wave(seen.id)).await
    }

    async fn settled_version(&self, context: ContextKey) -> Result<Version, IngestError> {
        let body = |tx| async move { waves::settled_version(&tx, context).await };
        self.database.read("reading a settled version", body).await
    }
}
