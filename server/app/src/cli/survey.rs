//! `crochet survey`: how many orthos a text has, and the best of them, with nothing stored.
//!
//! The text is read in pieces and only its phrases are kept, so a novel fits into little memory. The search itself
//! is the domain's; here are threads, progress and print.

use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use crochet_domain::ortho::Order;
use crochet_domain::phrases::{ContextView, TextWords, Vocabulary};
use crochet_domain::search::fixed::{Control, FrozenPhrases, Ranked, SurveyOptions, Tally, survey};
use crochet_domain::text::Tokeniser;
use crochet_domain::{Bounds, ContextSettings, Shape, Version, WordId};

use super::bounds::BoundsFlags;
use super::console::{Console, Format};
use super::draw::grouped;
use super::events::{Event, Totals};
use super::failure::{Exit, Failure};
use super::report::{self, Best};
use super::source::Source;

const EXAMPLES: &str = "\
Examples:
  crochet survey book.txt
  crochet survey book.txt --shape 3x5 --best 10
  crochet survey book.txt --max-dims 3 --stop-words the,of,and,a
  curl -s https://example.org/book.txt | crochet survey - --json | tail -1";

/// So often progress is looked at.
const GLANCE: Duration = Duration::from_millis(200);

/// Count the orthos of a text without storing anything
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct SurveyArguments {
    /// A text, UTF-8; - is standard input
    #[arg(value_name = "FILE")]
    file: Source,
    #[command(flatten)]
    bounds: BoundsFlags,
    /// Show only orthos of this shape, as in 3x5
    #[arg(long)]
    shape: Option<Shape>,
    /// How many of the best orthos to show
    #[arg(long, value_name = "K", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u16).range(0..=1000))]
    best: u16,
    /// What is best: square, long, cells or rarity
    #[arg(long, default_value_t = Order::Square)]
    order: Order,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &SurveyArguments) -> Result<Exit, Failure> {
    let started = Instant::now();
    let mut console = Console::new(Format::of(arguments.json));
    let settings = arguments.bounds.settings()?;
    if let Some(shape) = &arguments.shape {
        within(shape, settings.bounds)?;
    }
    let text = read(&arguments.file, &settings)?;
    let bounds = settings.bounds;
    let (phrases, phrase_count) = phrases_of(&text, bounds)?;
    console.say(format_args!(
        "{}: {} words, vocabulary {}, {} phrases",
        arguments.file,
        grouped(text.word_count() as u64),
        grouped(text.vocabulary().len() as u64),
        grouped(phrase_count),
    ))?;
    let tally = count_orthos(&phrases, usize::from(arguments.best), &mut console)?;
    let totals = Totals {
        words: text.vocabulary().len() as u64,
        phrases: phrase_count,
        orthos: tally
            .counts
            .iter()
            .map(|(shape, count)| (shape.to_string(), *count))
            .collect(),
        seconds: started.elapsed().as_secs_f64(),
        ..Totals::default()
    };
    console.say("")?;
    report::shapes(&mut console, &totals)?;
    let best = best_of(&tally, arguments, text.vocabulary());
    if let (true, Some(shape)) = (best.is_empty() && arguments.best > 0, &arguments.shape) {
        console.say(format_args!("\nNo ortho of the shape {shape}."))?;
    }
    report::best(&mut console, best)?;
    console.say(format_args!(
        "\n{}",
        report::summary(&totals, bounds.max_dims, bounds.max_extent)
    ))?;
    console.event(&Event::Done(totals))?;
    Ok(Exit::Done)
}

/// Refuses a shape that no ortho within the bounds has.
fn within(shape: &Shape, bounds: Bounds) -> Result<(), Failure> {
    let longest = shape.extents().iter().copied().max().unwrap_or_default();
    let flag = if shape.dims() > usize::from(bounds.max_dims) {
        format!("--max-dims {}", shape.dims())
    } else if longest > bounds.max_extent {
        format!("--max-extent {longest}")
    } else {
        return Ok(());
    };
    let failure = Failure::usage(format!("no ortho within the bounds has the shape {shape}"));
    Err(failure.try_this(format_args!("add {flag}")))
}

fn read(source: &Source, settings: &ContextSettings) -> Result<TextWords, Failure> {
    let mut tokeniser = Tokeniser::new(&settings.tokeniser).map_err(Failure::usage)?;
    let mut text = TextWords::default();
    source.read(|chunk| {
        tokeniser
            .push(chunk, |sentence| text.push(sentence.words()))
            .map_err(|error| source.refused(&error))
    })?;
    tokeniser
        .finish(|sentence| text.push(sentence.words()))
        .map_err(|error| source.refused(&error))?;
    Ok(text)
}

/// The phrases of the text laid out for the search, and how many there are. What they are made from is large and
/// gone when this returns.
fn phrases_of(text: &TextWords, bounds: Bounds) -> Result<(FrozenPhrases, u64), Failure> {
    let version = Version::EMPTY.next();
    let vocabulary = text.vocabulary();
    let mut view = ContextView::new(bounds);
    for id in (0..).map(WordId).take(vocabulary.len()) {
        view.add_word(id, vocabulary.word(id)).map_err(Failure::new)?;
    }
    for sentence in text.sentences() {
        view.add_sentence(version, sentence).map_err(Failure::new)?;
    }
    view.advance(version).map_err(Failure::new)?;
    Ok((
        FrozenPhrases::new(&view, version),
        view.trie().phrase_count() as u64,
    ))
}

/// Surveys on every processor, and says meanwhile how far it is.
fn count_orthos(phrases: &FrozenPhrases, keep: usize, console: &mut Console) -> Result<Tally, Failure> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let options = SurveyOptions {
        keep,
        threads,
        ..SurveyOptions::default()
    };
    let control = Control::default();
    let (searching, finished) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let search = scope.spawn(|| {
            let tally = survey(phrases, options, &control);
            drop(searching);
            tally
        });
        let shown = show_progress(&control, &finished, console);
        if shown.is_err() {
            control.stop();
        }
        let tally = search
            .join()
            .map_err(|_| Failure::new("the search broke off; this is a fault of Crochet"))?;
        shown.map(|()| tally)
    })
}

fn show_progress(control: &Control, finished: &Receiver<()>, console: &mut Console) -> Result<(), Failure> {
    let bar = console.bar("survey", "origins");
    while finished.recv_timeout(GLANCE) == Err(RecvTimeoutError::Timeout) {
        let (done, all) = control.progress();
        let (done, all) = (u64::from(done), u64::from(all));
        bar.set_length(all);
        bar.set_position(done);
        console.event(&Event::Progress {
            phase: "survey",
            done,
            left: all - done,
            orthos: None,
        })?;
    }
    bar.finish_and_clear();
    Ok(())
}

fn best_of(tally: &Tally, arguments: &SurveyArguments, vocabulary: &Vocabulary) -> Vec<Best> {
    let wanted = |ranked: &&&Ranked| match &arguments.shape {
        Some(shape) => ranked.shape.ascending() == shape.ascending(),
        None => true,
    };
    let best = |ranked: &Ranked| Best {
        shape: ranked.shape.extents().iter().copied().map(usize::from).collect(),
        cells: ranked
            .cells
            .iter()
            .map(|&id| vocabulary.word(id).to_owned())
            .collect(),
        sentences: Vec::new(),
    };
    let ranked = tally.ranked(arguments.order);
    ranked
        .iter()
        .filter(wanted)
        .take(usize::from(arguments.best))
        .map(|ranked| best(ranked))
        .collect()
}
