//! The ledger between ingest and queue.

use std::time::Duration;

use crochet_domain::Bounds;
use crochet_domain::phrases::ContextView;
use crochet_domain::ports::{Clock, Failure, HandedItem, Ingested, LedgerItem, WaveState};

use super::worker::{World, text};
use crate::ledger::handed;
use crate::testing::{DEAR, Fixture};

#[tokio::test]
async fn a_row_is_handed_on_once_and_swept_when_it_is_late() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b")).await;
    let items = world.ledger.unpushed(9).await.unwrap();
    assert_eq!((items.len(), items[0].pushes), (1, 0));
    world.ledger.mark_pushed(&[items[0].id]).await.unwrap();
    assert!(world.ledger.unpushed(9).await.unwrap().is_empty());
    let now = fixture.clock.now();
    assert!(world.ledger.handed(now, None, 9).await.unwrap().is_empty());
    fixture.clock.advance(Duration::from_secs(60));
    let late = world.ledger.handed(fixture.clock.now(), None, 9).await.unwrap();
    assert_eq!((late.len(), late[0].id, late[0].pushes), (1, items[0].id, 1));
    let open = world.ledger.open(&[late[0].id]).await.unwrap();
    assert_eq!(open[0].payload, items[0].payload);
    world.settle(super::worker::SMALL).await;
    fixture.clock.advance(Duration::from_secs(60));
    assert!(
        world
            .ledger
            .handed(fixture.clock.now(), None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(world.ledger.open(&[items[0].id]).await.unwrap().is_empty());
    assert_eq!(world.ledger.forget(now, 9).await.unwrap(), 0);
    assert_eq!(world.ledger.forget(fixture.clock.now(), 9).await.unwrap(), 1);
}

#[tokio::test]
async fn handed_rows_are_read_on_from_a_place_each_once() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    for round in 0..4 {
        world.add(text(&format!("a b{round}"))).await;
        // Two hand-overs in one moment, and one in another.
        let ids: Vec<_> = world.ledger.unpushed(9).await.unwrap();
        let ids: Vec<_> = ids.iter().map(|item| item.id).collect();
        world.ledger.mark_pushed(&ids).await.unwrap();
        fixture.clock.advance(Duration::from_secs(round % 2));
    }
    fixture.clock.advance(Duration::from_secs(60));
    let now = fixture.clock.now();
    let all = world.ledger.handed(now, None, 100).await.unwrap();
    assert!(all.len() > 6, "{}", all.len());
    let mut seen = Vec::new();
    loop {
        let after = seen.last().map(HandedItem::place);
        let page = world.ledger.handed(now, after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(seen, all);
    let plan = fixture
        .plan_of(handed(now, all.last().map(HandedItem::place), 9))
        .await;
    let is_dear = |step: &String| DEAR.iter().any(|dear| step.contains(dear));
    assert!(!plan.iter().any(is_dear), "{plan:?}");
}

#[tokio::test]
async fn a_text_of_which_all_that_is_left_is_given_up_holds_no_later_one_up() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let first = world.wave(text("a b. c d")).await.id;
    let items = world.open_items().await;
    let second = world.wave(text("a c. b d")).await.id;
    let mut view = ContextView::new(world.bounds);
    for item in world.open_items().await {
        if item.wave == second {
            world.work(&item, &mut view, super::worker::SMALL).await;
        }
    }
    let state = async |wave| world.ingest.wave(wave).await.unwrap().state;
    assert_eq!(state(second).await, WaveState::Running);
    let failure = |item: &LedgerItem| Failure {
        item: item.id,
        reason: "it failed".to_owned(),
    };
    let failures: Vec<Failure> = items.iter().map(failure).collect();
    world.ledger.mark_failed(&failures).await.unwrap();
    assert_eq!(state(second).await, WaveState::Settled);
    assert_eq!(state(first).await, WaveState::Running);
}

#[tokio::test]
async fn a_wave_says_what_of_it_is_given_up_until_it_is_tried_again_or_done() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let first = world.wave(text("a b. c d. a c")).await;
    let wave = world.wave(text("b d")).await;
    let items = world.open_items().await;
    let mine: Vec<_> = items.iter().filter(|item| item.wave == wave.id).collect();
    assert_eq!(mine.len(), 2);
    let stuck = async || world.ingest.wave(wave.id).await.unwrap().stuck;
    assert_eq!(stuck().await, None);
    for (item, reason) in mine.iter().zip(["too hot", "too cold"]) {
        let failure = Failure {
            item: item.id,
            reason: reason.to_owned(),
        };
        world.ledger.mark_failed(&[failure]).await.unwrap();
        fixture.clock.advance(Duration::from_secs(1));
    }
    let both = stuck().await.unwrap();
    assert_eq!((both.items, both.reason.as_str()), (2, "too cold"));
    assert_eq!(world.ingest.wave(first.id).await.unwrap().stuck, None);
    world.ledger.mark_retried(&[mine[1].id]).await.unwrap();
    let one = stuck().await.unwrap();
    assert_eq!((one.items, one.reason.as_str()), (1, "too hot"));
    world.settle(super::worker::SMALL).await;
    let settled = world.ingest.wave(wave.id).await.unwrap();
    assert_eq!((settled.state, settled.stuck), (WaveState::Settled, None));
}

#[tokio::test]
async fn whoever_follows_a_wave_hears_that_something_is_given_up() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let wave = world.wave(text("a b")).await;
    let items = world.open_items().await;
    let failures = [Failure {
        item: items[0].id,
        reason: "too hot".to_owned(),
    }];
    let hour = Duration::from_secs(3_600);
    let mut follow = world.ingest.wave_after(&wave, Duration::ZERO, hour);
    // It has looked, and sleeps.
    let early = tokio::time::timeout(Duration::from_millis(200), &mut follow).await;
    assert!(early.is_err(), "there is nothing to tell yet");
    world.ledger.mark_failed(&failures).await.unwrap();
    let seen = tokio::time::timeout(Duration::from_secs(20), follow).await;
    let seen = seen.expect("it is woken").unwrap();
    assert_eq!(seen.stuck.unwrap().items, 1);
}

#[tokio::test]
async fn the_same_text_again_hands_over_what_was_given_up() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let wave = world.wave(text("a b")).await;
    let items = world.open_items().await;
    let failure = Failure {
        item: items[0].id,
        reason: "too hot".to_owned(),
    };
    world.ledger.mark_failed(&[failure]).await.unwrap();
    let Ingested::Unchanged(again) = world.add(text("a b")).await else {
        panic!("it was there");
    };
    assert_eq!((again.id, again.stuck), (wave.id, None));
    let handed = world.ledger.unpushed(9).await.unwrap();
    assert_eq!(
        (handed.len(), handed[0].id, handed[0].pushes),
        (1, items[0].id, 1)
    );
}

#[tokio::test]
async fn a_relay_hears_of_rows_that_were_written_while_it_was_busy() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b")).await;
    let hour = Duration::from_secs(3_600);
    tokio::time::timeout(Duration::from_secs(20), world.ledger.written(hour))
        .await
        .expect("it was heard");
    fixture
        .clock
        .run(world.ledger.written(Duration::from_secs(9)))
        .await;
}
