//! The texts of a context and their sentences.
//!
//! Sentences are read by workers in large pages, so nothing is looked up that was not asked for. It must never know
//! what a worker does with them.

use async_trait::async_trait;
use crochet_api::common::{ContextId, CorpusId, PageToken, Version};
use crochet_api::contexts::{
    CorporaOperations, Corpus, CorpusPage, ListCorporaParams, ListSentencesParams, NewWord, Sentence,
    SentencePage,
};
use crochet_domain::ids::{self, WordId};
use crochet_domain::ports::{self, ContextKey, SentenceBatch, SentenceRecord, WordRecord};
use crochet_openapi::{Caller, Problem};

use super::{ContextsService, view};
use crate::services::names;
use crate::services::problems::{foreign_token, problem};
use crate::services::spelling::Spelling;
use crate::services::wire::{count, mark_of, numbers, page, said, said_page, version, version_of};

#[async_trait]
impl CorporaOperations for ContextsService {
    async fn list_corpora(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListCorporaParams,
    ) -> Result<CorpusPage, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let found = self.contexts.corpora(key, page(params.limit, params.page_token));
        let (items, next_page) = said_page(found.await.map_err(problem)?, view::corpus)?;
        Ok(CorpusPage { items, next_page })
    }

    async fn read_corpus(
        &self,
        _: &Caller,
        context_id: ContextId,
        corpus_id: CorpusId,
    ) -> Result<Corpus, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        view::corpus(self.corpus(key, corpus_id).await?)
    }

    async fn list_sentences(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListSentencesParams,
    ) -> Result<SentencePage, Problem> {
        let key = names::key(&*self.contexts, &context_id).await?;
        let walk = self.walk(key, &params).await?;
        let batch = self.batch(key, walk, params.limit).await?;
        let spelling = match params.text {
            true => {
                Spelling::of(
                    &*self.contexts,
                    key,
                    batch.sentences.iter().flat_map(|one| &one.words),
                )
                .await?
            }
            false => Spelling::default(),
        };
        sentence_page(batch, walk, params.text.then_some(&spelling))
    }
}

/// Where a reader of sentences is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Walk {
    /// Of this context.
    context: ContextKey,
    /// Only what is newer.
    after: ids::Version,
    /// Only what this version brought.
    only: Option<ids::Version>,
    /// The next sentence.
    from: u64,
}

impl Walk {
    /// The token of a walk names what it walks over, so that it is of no use elsewhere.
    fn token(self, next: u64) -> String {
        let only = self.only.map_or(0, |version| version.0);
        let list = format!("sentences {} {} {only}", self.context, self.after);
        format!("{}-{next}", mark_of(&list))
    }

    fn resumed(self, token: &PageToken) -> Result<Self, Problem> {
        let next = token
            .as_str()
            .rsplit('-')
            .next()
            .and_then(|next| next.parse().ok());
        let from = next
            .filter(|next| self.token(*next) == token.as_str())
            .ok_or_else(foreign_token)?;
        Ok(Self { from, ..self })
    }
}

impl ContextsService {
    async fn corpus(&self, key: ContextKey, id: CorpusId) -> Result<ports::CorpusRecord, Problem> {
        let found = self
            .contexts
            .corpus(key, ports::CorpusId(id.get()))
            .await
            .map_err(problem)?;
        found.ok_or_else(|| {
            Problem::not_found("the context has no such text")
                .with_type("/problems/corpus-not-found", "Text not found")
        })
    }

    async fn walk(&self, key: ContextKey, params: &ListSentencesParams) -> Result<Walk, Problem> {
        let since = params.since_version.map_or(ids::Version::EMPTY, version_of);
        let only = match params.corpus_id {
            Some(id) => Some(self.corpus(key, id).await?.version),
            None => None,
        };
        let after = only.map_or(since, |only| since.max(ids::Version(only.0.saturating_sub(1))));
        let start = Walk {
            context: key,
            after,
            only,
            from: 0,
        };
        params
            .page_token
            .as_ref()
            .map_or(Ok(start), |token| start.resumed(token))
    }

    async fn batch(&self, key: ContextKey, walk: Walk, limit: i32) -> Result<SentenceBatch, Problem> {
        let limit = u32::try_from(limit).unwrap_or(1);
        let read = self.contexts.sentences_since(key, walk.after, walk.from, limit);
        let mut batch = read.await.map_err(problem)?;
        if let Some(only) = walk.only {
            let read = batch.sentences.len();
            batch.sentences.retain(|sentence| sentence.version == only);
            batch.words.clear();
            batch.next = batch.next.filter(|_| batch.sentences.len() == read);
        }
        Ok(batch)
    }
}

fn sentence_page(
    batch: SentenceBatch,
    walk: Walk,
    spelling: Option<&Spelling>,
) -> Result<SentencePage, Problem> {
    let words = batch.words.into_iter().map(new_word).collect::<Result<_, _>>()?;
    let items = batch
        .sentences
        .iter()
        .map(|record| sentence(record, spelling))
        .collect::<Result<_, _>>()?;
    Ok(SentencePage {
        version: version(batch.version)?,
        words,
        items,
        next_page: batch.next.map(|next| said(walk.token(next))).transpose()?,
    })
}

fn new_word(record: WordRecord) -> Result<NewWord, Problem> {
    Ok(NewWord {
        number: record.number.0.cast_signed(),
        word: said(record.word)?,
        version: version(record.version)?,
    })
}

fn sentence(record: &SentenceRecord, spelling: Option<&Spelling>) -> Result<Sentence, Problem> {
    let version: Version = version(record.version)?;
    let text = |words: &[WordId]| spelling.map(|spelling| spelling.run(words));
    Ok(Sentence {
        seq: count(record.seq),
        version,
        corpus_id: said(record.corpus.0)?,
        text: text(&record.words).transpose()?,
        words: numbers(&record.words),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_on_where_its_walk_stopped_and_nowhere_else() {
        let walk = Walk {
            context: ContextKey::generate(),
            after: ids::Version(2),
            only: None,
            from: 0,
        };
        let token = PageToken::try_from(walk.token(1_500)).unwrap();
        assert_eq!(walk.resumed(&token).unwrap().from, 1_500);
        let other = Walk {
            after: ids::Version(3),
            ..walk
        };
        assert_eq!(other.resumed(&token).unwrap_err().status, 400);
        let elsewhere = Walk {
            context: ContextKey::generate(),
            ..walk
        };
        assert_eq!(elsewhere.resumed(&token).unwrap_err().status, 400);
    }
}
