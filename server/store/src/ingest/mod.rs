//! Texts into contexts, and the waves that follow, behind their port.

mod add;
mod phrases;
mod prepare;
mod waves;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_domain::Version;
use crochet_domain::ports::{
    Clock, ContextKey, Ingest, IngestError, Ingested, NewText, Page, PageRequest, StorageError, WaveId,
    WaveRecord,
};

use crate::database::{Abort, Database};
use crate::signals::{Signals, Topic};

use prepare::Prepared;

pub(crate) use phrases::PhraseCache;
pub(crate) use waves::{RUNNING, close_items, settle};

type Outcome<T> = Result<T, Abort<IngestError>>;

/// How long a text waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a caller is told to wait who did not get it.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// How often a text is prepared again because another was quicker.
const RACES: u32 = 20;

/// Ingests in the database.
#[derive(Clone)]
pub(crate) struct SqlIngest {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signals: Signals,
    pub(crate) phrases: Arc<PhraseCache>,
}

impl SqlIngest {
    /// Prepares a text and adds it, again while others are quicker.
    async fn prepare_and_add(&self, text: &NewText) -> Result<Ingested, IngestError> {
        let now = self.clock.now();
        let cache = &*self.phrases;
        for _ in 0..RACES {
            let body = |tx| async move { prepare::prepare(&tx, text, cache).await };
            let new = match self.database.read("preparing a text", body).await? {
                Prepared::Known(wave) => return Ok(Ingested::Unchanged(*wave)),
                Prepared::New(new) => new,
            };
            let sentences = &new;
            let body = |tx| async move { add::add(&tx, text, sentences, now).await };
            if let Some(wave) = self
                .database
                .write_within(PATIENCE, "ingesting a text", body)
                .await?
            {
                self.phrases.keep(new.phrases.at(wave.to_version.into()));
                self.signals.ring(&Topic::Ledger);
                self.signals.ring(&Topic::Progress);
                return Ok(Ingested::Added(wave));
            }
        }
        Err(StorageError::Busy.into())
    }
}

#[async_trait]
impl Ingest for SqlIngest {
    async fn ingest(&self, text: NewText) -> Result<Ingested, IngestError> {
        match self.prepare_and_add(&text).await {
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

    async fn cancel(&self, id: WaveId) -> Result<WaveRecord, IngestError> {
        let now = self.clock.now();
        let body = |tx| async move { waves::cancel(&tx, id, now).await };
        let wave = self.database.write("cancelling an ingest", body).await?;
        self.signals.ring(&Topic::Progress);
        Ok(wave)
    }

    async fn wave_after(&self, seen: &WaveRecord, up_to: Duration) -> Result<WaveRecord, IngestError> {
        let mut progress = self.signals.listen(Topic::Progress);
        let mut rest = self.clock.sleep(up_to);
        loop {
            let wave = self.wave(seen.id).await?;
            if wave != *seen {
                return Ok(wave);
            }
            tokio::select! {
                () = progress.heard() => {}
                () = &mut rest => return Ok(wave),
            }
        }
    }

    async fn settled_version(&self, context: ContextKey) -> Result<Version, IngestError> {
        let body = |tx| async move { waves::settled_version(&tx, context).await };
        self.database.read("reading a settled version", body).await
    }
}
