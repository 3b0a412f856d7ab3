//! Between word numbers and words, for people.
//!
//! The words of a page are read at once. What a caller writes is read as the context reads texts, so that `The River`
//! finds `the river`. It must never be used where numbers will do.

use std::collections::{BTreeSet, HashMap};

use crochet_api::common;
use crochet_domain::ids::WordId;
use crochet_domain::ports::{ContextKey, ContextRecord, Contexts};
use crochet_domain::text::{Tokeniser, sentences_of};
use crochet_openapi::Problem;

use super::problems::problem;
use super::wire::said;

/// The spelling of some words of one context.
#[derive(Debug, Default)]
pub(crate) struct Spelling(HashMap<WordId, String>);

impl Spelling {
    /// The spelling of these words.
    pub(crate) async fn of<'a>(
        contexts: &dyn Contexts,
        key: ContextKey,
        words: impl IntoIterator<Item = &'a WordId> + Send,
    ) -> Result<Self, Problem> {
        let wanted: BTreeSet<WordId> = words.into_iter().copied().collect();
        let wanted: Vec<WordId> = wanted.into_iter().collect();
        let found = contexts.words_by_number(key, &wanted).await.map_err(problem)?;
        Ok(Self(
            found
                .into_iter()
                .map(|record| (record.number, record.word))
                .collect(),
        ))
    }

    /// One word.
    pub(crate) fn text(&self, word: WordId) -> Result<&str, Problem> {
        self.0.get(&word).map(String::as_str).ok_or_else(|| {
            tracing::error!(
                word = word.0,
                "a stored grid or sentence has a word that is not stored"
            );
            Problem::internal()
        })
    }

    /// One word, as specs have it.
    pub(crate) fn word(&self, word: WordId) -> Result<common::Word, Problem> {
        said(self.text(word)?)
    }

    /// Words, as specs have them.
    pub(crate) fn words(&self, words: &[WordId]) -> Result<Vec<common::Word>, Problem> {
        words.iter().map(|&word| self.word(word)).collect()
    }

    /// Words with spaces between them.
    pub(crate) fn run(&self, words: &[WordId]) -> Result<String, Problem> {
        let words: Result<Vec<&str>, Problem> = words.iter().map(|&word| self.text(word)).collect();
        Ok(words?.join(" "))
    }
}

/// The numbers of words that a caller wrote; `None` if the context lacks one of them, or would not read them as one run.
pub(crate) async fn numbers_of(
    contexts: &dyn Contexts,
    context: &ContextRecord,
    run: &str,
) -> Result<Option<Vec<WordId>>, Problem> {
    let tokeniser = Tokeniser::new(&context.settings.tokeniser).map_err(problem)?;
    let Ok(sentences) = sentences_of(run.as_bytes(), tokeniser) else {
        return Ok(None);
    };
    let [sentence] = sentences.as_slice() else {
        return Ok(None);
    };
    let words: Vec<String> = sentence.words().map(ToOwned::to_owned).collect();
    let found = contexts
        .words_by_text(context.key, &words)
        .await
        .map_err(problem)?;
    let numbers: HashMap<String, WordId> = found
        .into_iter()
        .map(|record| (record.word, record.number))
        .collect();
    Ok(words.iter().map(|word| numbers.get(word).copied()).collect())
}
