//! What an ortho lacks to grow: the grids around it that wait for their corner, and the words that come close.
//!
//! What follows a run of words is read from the sentences that have them. It must never propose a word that nobody
//! has written.

use std::collections::{BTreeMap, BTreeSet};

use crochet_api::common::PageToken;
use crochet_api::orthos::{Candidate, Completion, ListCompletionsParams};
use crochet_domain::ids::{OrthoId, WordId};
use crochet_domain::ortho::Remediation;
use crochet_domain::ports::{ContextKey, ContextRecord};
use crochet_openapi::Problem;

use super::OrthosService;
use crate::services::problems::problem;
use crate::services::spelling::Spelling;
use crate::services::wire::{extents, page, said, said_page, shape};

/// How many sentences are read at once.
const BATCH: u32 = 5_000;
/// How many words are proposed for a corner.
const CANDIDATES_MAX: usize = 20;

/// Runs of words, each with the words that stand behind it somewhere.
#[derive(Debug, Default)]
struct Followers(BTreeMap<Vec<WordId>, BTreeSet<WordId>>);

impl OrthosService {
    /// The grids around an ortho that wait for a corner, with the words that come close.
    pub(super) async fn completions(
        &self,
        context: &ContextRecord,
        ortho: OrthoId,
        params: ListCompletionsParams,
    ) -> Result<(Vec<Completion>, Option<PageToken>), Problem> {
        let wanted = page(params.limit, params.page_token);
        let found = self.remediations.of_parent(context.key, ortho, wanted);
        let found = found.await.map_err(problem)?;
        let runs = found.items.iter().flat_map(Remediation::prefixes);
        let followers = self.followers(context.key, Followers::of(runs)).await?;
        let words = found.items.iter().flat_map(|grid| &grid.cells);
        let words = words.chain(followers.0.values().flatten());
        let spelling = Spelling::of(&*self.contexts, context.key, words).await?;
        said_page(found, |grid| completion(&grid, &followers, &spelling))
    }

    /// Reads the sentences that have the words of the runs.
    async fn followers(&self, context: ContextKey, mut followers: Followers) -> Result<Followers, Problem> {
        let runs: Vec<Vec<WordId>> = followers.0.keys().cloned().collect();
        for run in runs {
            let mut from = 0;
            loop {
                let read = self.contexts.sentences_with(context, &run, from, BATCH).await;
                let sentences = read.map_err(problem)?;
                for sentence in &sentences {
                    followers.read(&run, &sentence.words);
                }
                match sentences.last() {
                    Some(last) if sentences.len() == BATCH as usize => from = last.seq + 1,
                    _ => break,
                }
            }
        }
        Ok(followers)
    }
}

impl Followers {
    fn of(runs: impl Iterator<Item = Vec<WordId>>) -> Self {
        Self(runs.map(|run| (run, BTreeSet::new())).collect())
    }

    fn read(&mut self, run: &[WordId], sentence: &[WordId]) {
        let Some(words) = self.0.get_mut(run) else { return };
        let standing = sentence
            .windows(run.len() + 1)
            .filter(|window| window.starts_with(run));
        words.extend(standing.filter_map(|window| window.last()));
    }

    fn of_run(&self, run: &[WordId]) -> impl Iterator<Item = WordId> {
        self.0.get(run).into_iter().flatten().copied()
    }

    fn has(&self, run: &[WordId], word: WordId) -> bool {
        self.0.get(run).is_some_and(|words| words.contains(&word))
    }

    /// The words that follow some of the runs but not all, with the runs that they lack: those that lack the fewest
    /// first.
    fn close_to<'a>(&self, runs: &'a [Vec<WordId>]) -> Vec<(WordId, Vec<&'a Vec<WordId>>)> {
        let words: BTreeSet<WordId> = runs.iter().flat_map(|run| self.of_run(run)).collect();
        let lacks = |word| runs.iter().filter(|run| !self.has(run, word)).collect::<Vec<_>>();
        let mut close: Vec<_> = words.into_iter().map(|word| (word, lacks(word))).collect();
        close.retain(|(_, missing)| !missing.is_empty());
        close.sort_by_key(|(word, missing)| (missing.len(), *word));
        close.truncate(CANDIDATES_MAX);
        close
    }
}

fn completion(grid: &Remediation, followers: &Followers, spelling: &Spelling) -> Result<Completion, Problem> {
    let runs = grid.prefixes();
    let waiting_for = runs.iter().map(|run| said(spelling.run(run)?));
    let candidate = |(word, missing): (WordId, Vec<&Vec<WordId>>)| {
        let phrase = |run: &Vec<WordId>| said(format!("{} {}", spelling.run(run)?, spelling.text(word)?));
        Ok(Candidate {
            word: spelling.word(word)?,
            missing: missing.into_iter().map(phrase).collect::<Result<_, Problem>>()?,
        })
    };
    let candidates = followers.close_to(&runs).into_iter().map(candidate);
    Ok(Completion {
        shape: shape(&grid.shape)?,
        extents: extents(&grid.shape),
        cells: spelling.words(&grid.cells)?,
        waiting_for: waiting_for.collect::<Result<_, Problem>>()?,
        candidates: candidates.collect::<Result<_, Problem>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(numbers: &[u32]) -> Vec<WordId> {
        numbers.iter().copied().map(WordId).collect()
    }

    #[test]
    fn a_word_that_lacks_fewer_phrases_comes_first_and_one_that_lacks_none_not_at_all() {
        let runs = [words(&[1]), words(&[2, 3])];
        let mut followers = Followers::of(runs.iter().cloned());
        for sentence in [&[1, 9][..], &[2, 3, 9], &[0, 1, 7], &[2, 3, 8], &[3, 6]] {
            for run in &runs {
                followers.read(run, &words(sentence));
            }
        }
        let close = followers.close_to(&runs);
        assert_eq!(close, [(WordId(7), vec![&runs[1]]), (WordId(8), vec![&runs[0]])]);
    }
}
