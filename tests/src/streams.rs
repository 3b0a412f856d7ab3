//! Streams of events over HTTP: they take back the ids that they gave.

use crochet_client::types::ingestor::WatchIngestResponse;
use futures_util::TryStreamExt as _;
use tokio::runtime::Runtime;

use crate::server::Server;
use crate::workshop::{Workshop, sample};

#[test]
fn a_stream_goes_on_behind_the_event_that_it_is_told() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let file = sample(1);
    let ran = workshop.run(&["run", file.to_str().unwrap(), "--context", "river"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let api = server.api();
    Runtime::new().unwrap().block_on(async {
        let ingest = api.list_ingests("river").await.unwrap().items.remove(0);
        let watch = || api.watch_ingest(&ingest.context_id, ingest.id);
        let WatchIngestResponse::Ok { body } = watch().await.unwrap() else {
            panic!("nothing was told");
        };
        let told: Vec<_> = body.try_collect().await.unwrap();
        let last = told.last().unwrap().id.as_deref().unwrap();
        let behind = watch().last_event_id(last).await.unwrap();
        assert!(matches!(behind, WatchIngestResponse::NoContent), "{behind:?}");
    });
}
