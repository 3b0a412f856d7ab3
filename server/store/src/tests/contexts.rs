//! Contexts and what can be read of their text.

use crochet_domain::ports::{ContextsError, NewContext, PageRequest, PhraseQuery};
use crochet_domain::{Bounds, ContextSettings, Version, WordId};

use super::worker::{SMALL, World, text};
use crate::testing::Fixture;

fn named(slug: &str) -> NewContext {
    NewContext {
        slug: slug.to_owned(),
        title: slug.to_uppercase(),
        settings: ContextSettings::default(),
    }
}

#[tokio::test]
async fn a_context_is_found_by_slug_and_key_with_its_settings() {
    let fixture = Fixture::new().await;
    let contexts = fixture.store.contexts();
    let settings = ContextSettings {
        bounds: Bounds {
            max_dims: 3,
            ..Bounds::default()
        },
        ..ContextSettings::default()
    };
    let made = contexts
        .create(NewContext {
            settings: settings.clone(),
            ..named("holmes")
        })
        .await
        .unwrap();
    assert_eq!((made.version, made.settings.clone()), (Version(0), settings));
    assert_eq!(contexts.find("holmes").await.unwrap(), made);
    assert_eq!(contexts.get(made.key).await.unwrap(), made);
    let taken = contexts.create(named("holmes")).await.unwrap_err();
    assert!(matches!(taken, ContextsError::SlugTaken { slug } if slug == "holmes"));
    assert!(matches!(
        contexts.find("watson").await,
        Err(ContextsError::NotFound)
    ));
}

#[tokio::test]
async fn contexts_are_listed_by_slug_and_page() {
    let fixture = Fixture::new().await;
    let contexts = fixture.store.contexts();
    for slug in ["c", "a", "b"] {
        contexts.create(named(slug)).await.unwrap();
    }
    let first = contexts.list(PageRequest::first(2)).await.unwrap();
    let rest = contexts
        .list(PageRequest {
            limit: 2,
            after: first.next,
        })
        .await
        .unwrap();
    let slugs: Vec<&str> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|row| row.slug.as_str())
        .collect();
    assert_eq!((slugs, rest.next), (vec!["a", "b", "c"], None));
}

#[tokio::test]
async fn words_are_found_by_prefix_number_and_spelling() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("the them this. théo. zoo")).await;
    let page = PageRequest::first(9);
    let found = world
        .contexts
        .words(world.context, "the", page)
        .await
        .unwrap()
        .items;
    assert_eq!(
        found.iter().map(|word| word.word.as_str()).collect::<Vec<_>>(),
        ["the", "them"]
    );
    let numbered = world
        .contexts
        .words_by_number(world.context, &[WordId(4), WordId(0), WordId(77)])
        .await
        .unwrap();
    assert_eq!(
        numbered.iter().map(|word| word.word.as_str()).collect::<Vec<_>>(),
        ["the", "zoo"]
    );
    let spelt = ["zoo".to_owned(), "nowhere".to_owned()];
    let spelt = world.contexts.words_by_text(world.context, &spelt).await.unwrap();
    assert_eq!(
        spelt.iter().map(|word| word.number).collect::<Vec<_>>(),
        [WordId(4)]
    );
}

#[tokio::test]
async fn sentences_come_with_the_words_they_are_the_first_to_use() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b. b a")).await;
    world.add(text("b c. d. c d")).await;
    let since = |version, from, limit| {
        world
            .contexts
            .sentences_since(world.context, Version(version), from, limit)
    };
    let first = since(1, 0, 2).await.unwrap();
    assert_eq!(
        first
            .words
            .iter()
            .map(|word| word.word.as_str())
            .collect::<Vec<_>>(),
        ["c", "d"]
    );
    assert_eq!(
        (first.sentences.len(), first.next, first.version),
        (2, Some(4), Version(2))
    );
    let rest = since(1, 4, 2).await.unwrap();
    assert_eq!((rest.words.len(), rest.sentences.len(), rest.next), (0, 1, None));
    let all = since(0, 0, 50).await.unwrap();
    assert_eq!((all.words.len(), all.sentences.len()), (4, 5));
    let none = since(2, 0, 50).await.unwrap();
    assert_eq!(
        (none.words.len(), none.sentences.len(), none.version),
        (0, 0, Version(2))
    );
    let picked = world
        .contexts
        .sentences(world.context, &[3, 1, 99])
        .await
        .unwrap();
    assert_eq!(
        picked.iter().map(|sentence| sentence.seq).collect::<Vec<_>>(),
        [1, 3]
    );
}

