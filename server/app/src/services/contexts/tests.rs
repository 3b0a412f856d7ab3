//! The contexts service through its traits, on a temporary database.

use crochet_api::common::{ContextId, EntityTag};
use crochet_api::contexts::{
    ContextsOperations, CorporaOperations, CreateContextParams, DeleteContextParams, ListContextsParams,
    ListOccurrencesParams, ListPhrasesParams, ListSentencesParams, ListWordsParams, NewContext,
    ReadContextParams, ReadContextResponse, VocabularyOperations,
};

use serde_json::json;

use crate::services::testing::World;

const RIVER: &str = "We walked by the river. The river was high. By the river we slept.";

async fn read(world: &World, context: &ContextId) -> (crochet_api::contexts::Context, EntityTag) {
    let read = world
        .contexts
        .read_context(&world.caller, context.clone(), ReadContextParams::default());
    match read.await.unwrap() {
        ReadContextResponse::Ok { body, etag } => (body, etag),
        ReadContextResponse::NotModified { .. } => panic!("nothing was sent to compare with"),
    }
}

#[tokio::test]
async fn a_context_is_named_after_its_title_and_found_by_name_and_key() {
    let world = World::new().await;
    let first = world.context("By the river").await;
    let second = world.context("By the river").await;
    assert_eq!((&*first, &*second), ("by-the-river", "by-the-river-2"));
    let (context, _) = read(&world, &first).await;
    let by_key = ContextId::try_from(context.key.to_string()).unwrap();
    assert_eq!(read(&world, &by_key).await.0.id, first);
    let params = ListContextsParams {
        limit: 1,
        ..ListContextsParams::default()
    };
    let page = world.contexts.list_contexts(&world.caller, params).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let params = ListContextsParams {
        page_token: page.next_page,
        ..ListContextsParams::default()
    };
    let rest = world.contexts.list_contexts(&world.caller, params).await.unwrap();
    assert_eq!(rest.items[0].id, second);
}

#[tokio::test]
async fn a_name_that_was_asked_for_and_is_taken_is_a_conflict() {
    let world = World::new().await;
    let id = world.context("tea").await;
    let again = NewContext {
        id: Some(id),
        title: "Coffee".try_into().unwrap(),
        tokeniser: None,
        bounds: None,
    };
    let refused = world
        .contexts
        .create_context(&world.caller, CreateContextParams::default(), again)
        .await;
    assert_eq!(refused.unwrap_err().status, 409);
}

#[tokio::test]
async fn what_is_unchanged_is_not_sent_again() {
    let world = World::new().await;
    let id = world.context("tea").await;
    let (_, etag) = read(&world, &id).await;
    let params = || ReadContextParams {
        if_none_match: Some(etag.clone()),
    };
    let same = world
        .contexts
        .read_context(&world.caller, id.clone(), params())
        .await
        .unwrap();
    assert!(matches!(same, ReadContextResponse::NotModified { .. }));
    world.ingest(&id, RIVER).await;
    let other = world
        .contexts
        .read_context(&world.caller, id, params())
        .await
        .unwrap();
    assert!(matches!(other, ReadContextResponse::Ok { .. }));
}

#[tokio::test]
async fn a_context_that_has_grown_is_not_deleted_by_somebody_who_has_not_seen_it() {
    let world = World::new().await;
    let id = world.context("tea").await;
    let (before, seen) = read(&world, &id).await;
    world.ingest(&id, RIVER).await;
    let delete = |if_match| {
        world
            .contexts
            .delete_context(&world.caller, id.clone(), DeleteContextParams { if_match })
    };
    let refused = delete(seen).await.unwrap_err();
    let (_, now) = read(&world, &id).await;
    assert_eq!((refused.status, refused.etag.as_deref()), (412, Some(&*now)));
    world.settle().await;
    delete(now).await.unwrap();
    for gone in [id.clone(), ContextId::try_from(before.key.to_string()).unwrap()] {
        assert_eq!(
            world
                .contexts
                .read_version(&world.caller, gone)
                .await
                .unwrap_err()
                .status,
            404
        );
    }
    assert_eq!(world.context("tea").await, id, "the name is free again");
}

