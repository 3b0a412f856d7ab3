//! The words and phrases of a context, and where they stand.
//!
//! It must never show more of a long sentence than its surroundings.

use std::collections::HashMap;

use async_trait::async_trait;
use crochet_api::common::{ContextId, Occurrence, SoughtWords, Title};
use crochet_api::contexts::{
    ListOccurrencesParams, ListPhrasesParams, ListWordsParams, OccurrencePage, PhraseEntry, PhrasePage,
    VocabularyOperations, WordEntry, WordPage,
};
use crochet_domain::ids::{Version, WordId};
use crochet_domain::ports::{
    self, ContextKey, ContextRecord, CorpusId, PhraseQuery, PhraseRecord, WordRecord,
};
use crochet_openapi::{Caller, Problem};

use super::ContextsService;
use crate::services::names;
use crate::services::problems::problem;
use crate::services::spelling::{Spelling, numbers_of};
use crate::services::wire::{count, page, said, said_page, small, version};

/// How many words are shown before and behind a phrase.
const SURROUNDINGS: usize = 50;

#[async_trait]
impl VocabularyOperations for ContextsService {
    async fn list_words(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListWordsParams,
    ) -> Result<WordPage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let prefix = params.prefix.unwrap_or_default();
        let prefix = context.settings.tokeniser.beginning(&prefix);
        let found = self
            .contexts
            .words(context.key, &prefix, page(params.limit, params.page_token));
        let (items, next_page) = said_page(found.await.map_err(problem)?, word_entry)?;
        Ok(WordPage { items, next_page })
    }

    async fn list_phrases(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListPhrasesParams,
    ) -> Result<PhrasePage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let Some(prefix) = self.prefix(&context, params.prefix.as_ref()).await? else {
            return Ok(PhrasePage {
                items: Vec::new(),
                next_page: None,
            });
        };
        let query = PhraseQuery {
            prefix,
            longest: longest(&context, params.longest),
            page: page(params.limit, params.page_token),
        };
        let found = self.contexts.phrases(context.key, query).await.map_err(problem)?;
        let words = found.items.iter().flat_map(|phrase| &phrase.words);
        let spelling = Spelling::of(&*self.contexts, context.key, words).await?;
        let (items, next_page) = said_page(found, |record| phrase_entry(&record, &spelling))?;
        Ok(PhrasePage { items, next_page })
    }

    async fn list_occurrences(
        &self,
        _: &Caller,
        context_id: ContextId,
        params: ListOccurrencesParams,
    ) -> Result<OccurrencePage, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let Some(words) = numbers_of(&*self.contexts, &context, &params.phrase).await? else {
            return Ok(OccurrencePage {
                items: Vec::new(),
                next_page: None,
            });
        };
        let found = self
            .contexts
            .occurrences(context.key, &words, page(params.limit, params.page_token));
        let found = found.await.map_err(problem)?;
        let shown = self.surroundings(context.key, &found.items, words.len()).await?;
        let (items, next_page) = said_page(found, |place| shown.occurrence(&place, words.len()))?;
        Ok(OccurrencePage { items, next_page })
    }
}

impl ContextsService {
    async fn prefix(
        &self,
        context: &ContextRecord,
        run: Option<&SoughtWords>,
    ) -> Result<Option<Vec<WordId>>, Problem> {
        match run {
            Some(run) => numbers_of(&*self.contexts, context, run).await,
            None => Ok(Some(Vec::new())),
        }
    }

    async fn surroundings(
        &self,
        key: ContextKey,
        places: &[ports::Occurrence],
        words: usize,
    ) -> Result<Surroundings, Problem> {
        let versions: Vec<Version> = places.iter().map(|place| place.sentence.version).collect();
        let texts = self.contexts.corpora_of(key, &versions).await.map_err(problem)?;
        let title = |text: ports::CorpusRecord| Ok((text.id, said(text.title)?));
        let titles = texts.into_iter().map(title).collect::<Result<_, Problem>>()?;
        let shown = places.iter().flat_map(|place| excerpt(place, words));
        let spelling = Spelling::of(&*self.contexts, key, shown).await?;
        Ok(Surroundings { titles, spelling })
    }
}

/// What is needed to show places.
struct Surroundings {
    titles: HashMap<CorpusId, Title>,
    spelling: Spelling,
}

impl Surroundings {
    fn occurrence(&self, place: &ports::Occurrence, words: usize) -> Result<Occurrence, Problem> {
        let corpus = place.sentence.corpus;
        let title = self.titles.get(&corpus).cloned().ok_or_else(|| {
            tracing::error!(%corpus, "a sentence belongs to a text that is not stored");
            Problem::internal()
        })?;
        Ok(Occurrence {
            corpus_id: said(corpus.0)?,
            corpus_title: title,
            sentence: count(place.sentence.seq),
            start: place.position.cast_signed(),
            text: self.spelling.run(excerpt(place, words))?,
        })
    }
}

/// The words around a phrase of so many words.
fn excerpt(place: &ports::Occurrence, words: usize) -> &[WordId] {
    let all = &place.sentence.words;
    let position = place.position as usize;
    let end = (position + words + SURROUNDINGS).min(all.len());
    &all[position.saturating_sub(SURROUNDINGS).min(end)..end]
}

fn longest(context: &ContextRecord, asked: Option<i32>) -> u32 {
    let most = u32::from(context.settings.bounds.max_extent);
    asked
        .and_then(|asked| u32::try_from(asked).ok())
        .map_or(most, |asked| asked.min(most))
}

fn word_entry(record: WordRecord) -> Result<WordEntry, Problem> {
    Ok(WordEntry {
        number: small(record.number.0),
        word: said(record.word)?,
        version: version(record.version)?,
    })
}

fn phrase_entry(record: &PhraseRecord, spelling: &Spelling) -> Result<PhraseEntry, Problem> {
    Ok(PhraseEntry {
        phrase: said(spelling.run(&record.words)?)?,
        version: version(record.version)?,
        count: count(record.occurrences),
    })
}
