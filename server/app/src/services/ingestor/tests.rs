//! The ingestor service through its traits, on a temporary database.

use bytes::Bytes;
use crochet_api::common::ContextId;
use crochet_api::ingestor::{
    IngestState, IngestsOperations, ProgressOperations, SearchMode, UploadTextParams, WatchIngestParams,
    WatchIngestResponse,
};
use crochet_openapi::ByteStream;
use futures_util::{TryStreamExt, stream};

use crate::services::testing::World;

const SQUARE: &str = "a b. c d. a c. b d.";

fn upload(title: &str, search: SearchMode) -> UploadTextParams {
    UploadTextParams {
        title: title.try_into().unwrap(),
        search,
    }
}

async fn progress(world: &World, context: &ContextId) -> (i64, i64, i64, bool) {
    let now = world
        .ingestor
        .read_progress(&world.caller, context.clone())
        .await
        .unwrap();
    (
        now.version.get(),
        now.settled_version.get(),
        now.work_left,
        now.truncated,
    )
}

#[tokio::test]
async fn a_text_is_searched_until_its_context_is_settled() {
    let world = World::new().await;
    let id = world.context("square").await;
    let added = world.ingest(&id, SQUARE).await;
    assert_eq!(
        (added.state, added.words, added.new_words),
        (IngestState::Searching, 8, 4)
    );
    assert_eq!(progress(&world, &id).await, (1, 0, 1, false));
    world.settle().await;
    let settled = world
        .ingestor
        .read_ingest(&world.caller, id.clone(), added.id)
        .await
        .unwrap();
    assert_eq!(
        (settled.state, settled.orthos, settled.work_left),
        (IngestState::Settled, 1, 0)
    );
    assert!(settled.ended_at.is_some());
    assert_eq!(progress(&world, &id).await, (1, 1, 0, false));
}

#[tokio::test]
async fn the_same_text_twice_adds_nothing_and_sends_nothing() {
    let world = World::new().await;
    let id = world.context("square").await;
    let first = world.add(&id, SQUARE).await;
    let second = world.ingest(&id, SQUARE).await;
    assert!(second.duplicate && !first.duplicate);
    assert_eq!((first.id, first.version), (second.id, second.version));
    assert_eq!(progress(&world, &id).await, (1, 1, 0, false));
}

#[tokio::test]
async fn an_upload_in_pieces_is_the_text_as_a_whole() {
    let world = World::new().await;
    let id = world.context("square").await;
    let pieces = SQUARE
        .as_bytes()
        .chunks(3)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)));
    let body = ByteStream::new(stream::iter(pieces.collect::<Vec<_>>()));
    let params = upload("Pieces", SearchMode::All);
    let added = world
        .ingestor
        .upload_text(&world.caller, id.clone(), params, body)
        .await
        .unwrap();
    assert_eq!(
        added.location,
        format!("/api/ingestor/v1/contexts/square/ingests/{}", added.body.id)
    );
    assert!(world.ingest(&id, SQUARE).await.duplicate);
}

#[tokio::test]
async fn a_text_that_is_refused_leaves_nothing_behind() {
    let world = World::new().await;
    let id = world.context("square").await;
    for (text, kind) in [
        (&b"a b\xff"[..], "/problems/text-not-utf8"),
        (&b"a b\0"[..], "/problems/text-nul"),
        (&b"..."[..], "/problems/text-empty"),
        (&[b'a'; 10_000][..], "/problems/text-endless-word"),
    ] {
        let body = ByteStream::from(text.to_vec());
        let refused =
            world
                .ingestor
                .upload_text(&world.caller, id.clone(), upload("Bad", SearchMode::All), body);
        let refused = refused.await.unwrap_err();
        assert_eq!((refused.status, &*refused.type_uri), (422, kind));
    }
    assert_eq!(progress(&world, &id).await, (0, 0, 0, false));
}

