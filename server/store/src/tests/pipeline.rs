//! Whatever happens on the way, the same texts end in the same orthos and remediations.

use crochet_domain::Bounds;
use crochet_domain::phrases::ContextView;
use crochet_domain::pipeline::Budget;
use crochet_domain::ports::{ContextDigest, ItemReport, LedgerItem, WaveState};
use proptest::prelude::*;

use super::worker::{SMALL, Text, World, report_of, text};
use crate::testing::Fixture;

const BOUNDS: Bounds = Bounds {
    max_dims: 3,
    max_extent: 4,
    max_cells: 16,
};

async fn digest(fixture: &Fixture, world: &World) -> ContextDigest {
    let inspection = fixture.store.inspection();
    assert_eq!(inspection.faults(world.context, 10).await.unwrap(), []);
    inspection.digest(world.context).await.unwrap()
}

/// One worker, one text after the other, each settled before the next.
async fn calm(texts: &[Text]) -> ContextDigest {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, BOUNDS).await;
    for text in texts {
        world.add(text.clone()).await;
        world.settle(Budget::default()).await;
    }
    digest(&fixture, &world).await
}

/// Three workers that are behind, die and repeat each other while texts come at any moment, as the script says.
async fn wild(texts: &[Text], script: &[u8]) -> ContextDigest {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, BOUNDS).await;
    let mut texts = texts.iter();
    let mut views: Vec<ContextView> = (0..3).map(|_| ContextView::new(BOUNDS)).collect();
    let mut seen: Vec<LedgerItem> = Vec::new();
    for &chance in script {
        if chance % 4 == 0
            && let Some(text) = texts.next()
        {
            world.add(text.clone()).await;
        }
        seen.extend(world.open_items().await);
        if seen.is_empty() {
            continue;
        }
        // A row that was seen may be done by now: then this is a redelivery.
        let item = seen[usize::from(chance) % seen.len()].clone();
        // Now and then several are taken in one step.
        let further = seen.iter().filter(|_| chance % 3 == 0).take(4);
        let mut items = vec![item.clone()];
        items.extend(further.filter(|further| further.id != item.id).cloned());
        let view = &mut views[usize::from(chance) % 3];
        match chance % 5 {
            0 => drop(world.search(&items, view, SMALL).await),
            1 => {
                let found = world.search(&items, view, SMALL).await;
                let taken: Vec<_> = items.iter().take(found.taken).map(|item| item.id).collect();
                let sent = ItemReport {
                    more: chance % 2 == 0,
                    ..report_of(&taken, found.report)
                };
                world.orthos.report_expansion(world.context, sent).await.unwrap();
            }
            _ => world.work(&item, view, SMALL).await,
        }
    }
    for text in texts {
        world.add(text.clone()).await;
    }
    world.settle(SMALL).await;
    digest(&fixture, &world).await
}

fn texts() -> impl Strategy<Value = Vec<Text>> {
    let word = (0_u8..5).prop_map(|letter| char::from(b'a' + letter).to_string());
    let sentence = prop::collection::vec(word, 2..6);
    prop::collection::vec(prop::collection::vec(sentence, 1..8), 1..5)
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_work_ends_in_the_same_digest(
        texts in texts(),
        script in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        prop_assert_eq!(run(calm(&texts)), run(wild(&texts, &script)));
    }

    #[test]
    fn texts_in_one_piece_and_in_many_end_in_the_same_digest(texts in texts()) {
        prop_assert_eq!(run(calm(&[texts.concat()])), run(calm(&texts)));
    }
}

#[tokio::test]
async fn a_square_is_found_and_its_wave_settles() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let wave = world.wave(text("a b. c d. a c. b d")).await;
    assert_eq!(
        (wave.state, wave.items_open, wave.words_added, wave.phrases_added),
        (WaveState::Running, 1, 4, 4)
    );
    world.settle(Budget::default()).await;
    let wave = world.ingest.wave(wave.id).await.unwrap();
    assert_eq!(
        (wave.state, wave.items_open, wave.orthos_added),
        (WaveState::Settled, 0, 1)
    );
    let counts = world.orthos.counts(world.context).await.unwrap();
    assert_eq!(
        (
            counts[0].shape.to_string().as_str(),
            counts[0].orthos,
            counts[0].added
        ),
        ("2x2", 1, 1)
    );
}

#[tokio::test]
async fn a_grid_that_waits_is_woken_by_its_phrase() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.wave(text("a b e. c d. a c. b d")).await;
    world.settle(Budget::default()).await;
    assert!(
        world
            .remediations
            .stats(world.context)
            .await
            .unwrap()
            .remediations
            > 0
    );
    let before = world.orthos.counts(world.context).await.unwrap();
    assert_eq!(before.len(), 1);
    world.wave(text("c d f. e f")).await;
    world.settle(Budget::default()).await;
    let counts = world.orthos.counts(world.context).await.unwrap();
    let named: Vec<(String, u64, u64)> = counts
        .into_iter()
        .map(|count| (count.shape.to_string(), count.orthos, count.added))
        .collect();
    assert!(named.contains(&("2x3".to_owned(), 1, 1)), "{named:?}");
}

#[tokio::test]
async fn what_was_found_is_there_after_a_restart() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, BOUNDS).await;
    world
        .add(text("a b c. a d e. b e f. c f. d e. d g. e f. b e"))
        .await;
    let item = world.open_items().await.remove(0);
    world.work(&item, &mut ContextView::new(BOUNDS), SMALL).await;
    let (context, before) = (world.context, digest(&fixture, &world).await);
    let fixture = fixture.reopened().await;
    let world = World::of(&fixture.store, context, BOUNDS);
    assert_eq!(digest(&fixture, &world).await, before);
    world.settle(SMALL).await;
    assert_eq!(
        digest(&fixture, &world).await,
        calm(&[text("a b c. a d e. b e f. c f. d e. d g. e f. b e")]).await
    );
}
