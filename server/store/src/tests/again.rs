//! Texts that come again after their search was left out or cancelled.

use crochet_domain::Bounds;
use crochet_domain::phrases::ContextView;
use crochet_domain::ports::{ContextDigest, Ingested, NewText, WaveState};

use super::worker::{SMALL, World, text};
use crate::testing::Fixture;

const GROWING: [&str; 3] = [
    "a b c. d e f. a d g",
    "g h i. b e h. c f i. a x",
    "b y. x y. d z. e w. z w",
];

async fn world(fixture: &Fixture) -> World {
    World::new(&fixture.store, Bounds::default()).await
}

/// All that a context has of these texts when each was searched at once.
async fn in_order(texts: &[&str]) -> ContextDigest {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    for sentences in texts {
        world.add(text(sentences)).await;
        world.settle(SMALL).await;
    }
    fixture.store.inspection().digest(world.context).await.unwrap()
}

#[tokio::test]
async fn a_text_that_was_not_searched_is_searched_when_it_comes_again() {
    for unsearched in GROWING {
        let fixture = Fixture::new().await;
        let world = world(&fixture).await;
        for sentences in GROWING {
            let new = NewText {
                search: sentences != unsearched,
                ..world.text(text(sentences))
            };
            world.ingest.ingest(new).await.unwrap();
            world.settle(SMALL).await;
        }
        let again = world.add(text(unsearched)).await;
        assert!(matches!(&again, Ingested::Unchanged(wave) if wave.state == WaveState::Running));
        world.settle(SMALL).await;
        let context = world.contexts.get(world.context).await.unwrap();
        assert_eq!((i64::from(context.settled), context.truncated), (3, false));
        let inspection = fixture.store.inspection();
        assert_eq!(inspection.faults(world.context, 10).await.unwrap(), []);
        let found = inspection.digest(world.context).await.unwrap();
        assert_eq!(found, in_order(&GROWING).await, "without {unsearched}");
    }
}

#[tokio::test]
async fn a_text_whose_search_was_cancelled_anywhere_is_searched_to_the_end_when_it_comes_again() {
    for steps in 0..12 {
        let fixture = Fixture::new().await;
        let world = world(&fixture).await;
        world.add(text(GROWING[0])).await;
        world.settle(SMALL).await;
        let wave = world.wave(text(GROWING[1])).await;
        let mut view = ContextView::new(world.bounds);
        for _ in 0..steps {
            if let Some(item) = world.open_items().await.pop() {
                world.work(&item, &mut view, SMALL).await;
            }
        }
        world.ingest.cancel(wave.id).await.unwrap();
        world.add(text(GROWING[2])).await;
        world.settle(SMALL).await;
        world.add(text(GROWING[1])).await;
        world.settle(SMALL).await;
        let inspection = fixture.store.inspection();
        assert_eq!(inspection.faults(world.context, 10).await.unwrap(), []);
        let found = inspection.digest(world.context).await.unwrap();
        assert_eq!(found, in_order(&GROWING).await, "cancelled after {steps} steps");
    }
}

#[tokio::test]
async fn a_cancelled_text_that_comes_again_without_a_search_stays_as_it_is() {
    let fixture = Fixture::new().await;
    let world = world(&fixture).await;
    let unsearched = NewText {
        search: false,
        ..world.text(text("a b. c d. a c. b d"))
    };
    world.ingest.ingest(unsearched.clone()).await.unwrap();
    let again = world.ingest.ingest(unsearched).await.unwrap();
    assert!(matches!(again, Ingested::Unchanged(wave) if wave.state == WaveState::Cancelled));
}
