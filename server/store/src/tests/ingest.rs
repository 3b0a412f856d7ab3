//! One text, one transaction.

use std::time::Duration;

use crochet_domain::ports::{IngestError, Ingested, NewText, PageRequest, WaveState};
use crochet_domain::{Bounds, Version};

use super::worker::{SMALL, World, text};
use crate::ingest::that_run;
use crate::testing::Fixture;

async fn world(fixture: &Fixture) -> World {
    World::new(&fixture.store, Bounds::default()).await
}

#[tokio::test]
async fn the_same_text_again_adds_nothing_and_sends_nothing() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let first = world.wave(text("a b. c d")).await;
    let depth = world.ledger.depth().await.unwrap();
    match world.add(text("a b. c d")).await {
        Ingested::Unchanged(wave) => assert_eq!(wave, first),
        Ingested::Added(wave) => panic!("{wave:?}"),
    }
    assert_eq!(world.ledger.depth().await.unwrap(), depth);
    assert_eq!(
        world.contexts.get(world.context).await.unwrap().version,
        Version(1)
    );
}

#[tokio::test]
async fn the_first_text_seeds_and_the_next_ones_wake_too() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    assert_eq!(world.wave(text("a b")).await.items_open, 1);
    assert_eq!(world.wave(text("c d")).await.items_open, 2);
    let kinds: Vec<&str> = world
        .ledger
        .unpushed(9)
        .await
        .unwrap()
        .iter()
        .map(|item| item.kind.as_str())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "seed").count(), 2);
    assert_eq!(kinds.iter().filter(|kind| **kind == "wake").count(), 1);
}

#[tokio::test]
async fn words_are_numbered_in_order_of_first_appearance() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    world.add(text("b a b. c")).await;
    world.add(text("d a. e")).await;
    let words = world
        .contexts
        .words(world.context, "", PageRequest::first(9))
        .await
        .unwrap()
        .items;
    let numbered: Vec<(&str, u32, u32)> = words
        .iter()
        .map(|word| (word.word.as_str(), word.number.0, word.version.0))
        .collect();
    assert_eq!(
        numbered,
        [("a", 1, 1), ("b", 0, 1), ("c", 2, 1), ("d", 3, 2), ("e", 4, 2)]
    );
}

#[tokio::test]
async fn two_texts_at_once_both_count() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let (one, other) = tokio::join!(
        world.ingest.ingest(world.text(text("a b. c d"))),
        world.ingest.ingest(world.text(text("a c. b d")))
    );
    let versions: Vec<u32> = [one.unwrap(), other.unwrap()]
        .into_iter()
        .map(|ingested| match ingested {
            Ingested::Added(wave) => wave.to_version.0,
            Ingested::Unchanged(wave) => panic!("{wave:?}"),
        })
        .collect();
    assert!(versions == [1, 2] || versions == [2, 1], "{versions:?}");
    world.settle(SMALL).await;
    assert_eq!(world.contexts.get(world.context).await.unwrap().orthos, 1);
}

#[tokio::test]
async fn a_text_that_does_not_get_its_turn_is_told_to_come_again() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let held = fixture.store.hold_writer().await;
    tokio::time::pause();
    let refused = world.ingest.ingest(world.text(text("a b"))).await.unwrap_err();
    assert!(
        matches!(refused, IngestError::Busy { retry_after } if retry_after > Duration::ZERO),
        "{refused:?}"
    );
    tokio::time::resume();
    held.rollback().await.unwrap();
    assert_eq!(
        world.contexts.get(world.context).await.unwrap().version,
        Version(0)
    );
    world.wave(text("a b")).await;
}

#[tokio::test]
async fn a_text_without_sentences_settles_at_once() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let wave = world.wave(text("")).await;
    assert_eq!((wave.state, wave.items_total), (WaveState::Settled, 0));
    assert_eq!(
        world.ingest.settled_version(world.context).await.unwrap(),
        Version(1)
    );
}

#[tokio::test]
async fn a_text_that_is_not_searched_has_no_work_and_says_so() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let mut unsearched = world.text(text("a b. c d. a c. b d"));
    unsearched.search = false;
    let Ingested::Added(wave) = world.ingest.ingest(unsearched).await.unwrap() else {
        panic!("it is new")
    };
    assert_eq!((wave.state, wave.truncated), (WaveState::Cancelled, true));
    assert_eq!(world.ledger.depth().await.unwrap().outstanding, 0);
    assert!(world.contexts.get(world.context).await.unwrap().truncated);
}

