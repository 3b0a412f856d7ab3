//! A context in memory, read from its sentences: what checks and estimates look at.
//!
//! It is made for one question and thrown away; workers keep theirs. It must never be asked for more than its version.

use crochet_domain::phrases::{ContextView, ViewError};
use crochet_domain::ports::{ContextRecord, Contexts, SentenceBatch};
use crochet_openapi::Problem;

use super::problems::problem;

/// How many sentences are read at once.
const BATCH: u32 = 5_000;

/// The context as it is now.
pub(crate) async fn view_of(
    contexts: &dyn Contexts,
    context: &ContextRecord,
) -> Result<ContextView, Problem> {
    let mut view = ContextView::new(context.settings.bounds);
    let mut from = 0;
    loop {
        let read = contexts.sentences_since(context.key, crochet_domain::Version::EMPTY, from, BATCH);
        let batch = read.await.map_err(problem)?;
        add(&mut view, &batch).map_err(problem)?;
        match batch.next {
            Some(next) => from = next,
            None => {
                view.advance(batch.version).map_err(problem)?;
                return Ok(view);
            }
        }
    }
}

fn add(view: &mut ContextView, batch: &SentenceBatch) -> Result<(), ViewError> {
    for word in &batch.words {
        view.add_word(word.number, &word.word)?;
    }
    for sentence in &batch.sentences {
        view.add_sentence(sentence.version, &sentence.words)?;
    }
    Ok(())
}
