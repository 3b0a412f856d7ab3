//! Crochet as several processes: two that serve and one that works, each of them killed on the way.

use std::net::TcpListener;
use std::path::PathBuf;

use crochet_client::types::ingestor::IngestState;

use crate::server::Server;
use crate::wait::until;
use crate::workshop::{Workshop, long_text};

/// An address that is free now. Both servers must know each other's before either has started.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

struct Plan {
    main: String,
    queue: String,
    folder: PathBuf,
}

impl Plan {
    fn flags(&self, part: &str, listen: &str) -> Vec<String> {
        let settings = [
            format!("listen={listen}"),
            format!("remote.url=http://{}", self.main),
            format!("remote.urls.work=http://{}", self.queue),
            format!(
                "remote.key_file={}",
                self.folder.join("main/service.key").display()
            ),
            "pipeline.sweep_ms=1000".to_owned(),
            "worker.lease_ms=2000".to_owned(),
        ];
        let settings = settings
            .into_iter()
            .flat_map(|setting| ["--set".to_owned(), setting]);
        ["--only".to_owned(), part.to_owned()]
            .into_iter()
            .chain(settings)
            .collect()
    }

    fn start(&self, name: &str, part: &str, listen: &str) -> Server {
        let flags = self.flags(part, listen);
        Server::start_with(
            &self.folder.join(name),
            &flags.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    }

    fn main(&self) -> Server {
        self.start(
            "main",
            "contexts,ingestor,orthos,remediations,platform",
            &self.main,
        )
    }

    fn queue(&self) -> Server {
        self.start("queue", "work", &self.queue)
    }

    fn worker(&self) -> Server {
        self.start("worker", "worker", "127.0.0.1:0")
    }
}

#[test]
fn three_processes_each_of_them_killed_find_what_one_process_finds() {
    let alone = Workshop::new();
    let file = alone.text("long.txt", long_text());
    let wanted = alone.run(&["run", &file, "--complete", "--json"]).done();

    let workshop = Workshop::new();
    let plan = Plan {
        main: free_address(),
        queue: free_address(),
        folder: workshop.path(""),
    };
    let main = plan.main();
    let queue = plan.queue();
    let worker = plan.worker();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let api = main.api();
    let ingest = runtime.block_on(async {
        api.create_context("long").await.unwrap();
        api.upload_text("long", "long", long_text()).await.unwrap().body
    });
    let read = || {
        runtime
            .block_on(async { api.read_ingest("long", ingest.id).await })
            .unwrap()
    };
    until("the first orthos", || (read().orthos > 2_000).then_some(()));
    worker.kill();
    queue.kill();
    assert_eq!(read().state, IngestState::Searching, "killed in the middle");
    let _queue = plan.queue();
    let _worker = plan.worker();
    main.kill();
    let _main = plan.main();
    until("everything to be found", || {
        (read().state == IngestState::Settled).then_some(())
    });
    let digest = runtime.block_on(async { api.read_digest("long").await }).unwrap();
    assert_eq!(serde_json::json!(digest.digest), wanted["digest"]);
}

#[test]
fn what_a_process_without_the_platform_does_is_recorded_in_the_one_log() {
    let workshop = Workshop::new();
    let plan = Plan {
        main: free_address(),
        queue: free_address(),
        folder: workshop.path(""),
    };
    let (main, queue) = (plan.main(), plan.queue());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let entry = runtime.block_on(async {
        let http = reqwest::Client::new();
        let key = main.admin_key();
        let pause = http.post(format!("{}/api/work/v1/queues/pipeline/pause", queue.url));
        let paused = pause.header("X-Api-Key", &key).send().await.unwrap();
        assert!(paused.status().is_success(), "{}", paused.status());
        let log = format!("{}/api/platform/v1/audit-entries?operation=pause_queue", main.url);
        let log = http.get(log).header("X-Api-Key", &key).send().await.unwrap();
        let log: serde_json::Value = log.json().await.unwrap();
        log["items"][0].clone()
    });
    assert_eq!(entry["subject"], "admin", "{entry}");
    assert_eq!(entry["outcome"], "done");
    assert_eq!(entry["resource"], "/api/work/v1/queues/pipeline/pause");
}
