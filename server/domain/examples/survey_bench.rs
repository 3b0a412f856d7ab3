//! Times the static search on a text: `survey_bench FILE [WORDS] [MAX_DIMS] [THREADS]`.
//!
//! It prints seconds and counts per shape. It must never check results: tests do.

use std::error::Error;
use std::time::Instant;

use crochet_domain::phrases::{ContextView, Interner};
use crochet_domain::search::fixed::{Control, FrozenPhrases, SurveyOptions, estimate, survey};
use crochet_domain::text::{Tokeniser, sentences_of};
use crochet_domain::{Bounds, TokeniserOptions, Version, WordId};

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: usize| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let file = arguments
        .first()
        .ok_or("usage: survey_bench FILE [WORDS] [MAX_DIMS] [THREADS]")?;
    let (words, dims, threads) = (number(1, usize::MAX)?, number(2, 2)?, number(3, 2)?);
    let bounds = Bounds {
        max_dims: u8::try_from(dims)?,
        ..Bounds::default()
    };

    let text = std::fs::read(file)?;
    let start = Instant::now();
    let mut interner = Interner::default();
    let mut left = words;
    let mut sentences: Vec<Vec<WordId>> = Vec::new();
    for sentence in sentences_of(&text, Tokeniser::new(&TokeniserOptions::default())?)? {
        let ids: Vec<WordId> = sentence
            .words()
            .take(left)
            .map(|word| interner.number(word))
            .collect();
        left -= ids.len();
        sentences.push(ids);
    }
    let mut view = ContextView::new(bounds);
    for id in (0..interner.vocabulary().len() as u32).map(WordId) {
        view.add_word(id, interner.vocabulary().word(id))?;
    }
    for sentence in &sentences {
        view.add_sentence(Version(1), sentence)?;
    }
    view.advance(Version(1))?;
    let phrases = FrozenPhrases::new(&view, Version(1));
    let read = start.elapsed();
    let expected = estimate(&phrases, &Control::default());
    let estimated = start.elapsed() - read;
    let options = SurveyOptions {
        threads,
        ..SurveyOptions::default()
    };
    let tally = survey(&phrases, options, &Control::default());
    let total = start.elapsed();
    println!(
        "{} words, vocabulary {}, {} phrases: {} orthos (expected {}{}) in {:.3} s: read {:.3} s, estimate {:.3} s",
        words - left,
        view.vocabulary().len(),
        view.trie().phrase_count(),
        tally.total(),
        if expected.exact { "" } else { "about " },
        expected.orthos,
        total.as_secs_f64(),
        read.as_secs_f64(),
        estimated.as_secs_f64(),
    );
    for (shape, count) in &tally.counts {
        println!("{shape:>8} {count:>12}");
    }
    Ok(())
}
