//! What a context would have if a text were added, without adding it.
//!
//! The context is read into memory, the text is added there, and the domain counts or estimates. It must never write.

use std::collections::HashMap;

use crochet_api::ingestor::Estimate;
use crochet_domain::WordId;
use crochet_domain::phrases::{ContextView, TextWords, ViewError};
use crochet_domain::ports::{ContextRecord, Contexts};
use crochet_domain::search::fixed::{Control, FrozenPhrases, estimate};
use crochet_openapi::Problem;

use super::reading::ReadText;
use crate::services::leash::Leash;
use crate::services::problems::{problem, unspeakable};
use crate::services::views::view_of;
use crate::services::wire::{count, size};

/// Above so many orthos a survey is a better idea than storing them all.
const SURVEY_ADVISED_ABOVE: u64 = 250_000;

/// Estimates the context with the text.
pub(super) async fn of(
    contexts: &dyn Contexts,
    context: &ContextRecord,
    read: ReadText,
) -> Result<Estimate, Problem> {
    let view = view_of(contexts, context).await?;
    let leash = Leash::default();
    let control = leash.control();
    let counted = tokio::task::spawn_blocking(move || estimated(view, &read.words, &control));
    let counted = counted.await.map_err(|error| unspeakable(&error))?;
    counted.map_err(problem)
}

fn estimated(mut view: ContextView, text: &TextWords, control: &Control) -> Result<Estimate, ViewError> {
    add(&mut view, text)?;
    let phrases = FrozenPhrases::new(&view, view.version());
    let found = estimate(&phrases, control);
    Ok(Estimate {
        sentences: size(text.sentences().len()),
        words: size(text.word_count()),
        vocabulary: size(view.vocabulary().len()),
        orthos: count(found.orthos),
        exact: found.exact,
        survey_advised: found.orthos > SURVEY_ADVISED_ABOVE,
        squares: count(found.squares),
    })
}

/// Adds a text to a view as its next version.
fn add(view: &mut ContextView, text: &TextWords) -> Result<(), ViewError> {
    let version = view.version().next();
    let known = view.vocabulary();
    let mut numbers: HashMap<String, WordId> = (0..known.len() as u32)
        .map(|number| (known.word(WordId(number)).to_owned(), WordId(number)))
        .collect();
    let mut of_text = Vec::with_capacity(text.vocabulary().len());
    for number in 0..text.vocabulary().len() as u32 {
        let word = text.vocabulary().word(WordId(number));
        let next = WordId(view.vocabulary().len() as u32);
        let number = *numbers.entry(word.to_owned()).or_insert(next);
        if number == next {
            view.add_word(next, word)?;
        }
        of_text.push(number);
    }
    for sentence in text.sentences() {
        let words: Vec<WordId> = sentence.iter().map(|word| of_text[word.index()]).collect();
        view.add_sentence(version, &words)?;
    }
    view.advance(version)
}

#[cfg(test)]
mod tests {
    use crochet_domain::text::{Tokeniser, sentences_of};
    use crochet_domain::{Bounds, TokeniserOptions};

    use super::*;

    fn text(text: &str) -> TextWords {
        let tokeniser = Tokeniser::new(&TokeniserOptions::default()).unwrap();
        let mut words = TextWords::default();
        for sentence in sentences_of(text.as_bytes(), tokeniser).unwrap() {
            words.push(sentence.words());
        }
        words
    }

    #[test]
    fn a_text_counts_together_with_what_the_context_has() {
        let mut view = ContextView::new(Bounds::default());
        add(&mut view, &text("a b. c d.")).unwrap();
        let found = estimated(view, &text("a c. b d."), &Control::default()).unwrap();
        assert_eq!((found.orthos, found.squares, found.vocabulary), (1, 1, 4));
        assert!(found.exact && !found.survey_advised);
    }
}
