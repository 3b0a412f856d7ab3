//! Contexts behind their port: make, find, read, delete.

mod delete;
mod phrases;
mod places;
mod read;
mod rows;
mod text;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_domain::ports::{
    Clock, ContextKey, ContextRecord, ContextTotals, ContextVersion, Contexts, ContextsError, CorpusId,
    CorpusRecord, DeleteProgress, NewContext, Occurrence, Page, PageRequest, PhraseQuery, PhraseRecord,
    SentenceBatch, SentenceRecord, WordRecord,
};
use crochet_domain::{Version, WordId};

use crate::database::{Abort, Database};
use crate::signals::{Signals, Topic};

pub(crate) use phrases::each_sentence;
pub(crate) use rows::{active, locked};
pub(crate) use text::spelt;

type Outcome<T> = Result<T, Abort<ContextsError>>;

/// Contexts in the database.
#[derive(Clone)]
pub(crate) struct SqlContexts {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signals: Signals,
}

#[async_trait]
impl Contexts for SqlContexts {
    async fn create(&self, new: NewContext) -> Result<ContextRecord, ContextsError> {
        let (new, now) = (&new, self.clock.now());
        self.database
            .write("creating a context", |tx| async move {
                read::create(&tx, new, now).await
            })
            .await
    }

    async fn list(&self, page: PageRequest) -> Result<Page<ContextRecord>, ContextsError> {
        let page = &page;
        self.database
            .read(
                "listing contexts",
                |tx| async move { read::list(&tx, page).await },
            )
            .await
    }

    async fn totals(&self) -> Result<ContextTotals, ContextsError> {
        let body = |tx| async move { read::totals(&tx).await };
        self.database.read("adding contexts up", body).await
    }

    async fn find(&self, slug: &str) -> Result<ContextRecord, ContextsError> {
        self.database
            .read(
                "finding a context",
                |tx| async move { read::find(&tx, slug).await },
            )
            .await
    }

    async fn get(&self, key: ContextKey) -> Result<ContextRecord, ContextsError> {
        self.database
            .read("reading a context", |tx| async move { read::get(&tx, key).await })
            .await
    }

    async fn version(&self, key: ContextKey) -> Result<ContextVersion, ContextsError> {
        self.database
            .read(
                "reading a version",
                |tx| async move { read::version(&tx, key).await },
            )
            .await
    }

    async fn begin_delete(&self, key: ContextKey) -> Result<(), ContextsError> {
        let now = self.clock.now();
        let body = |tx| async move { delete::begin(&tx, key, now).await };
        self.database.write("beginning to delete a context", body).await?;
        // Whoever waits for anything of the context waits in vain from now on.
        self.signals.ring_all();
        Ok(())
    }

    async fn delete_batch(&self, key: ContextKey, rows: u32) -> Result<DeleteProgress, ContextsError> {
        self.database
            .write("deleting a context", |tx| async move {
                delete::batch(&tx, key, rows).await
            })
            .await
    }

    async fn deleting(&self, wait: Duration) -> Result<Vec<ContextKey>, ContextsError> {
        let mut begun = self.signals.listen(Topic::Deletion);
        let mut rest = self.clock.sleep(wait);
        loop {
            let body = |tx| async move { delete::pending(&tx).await };
            let pending = self.database.read("looking for deletions", body).await?;
            if !pending.is_empty() || wait.is_zero() {
                return Ok(pending);
            }
            tokio::select! {
                () = begun.heard() => {}
                () = &mut rest => return Ok(pending),
            }
        }
    }

    async fn words(
        &self,
        key: ContextKey,
        prefix: &str,
        page: PageRequest,
    ) -> Result<Page<WordRecord>, ContextsError> {
        let page = &page;
        self.database
            .read("listing words", |tx| async move {
                text::words(&tx, key, prefix, page).await
            })
            .await
    }

    async fn words_by_number(
        &self,
        key: ContextKey,
        numbers: &[WordId],
    ) -> Result<Vec<WordRecord>, ContextsError> {
        let body = |tx| async move { text::words_by_number(&tx, key, numbers).await };
        self.database.read("reading words", body).await
    }

    async fn words_by_text(
        &self,
        key: ContextKey,
        words: &[String],
    ) -> Result<Vec<WordRecord>, ContextsError> {
        let body = |tx| async move { text::words_by_text(&tx, key, words).await };
        self.database.read("looking words up", body).await
    }

    async fn phrases(
        &self,
        key: ContextKey,
        query: PhraseQuery,
    ) -> Result<Page<PhraseRecord>, ContextsError> {
        let query = &query;
        self.database
            .read_long("listing phrases", |tx| async move {
                phrases::list(&tx, key, query).await
            })
            .await
    }

    async fn occurrences(
        &self,
        key: ContextKey,
        phrase: &[WordId],
        page: PageRequest,
    ) -> Result<Page<Occurrence>, ContextsError> {
        let page = &page;
        let body = |tx| async move { phrases::occurrences(&tx, key, phrase, page).await };
        self.database.read_long("looking for a phrase", body).await
    }

    async fn corpora(&self, key: ContextKey, page: PageRequest) -> Result<Page<CorpusRecord>, ContextsError> {
        let page = &page;
        self.database
            .read("listing texts", |tx| async move {
                text::corpora(&tx, key, page).await
            })
            .await
    }

    async fn corpus(&self, key: ContextKey, id: CorpusId) -> Result<Option<CorpusRecord>, ContextsError> {
        self.database
            .read(
                "reading a text",
                |tx| async move { text::corpus(&tx, key, id).await },
            )
            .await
    }

    async fn corpora_of(
        &self,
        key: ContextKey,
        versions: &[Version],
    ) -> Result<Vec<CorpusRecord>, ContextsError> {
        let body = |tx| async move { text::corpora_of(&tx, key, versions).await };
        self.database.read("reading texts", body).await
    }

    async fn sentences_since(
        &self,
        key: ContextKey,
        after_version: Version,
        from: u64,
        limit: u32,
    ) -> Result<SentenceBatch, ContextsError> {
        let body = |tx| async move { text::sentences_since(&tx, key, after_version, from, limit).await };
        self.database.read("reading new sentences", body).await
    }

    async fn sentences_with(
        &self,
        key: ContextKey,
        words: &[WordId],
        from: u64,
        limit: u32,
    ) -> Result<Vec<SentenceRecord>, ContextsError> {
        let body = |tx| async move { text::sentences_with(&tx, key, words, from, limit).await };
        self.database.read("reading sentences with words", body).await
    }

    async fn sentences(&self, key: ContextKey, seqs: &[u64]) -> Result<Vec<SentenceRecord>, ContextsError> {
        self.database
            .read("reading sentences", |tx| async move {
                text::sentences(&tx, key, seqs).await
            })
            .await
    }
}
