//! Reports: the only writer of orthos and remediations.

use crochet_domain::ortho::Order;
use crochet_domain::phrases::ContextView;
use crochet_domain::pipeline::{Budget, Report};
use crochet_domain::ports::{
    ContextsError, ItemId, ItemKind, ItemReport, OrthoQuery, OrthosError, Page, PageRequest, WaveState,
};
use crochet_domain::{Bounds, Ortho, OrthoId, Version, WordId};

use super::worker::{SMALL, World, text};
use crate::testing::Fixture;

const RICH: &str = "a b c. d e f. g h i. a d g. b e h. c f i. a x. b y. x y. d z. e w. z w";

async fn found(fixture: &Fixture) -> World {
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text(RICH)).await;
    world.settle(Budget::default()).await;
    world
}

fn report(item: ItemId, report: Report) -> ItemReport {
    ItemReport {
        item,
        report,
        more: false,
        truncated: false,
    }
}

#[tokio::test]
async fn the_same_report_again_changes_nothing() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text(RICH)).await;
    let item = world.open_items().await.remove(0);
    let found = world
        .search(&item, &mut ContextView::new(world.bounds), SMALL)
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
        .search(&item, &mut ContextView::new(world.bounds), Budget::default())
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
        .search(&item, &mut ContextView::new(world.bounds), Budget::default())
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

/// All pages of a list, in twos.
async fn all(world: &World, query: OrthoQuery) -> Vec<Ortho> {
    let mut page = PageRequest::first(2);
    let mut found = Vec::new();
    loop {
        let query = OrthoQuery {
            page,
            ..query.clone()
        };
        let Page { items, next } = world.orthos.list(world.context, query).await.unwrap();
        assert!(items.len() <= 2);
        found.extend(items);
        let Some(next) = next else { return found };
        page = PageRequest {
            limit: 2,
            after: Some(next),
        };
    }
}

#[tokio::test]
async fn every_order_lists_every_ortho_once_and_descends() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    let total = world.contexts.get(world.context).await.unwrap().orthos;
    assert!(total > 4);
    for order in Order::ALL {
        let listed = all(
            &world,
            OrthoQuery {
                order,
                ..OrthoQuery::all(PageRequest::first(2))
            },
        )
        .await;
        assert_eq!(listed.len() as u64, total, "{order}");
        let places: Vec<_> = listed
            .iter()
            .map(|ortho| crochet_domain::ortho::RankKey::new(order, &ortho.shape, ortho.rarity, ortho.id))
            .collect();
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{order}");
    }
}

#[tokio::test]
async fn filters_by_shape_give_what_they_say() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    let every = OrthoQuery::all(PageRequest::first(2));
    let by_shape = OrthoQuery {
        shape: Some("3x2".parse().unwrap()),
        ..every.clone()
    };
    let shaped = all(&world, by_shape).await;
    assert!(
        !shaped.is_empty()
            && shaped
                .iter()
                .all(|ortho| ortho.shape.ascending().to_string() == "2x3")
    );
    let counted = world.orthos.counts(world.context).await.unwrap();
    let of_shape = counted
        .iter()
        .find(|count| count.shape.to_string() == "2x3")
        .unwrap();
    assert_eq!(of_shape.orthos, shaped.len() as u64);
    let large = all(
        &world,
        OrthoQuery {
            smallest_extent: Some(3),
            ..every.clone()
        },
    )
    .await;
    assert!(large.iter().all(|ortho| ortho.shape.smallest_extent() >= 3));
    assert!(
        all(
            &world,
            OrthoQuery {
                dims: Some(3),
                ..every
            }
        )
        .await
        .is_empty()
    );
}

#[tokio::test]
async fn filters_by_word_and_version_give_what_they_say() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    let every = OrthoQuery::all(PageRequest::first(2));
    let with_words = OrthoQuery {
        containing: vec![WordId(0), WordId(4)],
        ..every.clone()
    };
    let words = all(&world, with_words).await;
    assert!(!words.is_empty() && words.iter().all(|ortho| ortho.cells.contains(&WordId(4))));
    let later = OrthoQuery {
        after_version: Some(Version(1)),
        ..every.clone()
    };
    assert!(all(&world, later).await.is_empty());
    let total = all(&world, every.clone()).await.len();
    let first = OrthoQuery {
        at_version: Some(Version(1)),
        ..every
    };
    assert_eq!(all(&world, first).await.len(), total);
}

#[tokio::test]
async fn look_ups_leave_out_what_is_not_there() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    let ids = world.orthos.ids(world.context, None, 1_000).await.unwrap();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    let strange = OrthoId::from_bytes([9; 16]);
    let asked = [ids[1], strange, ids[0], ids[1]];
    assert_eq!(
        world.orthos.existing(world.context, &asked).await.unwrap(),
        ids[..2]
    );
    let read = world.orthos.get(world.context, &asked).await.unwrap();
    assert_eq!(read.iter().map(|ortho| ortho.id).collect::<Vec<_>>(), ids[..2]);
    assert_eq!(
        world.orthos.ids(world.context, Some(ids[0]), 1).await.unwrap(),
        ids[1..2]
    );
}

#[tokio::test]
async fn a_token_of_another_list_or_context_is_refused() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    let first = world
        .orthos
        .list(world.context, OrthoQuery::all(PageRequest::first(1)))
        .await
        .unwrap();
    let page = PageRequest {
        limit: 1,
        after: first.next,
    };
    let other = OrthoQuery {
        order: Order::Long,
        ..OrthoQuery::all(page.clone())
    };
    assert!(matches!(
        world.orthos.list(world.context, other).await,
        Err(OrthosError::ForeignCursor)
    ));
    let listed = world.remediations.list(world.context, page).await;
    assert!(listed.is_err());
}

#[tokio::test]
async fn what_an_ortho_waits_for_hangs_on_it() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    let every = world
        .remediations
        .list(world.context, PageRequest::first(1_000))
        .await
        .unwrap()
        .items;
    let stats = world.remediations.stats(world.context).await.unwrap();
    assert_eq!(stats.remediations, every.len() as u64);
    let parent = every[0].parent;
    let hanging = world
        .remediations
        .of_parent(world.context, parent, PageRequest::first(1_000))
        .await
        .unwrap();
    assert_eq!(
        hanging.items.len(),
        every.iter().filter(|one| one.parent == parent).count()
    );
    let waiting = world
        .remediations
        .waiting(world.context, &every[0].pairs, PageRequest::first(1_000))
        .await
        .unwrap();
    assert!(waiting.items.contains(&every[0]));
}

#[tokio::test]
async fn a_deleted_context_goes_in_batches_and_its_slug_at_once() {
    let fixture = Fixture::new().await;
    let world = found(&fixture).await;
    world.contexts.begin_delete(world.context).await.unwrap();
    assert_eq!(world.contexts.deleting().await.unwrap(), [world.context]);
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
    assert!(world.contexts.deleting().await.unwrap().is_empty());
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
        .search(&item, &mut ContextView::new(world.bounds), SMALL)
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
