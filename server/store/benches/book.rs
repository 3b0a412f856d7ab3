//! A real text in a real store: `../shared/data/sherlock.txt`, cut at a number of words and worked off by one worker.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crochet_domain::phrases::{ContextView, TextWords};
use crochet_domain::pipeline::{Budget, begin};
use crochet_domain::ports::{ContextKey, ItemReport, NewContext, NewText, PageRequest};
use crochet_domain::search::incremental::Waiting;
use crochet_domain::text::{Tokeniser, sentences_of};
use crochet_domain::{ContextSettings, Pair, WorkPayload};
use crochet_store::{Store, SystemClock};

/// How many words are asked for on the command line.
pub(crate) fn words_or(default: usize) -> usize {
    std::env::args()
        .find_map(|word| word.parse().ok())
        .unwrap_or(default)
}

/// Measures on a new store, in a folder that goes with it.
pub(crate) fn on_a_store(measure: impl AsyncFnOnce(Store)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let file = folder.path().join("crochet.sqlite");
        measure(Store::open(&file, Arc::new(SystemClock)).await.unwrap()).await;
    });
}

/// The first words of the text, if it is there.
pub(crate) fn cut(words: usize) -> Option<TextWords> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sherlock.txt");
    let text = std::fs::read(file).ok()?;
    let tokeniser = Tokeniser::new(&ContextSettings::default().tokeniser).unwrap();
    let mut left = words;
    let mut cut = TextWords::default();
    for sentence in sentences_of(&text, tokeniser).unwrap() {
        cut.push(sentence.words().take(left));
        left = left.saturating_sub(sentence.len());
        if left == 0 {
            break;
        }
    }
    Some(cut)
}

/// What working everything off took.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) searching: Duration,
    pub(crate) storing: Duration,
    pub(crate) reports: u32,
}

/// A context with the text in it.
pub(crate) async fn ingest(store: &Store, words: TextWords) -> ContextKey {
    let new = NewContext {
        slug: "bench".to_owned(),
        title: "Bench".to_owned(),
        settings: ContextSettings::default(),
    };
    let context = store.contexts().create(new).await.unwrap().key;
    let text = NewText {
        context,
        title: "text".to_owned(),
        text_hash: [1; 32],
        bytes: 1,
        words,
        search: true,
    };
    store.ingest().ingest(text).await.unwrap();
    context
}

/// The context in memory, as a worker has it.
pub(crate) async fn view_of(store: &Store, context: ContextKey) -> ContextView {
    let mut view = ContextView::new(ContextSettings::default().bounds);
    let batch = store
        .contexts()
        .sentences_since(context, view.version(), 0, 50_000)
        .await
        .unwrap();
    for word in &batch.words {
        view.add_word(word.number, &word.word).unwrap();
    }
    for sentence in &batch.sentences {
        view.add_sentence(sentence.version, &sentence.words).unwrap();
    }
    view.advance(batch.version).unwrap();
    view
}

/// Every row of the ledger, until none is left.
pub(crate) async fn work_off(store: &Store, context: ContextKey, view: &ContextView) -> Work {
    let (ledger, orthos) = (store.ledger(), store.orthos());
    let mut work = Work::default();
    while let Some(item) = ledger.unpushed(1).await.unwrap().first() {
        let start = Instant::now();
        let payload = WorkPayload::from_json(&item.payload).unwrap();
        let mut begun = begin(vec![payload], view, Budget::default()).unwrap();
        begun.hear(view, &waiting(store, context, &begun.pairs()).await);
        let report = begun.finish(view).unwrap().report;
        work.searching += start.elapsed();
        let start = Instant::now();
        let report = ItemReport {
            items: vec![item.id],
            report,
            more: false,
            truncated: false,
            newest_only: false,
        };
        assert!(orthos.report_expansion(context, report).await.unwrap().done);
        work.storing += start.elapsed();
        work.reports += 1;
    }
    work
}

/// The grids that wait at some pairs.
async fn waiting(store: &Store, context: ContextKey, pairs: &[Pair]) -> Vec<Waiting> {
    let page = PageRequest::first(10_000);
    let waiting = store.remediations().waiting(context, pairs, page).await.unwrap();
    let grids = waiting.items.into_iter().map(|one| Waiting {
        shape: one.shape,
        cells: one.cells,
    });
    grids.collect()
}
