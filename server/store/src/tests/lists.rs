//! Lists of orthos and remediations: filters, orders, pages.

use crochet_domain::ortho::{Order, RankKey};
use crochet_domain::pipeline::Budget;
use crochet_domain::ports::{OrthoQuery, OrthosError, Page, PageRequest};
use crochet_domain::{Bounds, Ortho, OrthoId, Version, WordId};

use super::worker::{World, text};
use crate::testing::Fixture;

const RICH: &str = "a b c. d e f. g h i. a d g. b e h. c f i. a x. b y. x y. d z. e w. z w";

/// In three dimensions.
const DEEP: &str = "a b. c d. e f. g h. a c. b d. e g. f h. a e. b f. c g. a b x. c d y. e f z";

async fn found(fixture: &Fixture) -> World {
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text(RICH)).await;
    world.settle(Budget::default()).await;
    world
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
            .map(|ortho| RankKey::new(order, &ortho.shape, ortho.rarity, ortho.id))
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

/// Every list that a query may ask for, against all orthos filtered and sorted by hand.
#[tokio::test]
async fn any_filter_in_any_order_gives_what_a_look_at_every_ortho_gives() {
    let fixture = Fixture::new().await;
    let world = World::new(
        &fixture.store,
        Bounds {
            max_dims: 3,
            ..Bounds::default()
        },
    )
    .await;
    for sentence in RICH
        .split('.')
        .chain([DEEP, "a d. b e. c f", "x z. a y. d w", "g j. h k. i l. j k. k l"])
    {
        world.add(text(sentence)).await;
        world.settle(Budget::default()).await;
    }
    let every = all(&world, OrthoQuery::all(PageRequest::first(2))).await;
    let versions: std::collections::BTreeSet<_> = every.iter().map(|ortho| ortho.min_version).collect();
    assert!(
        every.len() > 12 && versions.len() > 3,
        "{} of {versions:?}",
        every.len()
    );
    let shapes = [None, Some("2x2"), Some("3x2"), Some("2x2x2"), Some("9x9")];
    let words = [
        vec![],
        vec![WordId(0)],
        vec![WordId(4), WordId(0), WordId(4)],
        vec![WordId(999)],
    ];
    let after = [None, Some(Version(0)), Some(Version(9))];
    let mut asked = 0;
    for order in Order::ALL {
        for shape in shapes {
            for containing in &words {
                for after_version in after {
                    for (dims, smallest_extent, at_version) in [
                        (None, None, None),
                        (Some(2), Some(3), None),
                        (None, None, Some(Version(6))),
                    ] {
                        let query = OrthoQuery {
                            shape: shape.map(|shape| shape.parse().unwrap()),
                            dims,
                            smallest_extent,
                            containing: containing.clone(),
                            after_version,
                            at_version,
                            order,
                            page: PageRequest::first(2),
                        };
                        asked += 1;
                        assert_eq!(
                            all(&world, query.clone()).await,
                            by_hand(&every, &query),
                            "{query:?}"
                        );
                    }
                }
            }
        }
    }
    assert_eq!(asked, 4 * 5 * 4 * 3 * 3);
}

fn by_hand(every: &[Ortho], query: &OrthoQuery) -> Vec<Ortho> {
    let shape = query.shape.as_ref().map(crochet_domain::Shape::ascending);
    let fits = |ortho: &&Ortho| {
        shape
            .as_ref()
            .is_none_or(|shape| ortho.shape.ascending() == *shape)
            && query
                .dims
                .is_none_or(|dims| ortho.shape.dims() == usize::from(dims))
            && query
                .smallest_extent
                .is_none_or(|least| ortho.shape.smallest_extent() >= least)
            && query.containing.iter().all(|word| ortho.cells.contains(word))
            && query.after_version.is_none_or(|after| ortho.min_version > after)
            && query.at_version.is_none_or(|only| ortho.min_version == only)
    };
    let mut found: Vec<Ortho> = every.iter().filter(fits).cloned().collect();
    found.sort_by_key(|ortho| RankKey::new(query.order, &ortho.shape, ortho.rarity, ortho.id));
    found
}

#[tokio::test]
async fn what_waits_for_a_phrase_is_found_by_it() {
    let fixture = Fixture::new().await;
    let world = World::new(
        &fixture.store,
        Bounds {
            max_dims: 3,
            ..Bounds::default()
        },
    )
    .await;
    world.add(text(RICH)).await;
    world.add(text(DEEP)).await;
    world.settle(Budget::default()).await;
    let page = PageRequest::first(10_000);
    let every = world
        .remediations
        .list(world.context, page.clone())
        .await
        .unwrap()
        .items;
    let ids: std::collections::HashSet<_> = every.iter().map(|grid| grid.id).collect();
    assert_eq!(ids.len(), every.len(), "each grid once");
    assert!(every.iter().any(|grid| grid.shape.dims() == 3));
    let runs: std::collections::BTreeSet<_> = every
        .iter()
        .flat_map(crochet_domain::Remediation::prefixes)
        .collect();
    for run in &runs {
        let by_hand: Vec<_> = every
            .iter()
            .filter(|grid| grid.prefixes().contains(run))
            .cloned()
            .collect();
        let mut paged = Vec::new();
        let mut request = PageRequest::first(2);
        loop {
            let page = world
                .remediations
                .after(world.context, run, None, request)
                .await
                .unwrap();
            paged.extend(page.items);
            let Some(next) = page.next else { break };
            request = PageRequest {
                limit: 2,
                after: Some(next),
            };
        }
        assert_eq!(paged, by_hand, "{run:?}");
        let parent = by_hand[0].parent;
        let of_one = world
            .remediations
            .after(world.context, run, Some(parent), page.clone())
            .await
            .unwrap();
        assert!(
            of_one
                .items
                .iter()
                .all(|grid| grid.parent == parent && by_hand.contains(grid))
        );
    }
    let nothing = world
        .remediations
        .after(world.context, &[WordId(999)], None, page)
        .await
        .unwrap();
    assert_eq!((nothing.items, nothing.next), (Vec::new(), None));
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
