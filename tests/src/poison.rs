//! A work item that fails whoever works on it: whoever waits is told, nothing waits for ever, and it can be tried again.

use std::thread;

use crochet_client::Crochet;
use crochet_client::types::ingestor::IngestState;
use crochet_client::types::work::{LeaseWork, Nack, NackWork, RedriveWork};
use futures_util::TryStreamExt;

use crate::server::Server;
use crate::wait::until;
use crate::workshop::{Workshop, on};

pub(crate) const SQUARE: &str = "a b c. d e f. g h i. a d g. b e h. c f i.";
pub(crate) const QUEUE: &str = "pipeline";
/// A server whose workers are the test's.
pub(crate) const NO_WORKERS: [&str; 6] = [
    "--set",
    "worker.count=0",
    "--set",
    "pipeline.sweep_ms=400",
    "--set",
    "pipeline.relay_ms=50",
];

/// Fails whatever there is until it is dead; how many items that were.
pub(crate) async fn fail_all(api: &Crochet) -> i64 {
    loop {
        let lease = LeaseWork {
            max: 100,
            wait_ms: 100,
            ..serde_json::from_str("{}").unwrap()
        };
        let leased = api.lease_work(QUEUE, lease).await.unwrap().items;
        let nack = |item: &crochet_client::types::work::WorkItem| Nack {
            receipt: item.receipt.clone(),
            reason: "the kettle is cold".to_owned(),
            delay_ms: 0,
        };
        let items: Vec<Nack> = leased.iter().map(nack).collect();
        if !items.is_empty() {
            api.nack_work(QUEUE, NackWork { items }).await.unwrap();
        }
        let queue = api.read_queue(QUEUE).await.unwrap();
        if queue.dead > 0 && queue.ready + queue.leased + queue.delayed == 0 {
            return queue.dead;
        }
    }
}

#[test]
fn a_run_whose_work_is_given_up_says_so_and_the_same_run_tries_again() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    let server = Server::start_with(&workshop.data(), &NO_WORKERS);
    let run = {
        let (data, file) = (workshop.data(), file.clone());
        thread::spawn(move || on(&data, &["run", &file]))
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(fail_all(&server.api()));
    let ran = run.join().unwrap();
    ran.refused_with(
        1,
        &[
            "square: 1 work item given up",
            "the kettle is cold",
            "the same command",
        ],
    );
    drop(server);
    // This one is a server of its own, with workers.
    let again = workshop.run(&["run", &file, "--json"]).done();
    assert_eq!(again["orthos"], serde_json::json!({"2x2": 4, "2x3": 4, "3x3": 1}));
    workshop.is_sound();
}

#[test]
fn an_ingest_shows_what_is_given_up_and_goes_on_when_it_is_redriven() {
    let workshop = Workshop::new();
    let server = Server::start_with(&workshop.data(), &NO_WORKERS);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let api = server.api();
    let ingest = runtime.block_on(async {
        api.create_context("square").await.unwrap();
        let ingest = api.upload_text("square", "square", SQUARE).await.unwrap().body;
        let dead = fail_all(&api).await;
        // Whoever watches is told, and the stream goes on.
        let mut steps = api.progress(&ingest);
        let stuck = loop {
            let step = steps.try_next().await.unwrap().expect("it has not ended");
            if step.stuck > 0 {
                break step;
            }
        };
        assert_eq!((stuck.stuck, stuck.work_left), (dead, dead));
        assert!(stuck.stuck_reason.unwrap().contains("the kettle is cold"));
        let progress = api.read_progress("square").await.unwrap();
        assert_eq!((progress.stuck, progress.waves[0].stuck), (dead, dead));
        let redriven = api.redrive_work(QUEUE, RedriveWork { ids: None }).await.unwrap();
        assert_eq!(redriven.redriven, dead);
        ingest
    });
    let read = || runtime.block_on(async { api.read_ingest("square", ingest.id).await.unwrap() });
    until("it to be tried again", || (read().stuck == 0).then_some(()));
    assert_eq!(server.stop().code(), Some(0));
    let server = Server::start(&workshop.data());
    let api = server.api();
    let read = || runtime.block_on(async { api.read_ingest("square", ingest.id).await.unwrap() });
    until("everything to be found", || {
        (read().state == IngestState::Settled).then_some(())
    });
    assert_eq!((read().orthos, read().stuck), (9, 0));
}
