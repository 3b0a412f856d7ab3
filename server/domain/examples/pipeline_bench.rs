//! Times the incremental search on a text, without store or queue: `pipeline_bench FILE WORDS [PIECES] [MAX_DIMS]`.
//!
//! It prints seconds, orthos and remediations; what a store adds comes on top. It must never check results: tests do.

use std::collections::{HashMap, HashSet, VecDeque};
use std::error::Error;
use std::time::Instant;

use crochet_domain::ids::{OrthoId, Pair, RemediationId};
use crochet_domain::phrases::{ContextView, Interner};
use crochet_domain::pipeline::{Budget, Report, begin};
use crochet_domain::search::incremental::Waiting;
use crochet_domain::text::{Tokeniser, sentences_of};
use crochet_domain::{Bounds, ContextSettings, Version, WordId, WorkPayload};

#[derive(Default)]
struct Memory {
    orthos: HashSet<OrthoId>,
    remediations: HashSet<RemediationId>,
    waiting: HashMap<Pair, Vec<Waiting>>,
    asked: usize,
    woken: usize,
    steps: usize,
    shapes: std::collections::BTreeMap<String, usize>,
}

impl Memory {
    fn take(&mut self, report: &Report, queue: &mut VecDeque<WorkPayload>) {
        let mut pending = Vec::new();
        for found in &report.orthos {
            if self.orthos.insert(found.ortho.id) {
                *self
                    .shapes
                    .entry(found.ortho.shape.ascending().to_string())
                    .or_default() += 1;
                if found.pending {
                    pending.push(&found.ortho);
                }
            }
        }
        for remediation in &report.remediations {
            if self.remediations.insert(remediation.id) {
                for &pair in &remediation.pairs {
                    let waiting = Waiting {
                        shape: remediation.shape.clone(),
                        cells: remediation.cells.clone(),
                    };
                    self.waiting.entry(pair).or_default().push(waiting);
                }
            }
        }
        queue.extend(report.next_items.iter().cloned());
        queue.extend(WorkPayload::expand(&pending));
    }

    fn work(&mut self, view: &ContextView, first: Vec<WorkPayload>) -> Result<(), Box<dyn Error>> {
        let mut queue = VecDeque::from(first);
        while !queue.is_empty() {
            self.steps += 1;
            let mut begun = begin(queue.iter().cloned().collect(), view, Budget::default())?;
            let pairs = begun.pairs();
            self.asked += pairs.len();
            for waiting in pairs.iter().filter_map(|pair| self.waiting.get(pair)) {
                self.woken += waiting.len();
                begun.hear(view, waiting);
            }
            let found = begun.finish(view)?;
            queue.drain(..found.taken);
            self.take(&found.report, &mut queue);
        }
        Ok(())
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: usize| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let file = arguments
        .first()
        .ok_or("usage: pipeline_bench FILE WORDS [PIECES] [MAX_DIMS]")?;
    let (words, pieces, dims) = (number(1, usize::MAX)?, number(2, 1)?, number(3, 2)?);
    let settings = ContextSettings::default();
    let bounds = Bounds {
        max_dims: u8::try_from(dims)?,
        ..settings.bounds
    };

    let mut interner = Interner::default();
    let mut left = words;
    let mut sentences: Vec<Vec<WordId>> = Vec::new();
    for sentence in sentences_of(&std::fs::read(file)?, Tokeniser::new(&settings.tokeniser)?)? {
        let ids: Vec<WordId> = sentence
            .words()
            .take(left)
            .map(|word| interner.number(word))
            .collect();
        left -= ids.len();
        if !ids.is_empty() {
            sentences.push(ids);
        }
    }
    let start = Instant::now();
    let mut memory = Memory::default();
    let mut view = ContextView::new(bounds);
    let mut known = 0;
    for piece in sentences.chunks(sentences.len().div_ceil(pieces)) {
        let version = view.version().next();
        let most = piece
            .iter()
            .flatten()
            .map(|word| word.0 + 1)
            .max()
            .unwrap_or(0)
            .max(known);
        for id in known..most {
            view.add_word(WordId(id), interner.vocabulary().word(WordId(id)))?;
        }
        known = most;
        for sentence in piece {
            view.add_sentence(version, sentence)?;
        }
        view.advance(version)?;
        let mut first = vec![WorkPayload::seed(version)];
        if version > Version(1) {
            first.push(WorkPayload::wake(version));
        }
        memory.work(&view, first)?;
    }
    println!(
        "{} words, {} phrases: {} orthos, {} remediations in {:.3} s; {} items, {} pairs asked, {} woken",
        words.min(words - left),
        view.trie().phrase_count(),
        memory.orthos.len(),
        memory.remediations.len(),
        start.elapsed().as_secs_f64(),
        memory.steps,
        memory.asked,
        memory.woken,
    );
    println!("{:?}", memory.shapes);
    Ok(())
}
