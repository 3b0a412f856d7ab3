//! How fast the store keeps what the search finds: reports of real size into a new file, and the queue in batches.
//!
//! `cargo bench -p crochet-store` prints figures and ratios. The text is `../shared/data/sherlock.txt` beside the
//! checkout, cut at a number of words (an argument, 8,000 by default); without it only the queue is measured.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at the first fault"
)]

mod book;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crochet_domain::phrases::TextWords;
use crochet_domain::ports::{ContextKey, LeaseRequest, PushItem};
use crochet_store::Store;

use book::{cut, ingest, on_a_store, view_of, work_off};

const ITEMS: u32 = 10_000;
const BATCH: u32 = 100;

fn main() {
    let words = book::words_or(8_000);
    on_a_store(async |store| {
        match cut(words) {
            Some(words) => reports(&store, words).await,
            None => println!("reports: ../shared/data/sherlock.txt is not there"),
        }
        queue(&store).await;
    });
}

/// Searches and stores with one worker and no queue.
async fn reports(store: &Store, text: TextWords) {
    let words = text.word_count();
    let start = Instant::now();
    let context = ingest(store, text).await;
    let ingested = start.elapsed();
    let view = view_of(store, context).await;
    let work = work_off(store, context, &view).await;
    let record = store.contexts().get(context).await.unwrap();
    let (searching, storing) = (work.searching.as_secs_f64(), work.storing.as_secs_f64());
    println!(
        "reports: {words} words, {} orthos, {} remediations in {} reports; ingest {:.3} s, search {searching:.3} s, \
         store {storing:.3} s ({:.0} rows/s, {:.2} of the search)",
        record.orthos,
        record.remediations,
        work.reports,
        ingested.as_secs_f64(),
        (record.orthos + record.remediations) as f64 / storing,
        storing / searching,
    );
    inspect(store, context).await;
}

/// Hashes what is stored, and proves it.
async fn inspect(store: &Store, context: ContextKey) {
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
