//! Texts that are too long for one transaction: nobody sees a part of one, and nobody waits for all of it.

use std::time::Duration;

use crochet_domain::phrases::ContextView;
use crochet_domain::ports::{IngestError, Ingested, PageRequest};
use crochet_domain::{Bounds, Version};
use sea_orm::{ActiveModelTrait, Set};

use super::worker::{Text, World, text};
use crate::entities::{sentences, words};
use crate::testing::Fixture;

/// Long enough to wait for anything.
const DEADLINE: Duration = Duration::from_secs(60);

/// A text of so many sentences of three words, one of them new.
fn long(sentences: usize) -> Text {
    (0..sentences)
        .map(|number| vec!["the".to_owned(), "word".to_owned(), format!("w{number}")])
        .collect()
}

/// Rows as a text leaves them whose writing was cut short.
async fn leave_unfinished(fixture: &Fixture, world: &World) {
    let record = world.contexts.get(world.context).await.unwrap();
    let word = words::ActiveModel {
        context_id: Set(world.context.0),
        id: Set(record.words as i64),
        word: Set("unfinished".to_owned()),
        version: Set(i64::from(record.version) + 1),
    };
    word.insert(&fixture.store.writer()).await.unwrap();
    for seq in 0..3 {
        let sentence = sentences::ActiveModel {
            context_id: Set(world.context.0),
            seq: Set(record.sentences as i64 + seq),
            corpus_id: Set(uuid::Uuid::nil()),
            version: Set(i64::from(record.version) + 1),
            word_ids: Set(vec![0, 1]),
            vocabulary: Set(record.words as i64 + 1),
        };
        sentence.insert(&fixture.store.writer()).await.unwrap();
    }
}

async fn rows(fixture: &Fixture) -> (u64, u64) {
    use sea_orm::{EntityTrait, PaginatorTrait};
    let reader = fixture.store.reader();
    let words = words::Entity::find().count(&reader).await.unwrap();
    (words, sentences::Entity::find().count(&reader).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_text_is_there_as_a_whole_or_not_at_all() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("the word")).await;
    let adding = tokio::spawn({
        let (ingest, text) = (world.ingest.clone(), world.text(long(20_000)));
        async move { ingest.ingest(text).await }
    });
    let mut parts = 0;
    while !adding.is_finished() {
        parts += usize::from(rows(&fixture).await.1 > 1);
        let seen = world
            .contexts
            .sentences_since(world.context, Version(0), 0, 50_000);
        let seen = seen.await.unwrap();
        assert_eq!(
            seen.sentences.len(),
            if seen.version == Version(1) { 1 } else { 20_001 }
        );
        assert_eq!(
            seen.words.len(),
            if seen.version == Version(1) { 2 } else { 20_002 }
        );
        let list = world.contexts.words(world.context, "w1", PageRequest::first(9));
        let listed = !list.await.unwrap().items.is_empty();
        let record = world.contexts.get(world.context).await.unwrap();
        assert!(!listed || record.version == Version(2));
        assert_eq!(
            fixture.store.inspection().faults(world.context, 9).await.unwrap(),
            []
        );
    }
    assert!(parts > 0, "it was written in one piece");
    assert!(matches!(adding.await.unwrap(), Ok(Ingested::Added(_))));
    let record = world.contexts.get(world.context).await.unwrap();
    assert_eq!((record.words, record.sentences), (20_002, 20_001));
    assert_eq!(record.phrases, 1 + 2 * 20_000);
}

#[tokio::test]
async fn what_an_unfinished_text_left_is_gone_at_the_next_start() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b. c d")).await;
    leave_unfinished(&fixture, &world).await;
    let listed = world
        .contexts
        .words(world.context, "", PageRequest::first(9))
        .await;
    assert_eq!(listed.unwrap().items.len(), 4);
    assert_eq!(rows(&fixture).await, (5, 5));
    let fixture = fixture.reopened().await;
    assert_eq!(rows(&fixture).await, (4, 2));
}

#[tokio::test]
async fn the_next_text_takes_the_place_of_an_unfinished_one() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b. c d")).await;
    leave_unfinished(&fixture, &world).await;
    world.add(text("unfinished a")).await;
    assert_eq!(rows(&fixture).await, (5, 3));
    assert_eq!(
        fixture.store.inspection().faults(world.context, 9).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_text_is_added_though_its_caller_goes_away() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    {
        let mut adding = std::pin::pin!(world.ingest.ingest(world.text(long(9_000))));
        let once =
            std::future::poll_fn(|context| std::task::Poll::Ready(adding.as_mut().poll(context).is_ready()));
        assert!(!once.await);
    }
    let added = async {
        while world.contexts.get(world.context).await.unwrap().version == Version(0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, added).await.unwrap();
    assert_eq!(
        fixture.store.inspection().faults(world.context, 9).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_text_with_too_many_phrases_to_search_is_only_added_without_a_search() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let words: Vec<String> = (0..650_000).map(|number| format!("w{number}")).collect();
    let text = vec![words];
    let refused = world.ingest.ingest(world.text(text.clone())).await.unwrap_err();
    match refused {
        IngestError::TooManyPhrases { phrases, most } => {
            assert_eq!(most, ContextView::PHRASES_MAX as u64);
            assert!(phrases > most && phrases < most + 400_000, "{phrases}");
        }
        other => panic!("{other}"),
    }
    assert_eq!(rows(&fixture).await, (0, 0));
}

#[tokio::test]
async fn where_a_phrase_stands_is_found_in_all_parts_of_a_long_text() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a rare word")).await;
    let mut sentences = long(9_000);
    for place in [10, 8_500, 8_501] {
        sentences[place].insert(0, "rare".to_owned());
    }
    world.add(sentences).await;
    let numbers = ["rare", "word"].map(ToOwned::to_owned);
    let rare = world
        .contexts
        .words_by_text(world.context, &numbers[..1])
        .await
        .unwrap();
    let rare = rare[0].number;
    let mut request = PageRequest::first(1);
    let mut stands = Vec::new();
    loop {
        let page = world
            .contexts
            .occurrences(world.context, &[rare], request)
            .await
            .unwrap();
        stands.extend(page.items.iter().map(|at| (at.sentence.seq, at.position)));
        let Some(next) = page.next else { break };
        request = PageRequest {
            limit: 1,
            after: Some(next),
        };
    }
    assert_eq!(stands, [(0, 1), (11, 0), (8_501, 0), (8_502, 0)]);
    let both = world
        .contexts
        .words_by_text(world.context, &numbers)
        .await
        .unwrap();
    let both: Vec<_> = both.iter().map(|word| word.number).collect();
    let with_both = world
        .contexts
        .sentences_with(world.context, &both, 1, 2)
        .await
        .unwrap();
    assert_eq!(
        with_both.iter().map(|one| one.seq).collect::<Vec<_>>(),
        [11, 8_501]
    );
}
