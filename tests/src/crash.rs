//! A server that is killed at any moment: nothing lost, nothing twice, the work goes on.

use crochet_client::types::ingestor::IngestState;

use crate::server::Server;
use crate::wait::until;
use crate::workshop::{Workshop, long_text};

/// So many orthos are found between two kills.
const ORTHOS_A_LIFE: i64 = 2_500;

#[test]
fn a_server_killed_again_and_again_finds_the_same_in_the_end() {
    let undisturbed = Workshop::new();
    let file = undisturbed.text("long.txt", long_text());
    let wanted = undisturbed.run(&["run", &file, "--complete", "--json"]).done();

    let workshop = Workshop::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut server = Server::start(&workshop.data());
    let ingest = runtime.block_on(async {
        let api = server.api();
        api.create_context("long").await.unwrap();
        api.upload_text("long", "long", long_text()).await.unwrap().body
    });
    let mut kills = 0;
    let mut kill_at = ORTHOS_A_LIFE;
    loop {
        let api = server.api();
        let reached = until("more orthos", || {
            let now = runtime.block_on(async { api.read_ingest("long", ingest.id).await }).unwrap();
            (now.state != IngestState::Searching || now.orthos >= kill_at).then_some(now)
        });
        if reached.state != IngestState::Searching {
            break;
        }
        kill_at = reached.orthos + ORTHOS_A_LIFE;
        kills += 1;
        server.kill();
        server = Server::start_with(&workshop.data(), &["--set", "pipeline.sweep_ms=1000"]);
    }
    assert!(kills >= 3, "only {kills} kills: the text is too short to prove anything");
    assert!(server.stop().success());
    assert_eq!(workshop.digest("long"), wanted["digest"]);
    workshop.is_sound();
}