#[tokio::test]
async fn a_cancelled_ingest_ends_truncated_and_can_be_cancelled_again() {
    let world = World::new().await;
    let id = world.context("square").await;
    let added = world.ingest(&id, SQUARE).await;
    for _ in 0..2 {
        let ended = world
            .ingestor
            .cancel_ingest(&world.caller, id.clone(), added.id)
            .await
            .unwrap();
        assert_eq!(
            (ended.state, ended.work_left, ended.truncated),
            (IngestState::Cancelled, 0, true)
        );
    }
    let (_, _, work_left, truncated) = progress(&world, &id).await;
    assert!(work_left == 0 && truncated);
}

#[tokio::test]
async fn a_text_that_is_not_to_be_searched_only_joins_the_context() {
    let world = World::new().await;
    let id = world.context("square").await;
    let body = ByteStream::from(SQUARE);
    let params = upload("Big", SearchMode::Skip);
    let added = world
        .ingestor
        .upload_text(&world.caller, id.clone(), params, body)
        .await
        .unwrap()
        .body;
    assert_eq!(
        (added.state, added.work_left, added.truncated),
        (IngestState::Cancelled, 0, true)
    );
    assert_eq!(added.sentences, 4);
}

#[tokio::test]
async fn an_ingest_is_watched_to_its_end_and_resumes_behind_what_was_seen() {
    let world = World::new().await;
    let id = world.context("square").await;
    let added = world.ingest(&id, SQUARE).await;
    let watch = |last_event_id| {
        let params = WatchIngestParams { last_event_id };
        world
            .ingestor
            .watch_ingest(&world.caller, id.clone(), added.id, params)
    };
    let events = async |last_event_id| match watch(last_event_id).await.unwrap() {
        WatchIngestResponse::Ok { body } => Some(body),
        WatchIngestResponse::NoContent => None,
    };
    let mut seen = events(None).await.unwrap();
    let first = seen.try_next().await.unwrap().unwrap();
    assert_eq!(first.data.state, IngestState::Searching);
    world.settle().await;
    let rest: Vec<_> = seen.try_collect().await.unwrap();
    assert_eq!(rest.last().unwrap().data.state, IngestState::Settled);

    let resumed: Vec<_> = events(first.id).await.unwrap().try_collect().await.unwrap();
    assert_eq!(resumed.last().unwrap().data.state, IngestState::Settled);
    assert!(events(rest.last().unwrap().id.clone()).await.is_none());
}

#[tokio::test]
async fn an_ingest_of_another_context_is_not_found() {
    let world = World::new().await;
    let (one, other) = (world.context("one").await, world.context("other").await);
    let added = world.ingest(&one, SQUARE).await;
    let lost = world
        .ingestor
        .read_ingest(&world.caller, other, added.id)
        .await
        .unwrap_err();
    assert_eq!(lost.status, 404);
}

#[tokio::test]
async fn two_texts_at_once_both_count() {
    let world = World::new().await;
    let id = world.context("square").await;
    let (one, other) = tokio::join!(world.ingest(&id, "a b. c d."), world.ingest(&id, "a c. b d."));
    let mut versions = [one.version.get(), other.version.get()];
    versions.sort_unstable();
    assert_eq!(versions, [1, 2]);
    world.settle().await;
    let now = world
        .ingestor
        .read_ingest(&world.caller, id.clone(), one.id)
        .await
        .unwrap();
    let then = world
        .ingestor
        .read_ingest(&world.caller, id, other.id)
        .await
        .unwrap();
    assert_eq!(now.orthos + then.orthos, 1);
}

#[tokio::test]
async fn combining_characters_and_other_scripts_are_words_like_any_other() {
    let world = World::new().await;
    let id = world.context("scripts").await;
    world
        .add(
            &id,
            "cafe\u{301} \u{5e9}\u{5dc}\u{5d5}\u{5dd}. caf\u{e9} \u{6c34}.",
        )
        .await;
    let params = crochet_api::contexts::ListWordsParams::default();
    let words =
        crochet_api::contexts::VocabularyOperations::list_words(&*world.contexts, &world.caller, id, params);
    let words: Vec<String> = words
        .await
        .unwrap()
        .items
        .iter()
        .map(|entry| entry.word.to_string())
        .collect();
    assert_eq!(words, ["caf\u{e9}", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "\u{6c34}"]);
}
