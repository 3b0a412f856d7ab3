//! What a page of each list costs in a large context: at its start, in its middle and at its end.
//!
//! `cargo bench -p crochet-store --bench lists` takes `../shared/data/sherlock.txt`, cut at a number of words (an
//! argument, 18,000 by default: some 400,000 orthos), and walks lists to their ends.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at the first fault"
)]

mod book;

use std::time::{Duration, Instant};

use crochet_domain::ortho::Order;
use crochet_domain::phrases::TextWords;
use crochet_domain::ports::{ContextKey, OrthoQuery, PageRequest};
use crochet_domain::{Ortho, Version, WordId};
use crochet_store::Store;

use book::{cut, ingest, on_a_store, view_of, work_off};

/// Items of a page that is timed, and of one that is not.
const PAGE: u32 = 50;
const STRIDE: u32 = 10_000;
/// Pages timed at the start of a list.
const TIMED: usize = 20;

fn main() {
    let words = book::words_or(18_000);
    on_a_store(async |store| match cut(words) {
        Some(text) => lists(&store, text, words).await,
        None => println!("lists: ../shared/data/sherlock.txt is not there"),
    });
}

async fn lists(store: &Store, text: TextWords, words: usize) {
    let context = ingest(store, text).await;
    let view = view_of(store, context).await;
    work_off(store, context, &view).await;
    let record = store.contexts().get(context).await.unwrap();
    println!(
        "lists: {words} words, {} orthos, {} remediations",
        record.orthos, record.remediations
    );
    let the = view
        .vocabulary()
        .in_byte_order()
        .into_iter()
        .max_by_key(|word| view.counts().count(*word, view.version()));
    orthos(store, context, the.unwrap()).await;
    remediations(store, context).await;
}

/// Every kind of list of orthos.
async fn orthos(store: &Store, context: ContextKey, frequent: WordId) {
    let all = OrthoQuery::all(PageRequest::first(PAGE));
    let some = first(store, context, &all).await;
    for order in Order::ALL {
        walk(
            store,
            context,
            &format!("order {order}"),
            OrthoQuery { order, ..all.clone() },
        )
        .await;
    }
    let shape = OrthoQuery {
        shape: Some("2x3".parse().unwrap()),
        order: Order::Rarity,
        ..all.clone()
    };
    walk(store, context, "one shape", shape).await;
    let large = OrthoQuery {
        smallest_extent: Some(3),
        order: Order::Rarity,
        ..all.clone()
    };
    walk(store, context, "smallest extent 3", large).await;
    let since = OrthoQuery {
        after_version: Some(Version(0)),
        ..all.clone()
    };
    walk(store, context, "since a version", since).await;
    let frequent = OrthoQuery {
        containing: vec![frequent],
        ..all.clone()
    };
    walk(store, context, "the most frequent word", frequent).await;
    let words = OrthoQuery {
        containing: some[0].cells.clone(),
        ..all.clone()
    };
    walk(store, context, "all words of an ortho", words).await;
    time("counts by shape", async {
        drop(store.orthos().counts(context).await.unwrap());
    })
    .await;
}

async fn first(store: &Store, context: ContextKey, query: &OrthoQuery) -> Vec<Ortho> {
    store.orthos().list(context, query.clone()).await.unwrap().items
}

/// Walks a list to its end, and prints what a page takes at both ends; in between it goes in long strides.
async fn walk(store: &Store, context: ContextKey, name: &str, query: OrthoQuery) {
    let mut walk = Walk {
        store,
        context,
        query,
        items: 0,
    };
    let mut start = Vec::new();
    while start.len() < TIMED && walk.step(PAGE, &mut start).await {}
    let mut last = walk.query.page.after.clone();
    while last.is_some() && walk.step(STRIDE, &mut Vec::new()).await {
        last.clone_from(&walk.query.page.after);
    }
    let items = walk.items;
    walk.query.page.after = last;
    let mut end = Vec::new();
    while walk.step(PAGE, &mut end).await {}
    let (start, end) = (median(start), median(end));
    println!("{name}: {items} items; a page takes {start:.1} ms at the start, {end:.1} ms at the end");
}

struct Walk<'a> {
    store: &'a Store,
    context: ContextKey,
    query: OrthoQuery,
    items: usize,
}

impl Walk<'_> {
    /// Reads the next page; whether another follows.
    async fn step(&mut self, limit: u32, times: &mut Vec<Duration>) -> bool {
        self.query.page.limit = limit;
        let start = Instant::now();
        let page = self
            .store
            .orthos()
            .list(self.context, self.query.clone())
            .await
            .unwrap();
        times.push(start.elapsed());
        self.items += page.items.len();
        self.query.page.after = page.next;
        self.query.page.after.is_some()
    }
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

/// The lists of what waits.
async fn remediations(store: &Store, context: ContextKey) {
    let port = store.remediations();
    let page = || PageRequest::first(PAGE);
    let found = port.list(context, page()).await.unwrap().items;
    time("remediations", async {
        drop(port.list(context, page()).await.unwrap());
    })
    .await;
    let run = &found[0].prefixes()[0];
    time("remediations after a phrase", async {
        drop(port.after(context, run, None, page()).await.unwrap());
    })
    .await;
    let parent = found[0].parent;
    time("remediations of an ortho", async {
        drop(port.of_parent(context, parent, page()).await.unwrap());
    })
    .await;
    time("statistics of remediations", async {
        assert!(port.stats(context).await.unwrap().pairs > 0);
    })
    .await;
}

async fn time(name: &str, work: impl Future<Output = ()>) {
    let start = Instant::now();
    work.await;
    println!("{name}: {:.1} ms", start.elapsed().as_secs_f64() * 1_000.0);
}
