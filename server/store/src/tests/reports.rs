//! Reports: the only writer of orthos and remediations.

use std::time::Duration;

use crochet_domain::phrases::ContextView;
use crochet_domain::pipeline::{Budget, Report};
use crochet_domain::ports::{
    ContextsError, ItemId, ItemKind, ItemReport, OrthosError, PageRequest, WaveState,
};
use crochet_domain::{Bounds, OrthoId, Version};

use super::worker::{SMALL, World, report_of, text};
use crate::testing::Fixture;

const RICH: &str = "a b c. d e f. g h i. a d g. b e h. c f i. a x. b y. x y. d z. e w. z w";

async fn found(fixture: &Fixture) -> World {
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text(RICH)).await;
    world.settle(Budget::default()).await;
    world
}

fn report(item: ItemId, report: Report) -> ItemReport {
    report_of(&[item], report)
}

#[tokio::test]
async fn the_same_report_again_changes_nothing() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text(RICH)).await;
    let item = world.open_items().await.remove(0);
    let found = world
        .search(
            std::slice::from_ref(&item),
            &mut ContextView::new(world.bounds),
            SMALL,
        )
        .await
        .report;
    let once = world
        .orthos
        .report_expansion(world.context, report(item.id, found.clone()))
        .await
        .unwrap();
    assert!(once.done && once.orthos_added > 0);
    let (record, depth) = (
        world.contexts.get(world.context).await.unwrap(),
        world.ledger.depth().await.unwrap(),
    );
    let twice = world
        .orthos
        .report_expansion(world.context, report(item.id, found))
        .await
        .unwrap();
    assert_eq!(
        (twice.done, twice.orthos_added, twice.remediations_added),
        (true, 0, 0)
    );
    assert_eq!(world.contexts.get(world.context).await.unwrap(), record);
    assert_eq!(world.ledger.depth().await.unwrap(), depth);
}

#[tokio::test]
async fn a_report_from_an_older_version_leaves_its_item_open() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let wave = world.wave(text(RICH)).await;
    let item = world.open_items().await.remove(0);
    let found = world
        .search(
            std::slice::from_ref(&item),
            &mut ContextView::new(world.bounds),
            Budget::default(),
        )
        .await
        .report;
    world.add(text("x y z")).await;
    let outcome = world
        .orthos
        .report_expansion(world.context, report(item.id, found.clone()))
        .await
        .unwrap();
    assert_eq!((outcome.done, outcome.context_version), (false, Version(2)));
    assert_eq!(
        world.ingest.wave(wave.id).await.unwrap().state,
        WaveState::Running
    );
    // Nothing of it was left to others, yet it is expanded again: the late read may never come.
    assert!(found.orthos.iter().all(|found| !found.pending));
    let open = world.open_items().await;
    assert!(open.iter().any(|item| item.kind == ItemKind::Expand), "{open:?}");
    let late = Report {
        context_version: Version(2),
        ..Report::default()
    };
    assert!(
        world
            .orthos
            .report_expansion(world.context, report(item.id, late))
            .await
            .unwrap()
            .done
    );
}

#[tokio::test]
async fn a_report_for_the_newest_version_only_is_refused_with_all_it_has() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text(RICH)).await;
    let item = world.open_items().await.remove(0);
    let mut view = ContextView::new(world.bounds);
    let items = std::slice::from_ref(&item);
    let mut found = world.search(items, &mut view, Budget::default()).await;
    world.add(text("x y z")).await;
    let sent = |report: &Report| ItemReport {
        newest_only: true,
        ..report_of(&[item.id], report.clone())
    };
    let send = async |report| {
        world
            .orthos
            .report_expansion(world.context, report)
            .await
            .unwrap()
    };
    let refused = send(sent(&found.report)).await;
    assert_eq!(
        (refused.taken, refused.done, refused.context_version),
        (false, false, Version(2))
    );
    let record = world.contexts.get(world.context).await.unwrap();
    assert_eq!((record.orthos, record.remediations), (0, 0));
    world.refresh(&mut view).await;
    found.catch_up(&view);
    let taken = send(sent(&found.report)).await;
    assert!(taken.taken && taken.done && taken.orthos_added > 0);
    // Nothing was left to be expanded again.
    let open = world.open_items().await;
    assert!(open.iter().all(|item| item.kind != ItemKind::Expand), "{open:?}");
}

