//! The ledger between ingest and queue.

use std::time::Duration;

use crochet_domain::Bounds;
use crochet_domain::ports::Clock;

use super::worker::{World, text};
use crate::testing::Fixture;

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
    assert!(world.ledger.stale(now, 9).await.unwrap().is_empty());
    fixture.clock.advance(Duration::from_secs(60));
    let late = world.ledger.stale(fixture.clock.now(), 9).await.unwrap();
    assert_eq!((late.len(), late[0].id, late[0].pushes), (1, items[0].id, 1));
    world.settle(super::worker::SMALL).await;
    fixture.clock.advance(Duration::from_secs(60));
    assert!(
        world
            .ledger
            .stale(fixture.clock.now(), 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(world.ledger.forget(now, 9).await.unwrap(), 0);
    assert_eq!(world.ledger.forget(fixture.clock.now(), 9).await.unwrap(), 1);
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
