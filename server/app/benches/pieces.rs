//! What the durable pipeline takes: a text as a whole, the same text in many pieces, handed over at once or each when the
//! one before has settled, and one more sentence at the end.
//!
//! `cargo bench -p crochet --bench pieces [WORDS [PIECES]]` cuts the first 8,000 words of `../shared/data/sherlock.txt`
//! (beside the checkout) at ends of sentences. For each measurement a server is started in this process on a temporary
//! folder and spoken to through the generated client, as `crochet run` does; so everything counts that a user waits for:
//! HTTP, services, ledger, queue, workers, SQLite. The digests of the whole and of the pieces must be equal.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at the first fault"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use crochet::serve::{Running, start};
use crochet_client::types::common::{ContextId, Title};
use crochet_client::types::contexts::NewContext;
use crochet_client::types::ingestor::{Ingest, IngestState};
use crochet_client::{Credential, Crochet};
use crochet_platform::config::Config;
use crochet_platform::telemetry::LogControl;
use futures_util::TryStreamExt as _;

/// Each way of cutting is measured so often; the median counts.
const ROUNDS: usize = 3;
/// So many sentences are added one by one.
const SENTENCES: usize = 20;
const MARKS: [char; 3] = ['.', '?', '!'];

fn main() {
    let mut numbers = std::env::args().filter_map(|word| word.parse().ok());
    let (words, pieces) = (numbers.next().unwrap_or(8_000), numbers.next().unwrap_or(100));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sherlock.txt");
    let Ok(book) = std::fs::read_to_string(file) else {
        println!("../shared/data/sherlock.txt is not there");
        return;
    };
    let text = Text::cut(&book, words);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(measure(&text, pieces));
}

async fn measure(text: &Text<'_>, pieces: usize) {
    let (whole, parts) = (text.pieces(1), text.pieces(pieces));
    let (mut as_whole, mut at_once, mut in_turn) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (digest, took) = taken(&[&whole]).await;
        as_whole.push(took);
        let (of_pieces, took) = taken(&[&parts]).await;
        at_once.push(took);
        assert_eq!(of_pieces, digest, "pieces make no difference");
        let one_by_one: Vec<&[&str]> = parts.chunks(1).collect();
        let (of_pieces, took) = taken(&one_by_one).await;
        in_turn.push(took);
        assert_eq!(of_pieces, digest, "nor does it matter when they come");
    }
    let one = median(&mut as_whole);
    println!("one piece       {:>8.0} ms", ms(one));
    for (how, took) in [("at once", &mut at_once), ("in turn", &mut in_turn)] {
        let many = median(took);
        println!(
            "{:<4} pieces     {:>8.0} ms  {how}, of equal digest, ratio {:.2}",
            parts.len(),
            ms(many),
            many.as_secs_f64() / one.as_secs_f64()
        );
    }
    println!("peak memory     {:>8} MB  server and client", peak_mb());

    let server = Server::start().await;
    server.take(&whole).await;
    let mut latencies = Vec::new();
    for sentence in text.further() {
        latencies.push(server.take(&[sentence]).await);
    }
    let middle = median(&mut latencies);
    let (least, most) = (latencies[0], latencies[latencies.len() - 1]);
    println!(
        "one sentence    {:>8.1} ms  median of {}; least {:.1}, most {:.1}",
        ms(middle),
        latencies.len(),
        ms(least),
        ms(most)
    );
    server.stop().await;
}

/// A new server takes lots of texts, each lot when the one before has settled: the digest then, and how long it took.
async fn taken(lots: &[&[&str]]) -> (String, Duration) {
    let server = Server::start().await;
    let mut took = Duration::ZERO;
    for lot in lots {
        took += server.take(lot).await;
    }
    let digest = server.digest().await;
    server.stop().await;
    (digest, took)
}

/// The start of a book, and what comes after it.
struct Text<'b> {
    start: &'b str,
    rest: &'b str,
}

impl<'b> Text<'b> {
    fn cut(book: &'b str, words: usize) -> Self {
        let word = book.split_whitespace().nth(words);
        let end = word.map_or(book.len(), |word| word.as_ptr().addr() - book.as_ptr().addr());
        let (start, rest) = book.split_at(end);
        Self { start, rest }
    }

    /// Runs of whole sentences, about equally long.
    fn pieces(&self, count: usize) -> Vec<&'b str> {
        let (mut pieces, mut rest) = (Vec::with_capacity(count), self.start);
        for left in (2..=count).rev() {
            let Some(end) = end_of_sentence(rest, rest.len() / left) else {
                break;
            };
            let (piece, after) = rest.split_at(end);
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        pieces
    }

    /// Sentences that come after it.
    fn further(&self) -> Vec<&'b str> {
        let ended = |sentence: &&str| sentence.split_whitespace().count() > 3;
        self.rest
            .split_inclusive(MARKS)
            .filter(ended)
            .skip(1)
            .take(SENTENCES)
            .collect()
    }
}

/// Where the sentence ends that goes on at this byte or soon after.
fn end_of_sentence(text: &str, from: usize) -> Option<usize> {
    let from = (from..text.len()).find(|&at| text.is_char_boundary(at))?;
    text[from..].find(MARKS).map(|at| from + at + 1)
}

/// A server in this process, on data that goes with it.
struct Server {
    running: Running,
    api: Crochet,
    context: ContextId,
    _folder: tempfile::TempDir,
}

impl Server {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data: folder.path().join("data"),
            listen: "127.0.0.1:0".parse().unwrap(),
            ..Config::default()
        };
        config.http.drain_notice_ms = 0;
        let running = start(config, LogControl::new("error").unwrap().0).await.unwrap();
        let key = std::fs::read_to_string(running.admin_key_file().unwrap()).unwrap();
        let api = Crochet::at(&running.url(), Credential::api_key(key.trim()).unwrap()).unwrap();
        let context: ContextId = "book".parse().unwrap();
        let new = NewContext {
            id: Some(context.clone()),
            title: Title::try_from("Book").unwrap(),
            tokeniser: None,
            bounds: None,
        };
        api.create_context(new).await.unwrap();
        Self {
            running,
            api,
            context,
            _folder: folder,
        }
    }

    /// Adds texts and waits until all are settled.
    async fn take(&self, texts: &[&str]) -> Duration {
        let started = Instant::now();
        let mut ingests = Vec::with_capacity(texts.len());
        for text in texts {
            let taken = self.api.upload_text(&self.context, "Piece", *text).await.unwrap();
            ingests.push(taken.body);
        }
        for ingest in ingests {
            self.settled(ingest).await;
        }
        started.elapsed()
    }

    async fn settled(&self, ingest: Ingest) {
        let mut steps = self.api.progress(&ingest);
        let mut state = ingest.state;
        while let Some(step) = steps.try_next().await.unwrap() {
            state = step.state;
        }
        assert_eq!(state, IngestState::Settled);
    }

    async fn digest(&self) -> String {
        self.api.read_digest(&self.context).await.unwrap().digest
    }

    async fn stop(self) {
        drop(self.api);
        self.running.stop().await;
    }
}

/// The one in the middle; sorts them.
fn median(spans: &mut [Duration]) -> Duration {
    spans.sort_unstable();
    spans[spans.len() / 2]
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

/// The most memory that this process ever had, where the system tells.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1_024
}