#[tokio::test]
async fn one_report_on_the_items_of_several_texts_settles_them_all() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let mut waves = Vec::new();
    for sentence in ["a b. c d", "a c. b d", "d e. b f. f e"] {
        waves.push(world.wave(text(sentence)).await.id);
    }
    let mut items = world.open_items().await;
    items.sort_by_key(|item| item.kind != ItemKind::Wake);
    let mut view = ContextView::new(world.bounds);
    let found = world.search(&items, &mut view, Budget::default()).await;
    assert_eq!(found.taken, items.len());
    let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
    let sent = report_of(&ids, found.report);
    let outcome = world.orthos.report_expansion(world.context, sent).await.unwrap();
    assert!(outcome.done && outcome.settled);
    let mut orthos = Vec::new();
    for wave in waves {
        let wave = world.ingest.wave(wave).await.unwrap();
        assert_eq!((wave.state, wave.items_open), (WaveState::Settled, 0));
        orthos.push(wave.orthos_added);
    }
    assert_eq!(orthos, [0, 1, 1], "each text has what it made possible");
    let faults = fixture.store.inspection().faults(world.context, 9).await;
    assert_eq!(faults.unwrap(), []);
}

#[tokio::test]
async fn texts_settle_in_order_whichever_is_searched_first() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let waves = [text("a b. c d"), text("a c. b d"), text("x y")].map(|text| world.wave(text));
    let [first, second, third] = waves;
    let (first, second, third) = (first.await.id, second.await.id, third.await.id);
    let mut view = ContextView::new(world.bounds);
    let work_off = async |wave, view: &mut ContextView| {
        for item in world.open_items().await {
            if item.wave == wave {
                world.work(&item, view, Budget::default()).await;
            }
        }
    };
    let states = async || {
        let mut states = Vec::new();
        for wave in [first, second, third] {
            states.push(world.ingest.wave(wave).await.unwrap().state);
        }
        states
    };
    work_off(third, &mut view).await;
    work_off(second, &mut view).await;
    assert_eq!(states().await, [WaveState::Running; 3]);
    world.ingest.cancel(first).await.unwrap();
    assert_eq!(
        states().await,
        [WaveState::Cancelled, WaveState::Settled, WaveState::Settled]
    );
}

#[tokio::test]
async fn a_report_that_is_not_the_last_leaves_its_item_open() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b")).await;
    let item = world.open_items().await.remove(0);
    let empty = Report {
        context_version: Version(1),
        ..Report::default()
    };
    let part = ItemReport {
        more: true,
        ..report(item.id, empty.clone())
    };
    assert!(
        !world
            .orthos
            .report_expansion(world.context, part)
            .await
            .unwrap()
            .done
    );
    assert!(
        world
            .orthos
            .report_expansion(world.context, report(item.id, empty))
            .await
            .unwrap()
            .done
    );
}

#[tokio::test]
async fn a_remediation_without_its_ortho_is_refused_with_all_of_its_report() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text(RICH)).await;
    let item = world.open_items().await.remove(0);
    let mut found = world
        .search(
            std::slice::from_ref(&item),
            &mut ContextView::new(world.bounds),
            Budget::default(),
        )
        .await
        .report;
    assert!(!found.remediations.is_empty());
    found.remediations[0].parent = OrthoId::from_bytes([7; 16]);
    let refused = world
        .orthos
        .report_expansion(world.context, report(item.id, found))
        .await
        .unwrap_err();
    assert!(matches!(refused, OrthosError::UnknownParent { .. }), "{refused}");
    let record = world.contexts.get(world.context).await.unwrap();
    assert_eq!((record.orthos, record.remediations), (0, 0));
    assert_eq!(world.ledger.outstanding(item.wave).await.unwrap(), 1);
    world.settle(SMALL).await;
    assert_eq!(
        fixture.store.inspection().faults(world.context, 9).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_truncated_report_marks_its_wave_and_its_context() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let wave = world.wave(text("a b")).await;
    let item = world.open_items().await.remove(0);
    let cut = Report {
        context_version: Version(1),
        ..Report::default()
    };
    let cut = ItemReport {
        truncated: true,
        ..report(item.id, cut)
    };
    assert!(
        world
            .orthos
            .report_expansion(world.context, cut)
            .await
            .unwrap()
            .done
    );
    assert!(world.ingest.wave(wave.id).await.unwrap().truncated);
    assert!(world.contexts.get(world.context).await.unwrap().truncated);
}