#[tokio::test]
async fn sentences_come_with_the_words_they_bring_and_are_walked_once() {
    let world = World::new().await;
    let id = world.context("river").await;
    world.ingest(&id, RIVER).await;
    world.ingest(&id, "The bank was high.").await;
    let mut params = ListSentencesParams {
        limit: 2,
        text: true,
        ..ListSentencesParams::default()
    };
    let (mut texts, mut words) = (Vec::new(), Vec::new());
    loop {
        let page = world
            .contexts
            .list_sentences(&world.caller, id.clone(), params.clone())
            .await
            .unwrap();
        texts.extend(page.items.into_iter().filter_map(|sentence| sentence.text));
        words.extend(page.words.into_iter().map(|word| word.number));
        match page.next_page {
            Some(next) => params.page_token = Some(next),
            None => break assert_eq!(page.version.get(), 2),
        }
    }
    assert_eq!(
        texts,
        [
            "we walked by the river",
            "the river was high",
            "by the river we slept",
            "the bank was high"
        ]
    );
    assert_eq!(words, (0..9).collect::<Vec<_>>());
    let newer = ListSentencesParams {
        since_version: Some(1.try_into().unwrap()),
        ..ListSentencesParams::default()
    };
    let page = world
        .contexts
        .list_sentences(&world.caller, id.clone(), newer.clone())
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.words.len()), (1, 1));
    let foreign = ListSentencesParams {
        page_token: params.page_token,
        ..newer
    };
    let refused = world
        .contexts
        .list_sentences(&world.caller, id, foreign)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.status, &*refused.type_uri),
        (400, "/problems/page-token")
    );
}

#[tokio::test]
async fn the_sentences_of_one_text_are_those_of_no_other() {
    let world = World::new().await;
    let id = world.context("river").await;
    world.ingest(&id, RIVER).await;
    let second = world.ingest(&id, "The bank was high. It fell.").await;
    world.ingest(&id, "The moon rose.").await;
    let params = ListSentencesParams {
        corpus_id: Some(second.corpus_id),
        text: true,
        ..ListSentencesParams::default()
    };
    let page = world
        .contexts
        .list_sentences(&world.caller, id, params)
        .await
        .unwrap();
    let texts: Vec<_> = page
        .items
        .into_iter()
        .filter_map(|sentence| sentence.text)
        .collect();
    assert_eq!(texts, ["the bank was high", "it fell"]);
    assert!(page.next_page.is_none() && page.words.is_empty());
}

#[tokio::test]
async fn words_phrases_and_places_are_found_as_the_context_spells_them() {
    let world = World::new().await;
    let id = world.context("river").await;
    world.ingest(&id, RIVER).await;
    let params = ListWordsParams {
        prefix: Some("W".into()),
        ..ListWordsParams::default()
    };
    let words = world
        .contexts
        .list_words(&world.caller, id.clone(), params)
        .await
        .unwrap();
    let words: Vec<_> = words.items.iter().map(|entry| &*entry.word).collect();
    assert_eq!(words, ["walked", "was", "we"]);

    let params = ListPhrasesParams {
        prefix: Some("By The".try_into().unwrap()),
        longest: Some(3),
        ..ListPhrasesParams::default()
    };
    let phrases = world
        .contexts
        .list_phrases(&world.caller, id.clone(), params)
        .await
        .unwrap();
    let phrases: Vec<_> = phrases
        .items
        .iter()
        .map(|entry| (&*entry.phrase, entry.count))
        .collect();
    assert_eq!(phrases, [("by the", 2), ("by the river", 2)]);

    let places = |phrase: &str| {
        let params = ListOccurrencesParams {
            phrase: phrase.try_into().unwrap(),
            limit: 50,
            page_token: None,
        };
        world.contexts.list_occurrences(&world.caller, id.clone(), params)
    };
    let found = places("The River").await.unwrap();
    let found: Vec<_> = found
        .items
        .iter()
        .map(|place| (place.sentence, place.start, &*place.text))
        .collect();
    assert_eq!(
        found,
        [
            (0, 3, "we walked by the river"),
            (1, 0, "the river was high"),
            (2, 1, "by the river we slept")
        ]
    );
    assert!(places("the unicorn").await.unwrap().items.is_empty());
}

#[tokio::test]
async fn bounds_out_of_range_are_refused_by_name() {
    let world = World::new().await;
    for (bounds, name) in [
        (
            json!({"max_dims": 1, "max_extent": 12, "max_cells": 64}),
            "max_dims",
        ),
        (
            json!({"max_dims": 2, "max_extent": 65, "max_cells": 64}),
            "max_extent",
        ),
        (
            json!({"max_dims": 2, "max_extent": 12, "max_cells": 3}),
            "max_cells",
        ),
    ] {
        let new = NewContext {
            id: None,
            title: "Tea".try_into().unwrap(),
            tokeniser: None,
            bounds: Some(serde_json::from_value(bounds).unwrap()),
        };
        let made = world
            .contexts
            .create_context(&world.caller, CreateContextParams::default(), new);
        let refused = made.await.unwrap_err();
        assert_eq!(refused.status, 422);
        assert!(refused.detail.as_deref().unwrap().starts_with(name));
    }
}