#[tokio::test]
async fn phrases_are_derived_by_prefix_in_pages() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b c. a b")).await;
    world.add(text("b c a b")).await;
    let query = |prefix: Vec<WordId>, page| PhraseQuery {
        prefix,
        longest: 3,
        page,
    };
    let mut page = PageRequest::first(2);
    let mut all = Vec::new();
    loop {
        let found = world
            .contexts
            .phrases(world.context, query(Vec::new(), page))
            .await
            .unwrap();
        all.extend(found.items);
        let Some(next) = found.next else { break };
        page = PageRequest {
            limit: 2,
            after: Some(next),
        };
    }
    let phrases: Vec<(Vec<u32>, u32, u64)> = all
        .iter()
        .map(|phrase| {
            (
                phrase.words.iter().map(|word| word.0).collect(),
                phrase.version.0,
                phrase.occurrences,
            )
        })
        .collect();
    let expected = [
        (vec![0, 1], 1, 3),
        (vec![0, 1, 2], 1, 1),
        (vec![1, 2], 1, 2),
        (vec![1, 2, 0], 2, 1),
        (vec![2, 0], 2, 1),
        (vec![2, 0, 1], 2, 1),
    ];
    assert_eq!(phrases, expected);
    let record = world.contexts.get(world.context).await.unwrap();
    assert_eq!(record.phrases, 7, "as the list, and the one of four words");
    let under = query(vec![WordId(1)], PageRequest::first(9));
    assert_eq!(
        world
            .contexts
            .phrases(world.context, under)
            .await
            .unwrap()
            .items
            .len(),
        2
    );
}

#[tokio::test]
async fn occurrences_come_in_reading_order_and_overlap() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a a a. b a a")).await;
    let phrase = [WordId(0), WordId(0)];
    let first = world
        .contexts
        .occurrences(world.context, &phrase, PageRequest::first(2))
        .await
        .unwrap();
    let after = PageRequest {
        limit: 2,
        after: first.next,
    };
    let rest = world
        .contexts
        .occurrences(world.context, &phrase, after)
        .await
        .unwrap();
    let places: Vec<(u64, u32)> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|at| (at.sentence.seq, at.position))
        .collect();
    assert_eq!((places, rest.next), (vec![(0, 0), (0, 1), (1, 1)], None));
}

#[tokio::test]
async fn texts_are_listed_by_version() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let wave = world.wave(text("a b a. c")).await;
    world.add(text("d e")).await;
    let corpora = world
        .contexts
        .corpora(world.context, PageRequest::first(9))
        .await
        .unwrap()
        .items;
    assert_eq!(
        corpora.iter().map(|corpus| corpus.version.0).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!((corpora[0].words, corpora[0].sentences), (4, 2));
    let one = world.contexts.corpus(world.context, wave.corpus).await.unwrap();
    assert_eq!(one.as_ref(), Some(&corpora[0]));
}

#[tokio::test]
async fn all_contexts_are_added_up() {
    let fixture = Fixture::new().await;
    let nothing = fixture.store.contexts().totals().await.unwrap();
    assert_eq!(nothing, crochet_domain::ports::ContextTotals::default());
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b. c d. a c. b d. a c x")).await;
    world.settle(SMALL).await;
    let record = world.contexts.get(world.context).await.unwrap();
    let totals = world.contexts.totals().await.unwrap();
    assert_eq!((totals.contexts, totals.orthos), (1, record.orthos));
    assert_eq!(totals.remediations, record.remediations);
    world.contexts.begin_delete(world.context).await.unwrap();
    assert_eq!(world.contexts.totals().await.unwrap(), nothing);
}