#[tokio::test]
async fn a_report_from_the_future_or_for_a_context_that_is_gone_is_refused() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b")).await;
    let item = world.open_items().await.remove(0);
    let ahead = Report {
        context_version: Version(9),
        ..Report::default()
    };
    let refused = world
        .orthos
        .report_expansion(world.context, report(item.id, ahead.clone()))
        .await;
    assert!(matches!(
        refused,
        Err(OrthosError::VersionAhead {
            current: Version(1),
            ..
        })
    ));
    world.contexts.begin_delete(world.context).await.unwrap();
    let refused = world
        .orthos
        .report_expansion(world.context, report(item.id, ahead))
        .await;
    assert!(matches!(refused, Err(OrthosError::ContextNotFound)));
}

#[tokio::test]
async fn a_deleted_context_goes_in_batches_and_its_slug_at_once() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    world.contexts.begin_delete(world.context).await.unwrap();
    assert_eq!(
        world.contexts.deleting(Duration::ZERO).await.unwrap(),
        [world.context]
    );
    assert_eq!(world.ledger.depth().await.unwrap().outstanding, 0);
    let again = World::new(&fixture.store, Bounds::default()).await;
    assert_ne!(again.context, world.context);
    let mut batches = 0;
    while !world
        .contexts
        .delete_batch(world.context, 10)
        .await
        .unwrap()
        .finished
    {
        batches += 1;
        assert!(batches < 1_000);
    }
    assert!(batches > 2);
    assert!(world.contexts.deleting(Duration::ZERO).await.unwrap().is_empty());
    assert!(matches!(
        world.contexts.version(world.context).await,
        Err(ContextsError::NotFound)
    ));
    assert!(matches!(
        world.contexts.delete_batch(again.context, 10).await,
        Err(ContextsError::NotFound)
    ));
}

#[tokio::test]
async fn a_stale_report_of_a_done_item_opens_nothing_anew() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let first = world.wave(text(RICH)).await;
    let item = world.open_items().await.remove(0);
    let stale = world
        .search(
            std::slice::from_ref(&item),
            &mut ContextView::new(world.bounds),
            SMALL,
        )
        .await
        .report;
    assert!(!stale.next_items.is_empty(), "it was cut short");
    world.settle(Budget::default()).await;
    assert_eq!(
        world.ingest.wave(first.id).await.unwrap().state,
        WaveState::Settled
    );
    let second = world.wave(text("x y z. w q")).await;
    let outcome = world
        .orthos
        .report_expansion(world.context, report(item.id, stale))
        .await
        .unwrap();
    assert_eq!((outcome.done, outcome.orthos_added), (true, 0));
    let [first, second] = [first.id, second.id].map(|id| world.ingest.wave(id));
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!((first.state, first.items_open), (WaveState::Settled, 0));
    assert_eq!((second.state, second.items_open), (WaveState::Running, 2));
    world.settle(SMALL).await;
    assert_eq!(
        fixture.store.inspection().faults(world.context, 9).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_grid_that_waits_at_several_pairs_counts_once() {
    let fixture = Fixture::new().await;
    let bounds = Bounds {
        max_dims: 3,
        ..Bounds::default()
    };
    let world = World::new(&fixture.store, bounds).await;
    world
        .add(text(
            "a b. c d. e f. g h. a c. b d. e g. f h. a e. b f. c g. a b x. c d y. e f z",
        ))
        .await;
    world.settle(SMALL).await;
    let listed = world
        .remediations
        .list(world.context, PageRequest::first(1_000))
        .await
        .unwrap()
        .items;
    let mut grids: Vec<_> = listed.iter().map(|row| row.id).collect();
    grids.sort_unstable();
    grids.dedup();
    assert_eq!(grids.len(), listed.len(), "a list has each grid once");
    assert!(listed.iter().any(|grid| grid.shape.dims() == 3));
    let digest = fixture.store.inspection().digest(world.context).await.unwrap();
    let record = world.contexts.get(world.context).await.unwrap();
    let stats = world.remediations.stats(world.context).await.unwrap();
    let counts = [digest.remediation_count, record.remediations, stats.remediations];
    assert_eq!(counts, [grids.len() as u64; 3]);
    assert_eq!(
        fixture.store.inspection().faults(world.context, 9).await.unwrap(),
        []
    );
}
