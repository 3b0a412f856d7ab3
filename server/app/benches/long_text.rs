//! What a text of 64 MiB takes: time, the memory of the server, and how long others wait for the writer meanwhile.
//!
//! `cargo bench -p crochet --bench long_text` starts a server of its own and uploads `../shared/data/sherlock.txt` over
//! and over, one word in forty changed in each copy. Memory is read from `/proc`, so this is for Linux.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at the first fault"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crochet_client::types::ingestor::SearchMode;
use crochet_client::{Credential, Crochet, Upload};

/// The largest text that is taken.
const LARGEST: usize = 64 << 20;
/// One word in so many is another in each copy.
const CHANGED: u64 = 40;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sherlock.txt");
    let Ok(book) = std::fs::read_to_string(book) else {
        return println!("long text: ../shared/data/sherlock.txt is not there");
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.txt");
    std::fs::write(&file, long(&book)).unwrap();
    let server = Server::start(&folder.path().join("data")).await;
    println!("idle: {} MB", server.peak_mb());
    let api = server.api();
    api.create_context("Long").await.unwrap();
    let start = Instant::now();
    let upload = async {
        api.upload_text("long", "Long", Upload::file(&file))
            .search(SearchMode::Skip)
            .await
            .unwrap()
    };
    let (taken, waited) = beside(upload, &api).await;
    let seconds = start.elapsed().as_secs_f64();
    let ingest = taken.body;
    println!(
        "64 MiB: {} words, {} sentences, {} phrases in {seconds:.1} s; the server took up to {} MB; others waited up to {waited:.2} s",
        ingest.words,
        ingest.sentences,
        ingest.new_phrases,
        server.peak_mb(),
    );
    for sentence in ["The hound was never seen again.", "Nobody asked the baker."] {
        let start = Instant::now();
        let more = api
            .upload_text("long", "More", Upload::from(sentence))
            .search(SearchMode::Skip);
        more.await.unwrap();
        println!(
            "one more sentence: {:.1} ms",
            start.elapsed().as_secs_f64() * 1_000.0
        );
    }
}

/// Copies of a text, each with other words, up to the largest size.
fn long(book: &str) -> String {
    let mut text = String::with_capacity(LARGEST);
    let mut chance = 1_u64;
    for copy in 0_u32.. {
        for word in book.split_inclusive(' ') {
            if text.len() + word.len() + 12 > LARGEST {
                return text;
            }
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if (chance >> 33).is_multiple_of(CHANGED) {
                write!(text, "x{copy:x}").unwrap();
            }
            text.push_str(word);
        }
    }
    text
}

/// Does something, and something small beside it again and again; says how long that took at most, in seconds.
async fn beside<T>(work: impl Future<Output = T>, api: &Crochet) -> (T, f64) {
    let mut work = std::pin::pin!(work);
    let mut longest = Duration::ZERO;
    for number in 0_u32.. {
        let small = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let start = Instant::now();
            api.create_context(format!("Other {number}").as_str())
                .await
                .unwrap();
            start.elapsed()
        };
        let mut small = std::pin::pin!(small);
        tokio::select! {
            done = &mut work => return (done, longest.max(small.await).as_secs_f64()),
            took = &mut small => longest = longest.max(took),
        }
    }
    unreachable!("four thousand million contexts were not made")
}

/// A server in a process of its own, which ends with this.
struct Server {
    process: Process,
    url: String,
    key: String,
}

struct Process(Child);

impl Server {
    async fn start(data: &Path) -> Self {
        let process = Process(
            Command::new(env!("CARGO_BIN_EXE_crochet"))
                .args(["serve", "--listen", "127.0.0.1:0", "--data"])
                .arg(data)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        );
        loop {
            let server = std::fs::read_to_string(data.join("server.json"));
            let key = std::fs::read_to_string(data.join("admin.key"));
            if let (Ok(server), Ok(key)) = (server, key)
                && let Ok(server) = serde_json::from_str::<serde_json::Value>(&server)
            {
                let url = server["url"].as_str().unwrap().to_owned();
                let key = key.trim().to_owned();
                return Self { process, url, key };
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn api(&self) -> Crochet {
        Crochet::at(&self.url, Credential::api_key(&self.key).unwrap()).unwrap()
    }

    /// The most memory that the server has had so far.
    fn peak_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.0.id())).unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_000
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