#[tokio::test]
async fn a_cancelled_wave_drops_its_work_and_takes_no_more_reports() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let wave = world.wave(text("a b. c d. a c. b d")).await;
    let item = world.open_items().await.remove(0);
    let cancelled = world.ingest.cancel(wave.id).await.unwrap();
    assert_eq!(
        (cancelled.state, cancelled.truncated, cancelled.items_open),
        (WaveState::Cancelled, true, 0)
    );
    let mut view = crochet_domain::phrases::ContextView::new(world.bounds);
    world.work(&item, &mut view, SMALL).await;
    assert_eq!(world.contexts.get(world.context).await.unwrap().orthos, 0);
    assert_eq!(
        world.ingest.settled_version(world.context).await.unwrap(),
        Version(1)
    );
    assert_eq!(world.ingest.cancel(wave.id).await.unwrap(), cancelled);
}

#[tokio::test]
async fn the_settled_version_waits_for_older_waves() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    world.add(text("a b")).await;
    let mut later = None;
    for item in world.open_items().await {
        later = Some(item);
    }
    world.add(text("c d")).await;
    let mut view = crochet_domain::phrases::ContextView::new(world.bounds);
    let first = later.unwrap();
    for item in world.open_items().await {
        if item.id != first.id {
            world.work(&item, &mut view, SMALL).await;
        }
    }
    assert_eq!(
        world.ingest.settled_version(world.context).await.unwrap(),
        Version(0)
    );
    world.work(&first, &mut view, SMALL).await;
    assert_eq!(
        world.ingest.settled_version(world.context).await.unwrap(),
        Version(2)
    );
}

#[tokio::test]
async fn a_watcher_hears_of_progress_and_gives_up_after_its_time() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let wave = world.wave(text("a b. c d. a c. b d")).await;
    let hour = Duration::from_secs(3_600);
    let (seen, ()) = tokio::join!(
        world.ingest.wave_after(&wave, Duration::ZERO, hour),
        world.settle(SMALL)
    );
    assert_ne!(seen.unwrap(), wave);
    let settled = world.ingest.wave(wave.id).await.unwrap();
    let same = fixture
        .clock
        .run(
            world
                .ingest
                .wave_after(&settled, Duration::ZERO, Duration::from_secs(5)),
        )
        .await
        .unwrap();
    assert_eq!(same, settled);
}

#[tokio::test]
async fn a_text_for_a_context_that_is_gone_is_refused() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let wave = world.wave(text("a b")).await;
    world.contexts.begin_delete(world.context).await.unwrap();
    let refused = world.ingest.ingest(world.text(text("c d"))).await.unwrap_err();
    assert!(matches!(refused, IngestError::ContextNotFound));
    assert!(matches!(
        world.ingest.wave(wave.id).await,
        Err(IngestError::WaveNotFound)
    ));
}

#[tokio::test]
async fn ingests_are_listed_newest_first_and_page() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    for sentence in ["a b", "c d", "e f"] {
        world.add(text(sentence)).await;
    }
    let first = world
        .ingest
        .waves(world.context, PageRequest::first(2))
        .await
        .unwrap();
    let after = PageRequest {
        limit: 2,
        after: first.next.clone(),
    };
    let rest = world.ingest.waves(world.context, after).await.unwrap();
    let versions: Vec<u32> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|wave| wave.to_version.0)
        .collect();
    assert_eq!((versions, rest.next), (vec![3, 2, 1], None));
    let foreign = PageRequest {
        limit: 2,
        after: first.next,
    };
    assert!(world.contexts.words(world.context, "", foreign).await.is_err());
}

#[tokio::test]
async fn what_runs_is_found_however_much_has_ended_since() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let first = world.wave(text("a b")).await;
    for round in 0..5 {
        let skipped = NewText {
            search: false,
            ..world.text(text(&format!("c{round} d")))
        };
        world.ingest.ingest(skipped).await.unwrap();
    }
    let last = world.wave(text("e f")).await;
    let running = world.ingest.running(world.context, 9).await.unwrap();
    assert_eq!(running.waves, [first.clone(), last.clone()]);
    let one = world.ingest.running(world.context, 1).await.unwrap();
    assert_eq!(one.waves, std::slice::from_ref(&first));
    assert_eq!(one.items_open, first.items_open + last.items_open);
    let plan = fixture.plan_of(that_run(world.context)).await;
    let indexed = |step: &String| step.contains("ix_waves_context_id_from_version");
    assert!(plan.iter().any(indexed), "{plan:?}");
    world.settle(SMALL).await;
    let none = world.ingest.running(world.context, 9).await.unwrap();
    assert_eq!((none.waves.len(), none.items_open), (0, 0));
}
