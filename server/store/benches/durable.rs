//! How fast the store keeps what the search finds: reports of real size into a new file, and the queue in batches.
//!
//! `cargo bench -p crochet-store` prints figures and ratios. The text is `../shared/data/sherlock.txt` beside the
//! checkout, cut at a number of words (an argument, 8,000 by default); without it only the queue is measured.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at the first fault"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crochet_domain::phrases::ContextView;
use crochet_domain::pipeline::{Begun, Budget, begin};
use crochet_domain::ports::{ItemReport, LeaseRequest, NewContext, NewText, PageRequest, PushItem};
use crochet_domain::search::incremental::Waiting;
use crochet_domain::text::{Tokeniser, sentences_of};
use crochet_domain::{ContextSettings, WorkPayload};
use crochet_store::{Store, SystemClock};

const ITEMS: u32 = 10_000;
const BATCH: u32 = 100;

fn main() {
    let words = std::env::args()
        .filter_map(|word| word.parse().ok())
        .next()
        .unwrap_or(8_000);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let store = open(folder.path()).await;
        match cut(words) {
            Some(sentences) => reports(&store, sentences).await,
            None => println!("reports: ../shared/data/sherlock.txt is not there"),
        }
        queue(&store).await;
    });
}

async fn open(folder: &Path) -> Store {
    Store::open(&folder.join("crochet.sqlite"), Arc::new(SystemClock))
        .await
        .unwrap()
}

/// The sentences of the first words of the text.
fn cut(words: usize) -> Option<Vec<Vec<String>>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sherlock.txt");
    let text = std::fs::read(file).ok()?;
    let tokeniser = Tokeniser::new(&ContextSettings::default().tokeniser).unwrap();
    let mut left = words;
    let mut sentences = Vec::new();
    for sentence in sentences_of(&text, tokeniser).unwrap() {
        let words: Vec<String> = sentence.words().take(left).map(ToOwned::to_owned).collect();
        left -= words.len();
        sentences.push(words);
        if left == 0 {
            break;
        }
    }
    Some(sentences)
}

/// Searches and stores with one worker and no queue.
async fn reports(store: &Store, sentences: Vec<Vec<String>>) {
    let settings = ContextSettings::default();
    let new = NewContext {
        slug: "bench".to_owned(),
        title: "Bench".to_owned(),
        settings: settings.clone(),
    };
    let context = store.contexts().create(new).await.unwrap().key;
    let text = NewText {
        context,
        title: "text".to_owned(),
        text_hash: [1; 32],
        bytes: 1,
        sentences,
        search: true,
    };
    let start = Instant::now();
    store.ingest().ingest(text).await.unwrap();
    let ingested = start.elapsed();

    let (ledger, orthos, remediations) = (store.ledger(), store.orthos(), store.remediations());
    let mut view = ContextView::new(settings.bounds);
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

    let (mut searching, mut storing, mut calls) = (Duration::ZERO, Duration::ZERO, 0);
    loop {
        let items = ledger.unpushed(1).await.unwrap();
        let Some(item) = items.first() else { break };
        let start = Instant::now();
        let payload = WorkPayload::from_json(&item.payload).unwrap();
        let found = match begin(&payload, &view, Budget::default()).unwrap() {
            Begun::Found(found) => found,
            Begun::Asks(asks) => {
                let page = PageRequest::first(10_000);
                let waiting = remediations
                    .waiting(context, asks.pairs(), page)
                    .await
                    .unwrap()
                    .items;
                let waiting: Vec<Waiting> = waiting
                    .into_iter()
                    .map(|one| Waiting {
                        shape: one.shape,
                        cells: one.cells,
                    })
                    .collect();
                asks.answer(&view, &waiting)
            }
        };
        searching += start.elapsed();
        let start = Instant::now();
        let report = ItemReport {
            item: item.id,
            report: found.report,
            more: false,
            truncated: false,
        };
        assert!(orthos.report_expansion(context, report).await.unwrap().done);
        storing += start.elapsed();
        calls += 1;
    }
    let record = store.contexts().get(context).await.unwrap();
    let rows = record.orthos + record.remediations;
    println!(
        "reports: {} words, {} orthos, {} remediations in {calls} reports; ingest {:.3} s, search {:.3} s, store {:.3} s \
         ({:.0} rows/s, {:.2} of the search)",
        batch
            .sentences
            .iter()
            .map(|sentence| sentence.words.len())
            .sum::<usize>(),
        record.orthos,
        record.remediations,
        ingested.as_secs_f64(),
        searching.as_secs_f64(),
        storing.as_secs_f64(),
        rows as f64 / storing.as_secs_f64(),
        storing.as_secs_f64() / searching.as_secs_f64(),
    );
    let start = Instant::now();
    let digest = store.inspection().digest(context).await.unwrap();
    let hashed = start.elapsed();
    let start = Instant::now();
    let faults = store.inspection().faults(context, 10).await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    println!(
        "digest {} in {:.3} s, check in {:.3} s",
        digest.orthos,
        hashed.as_secs_f64(),
        start.elapsed().as_secs_f64()
    );
}

/// Push, lease and ack: one by one and in batches.
async fn queue(store: &Store) {
    let one = rate(store, "one", ITEMS / 10, 1).await;
    let many = rate(store, "many", ITEMS, BATCH).await;
    println!(
        "queue: {one:.0} items/s one by one, {many:.0} items/s in batches of {BATCH}: {:.1} times",
        many / one
    );
}

async fn rate(store: &Store, name: &str, items: u32, batch: u32) -> f64 {
    let queue = store.queue(1_000_000);
    let item = |number: u32| PushItem {
        payload: vec![b'x'; 200],
        headers: BTreeMap::new(),
        delay: Duration::ZERO,
        priority: 5,
        tenant: format!("t{}", number % 3),
        dedup_key: Some(number.to_string()),
        dedup_window: Duration::from_secs(60),
        attempts_max: 5,
    };
    let start = Instant::now();
    let mut number = 0;
    while number < items {
        queue
            .push(name, (number..number + batch).map(item).collect())
            .await
            .unwrap();
        number += batch;
    }
    let request = LeaseRequest {
        max: batch,
        lease: Duration::from_secs(60),
        wait: Duration::ZERO,
    };
    loop {
        let leases = queue.lease(name, request).await.unwrap();
        if leases.is_empty() {
            break;
        }
        let receipts: Vec<_> = leases.iter().map(|lease| lease.receipt).collect();
        queue.ack(name, &receipts).await.unwrap();
    }
    f64::from(items) / start.elapsed().as_secs_f64()
}
