//! The orthos service through its traits, on a temporary database and with orthos that the pipeline found.

mod neighbours;

use crochet_api::common::{ContextId, Order, OrthoId};
use crochet_api::ingestor::IngestsOperations;
use crochet_api::orthos::{
    CheckMode, CheckOrthos, CheckOrthosParams, CreateSurveyParams, Direction, ExpansionsOperations,
    ListBestParams, ListCompletionsParams, ListNeighboursParams, ListOrthosParams, ListSurveyOrthosParams,
    NewSurvey, OrthosOperations, ProofsOperations, ReadFilterParams, ReadFilterResponse, ReadOrthoParams,
    SurveyPart, SurveyState, SurveysOperations, WatchSurveyParams, WatchSurveyResponse,
};
use futures_util::StreamExt as _;
use serde_json::json;

use crate::services::problems::NO_SURVEY;
use crate::services::testing::World;

/// Two columns and three rows, and the square inside.
const GRID: &str = "a c e. b d f. a b. c d. e f.";

async fn grid() -> (World, ContextId) {
    let world = World::new().await;
    let id = world.context("grid").await;
    world.add(&id, GRID).await;
    (world, id)
}

async fn listed(world: &World, id: &ContextId, params: ListOrthosParams) -> Vec<(String, String)> {
    let page = world
        .orthos
        .list_orthos(&world.caller, id.clone(), params)
        .await
        .unwrap();
    let words = |cells: Vec<crochet_api::common::Word>| cells.iter().map(|word| &**word).collect::<String>();
    page.items
        .into_iter()
        .map(|ortho| (ortho.shape.to_string(), words(ortho.cells)))
        .collect()
}

async fn best(world: &World, id: &ContextId) -> OrthoId {
    let page = world
        .orthos
        .list_orthos(&world.caller, id.clone(), ListOrthosParams::default())
        .await
        .unwrap();
    page.items[0].id.clone()
}

#[tokio::test]
async fn orthos_are_listed_best_first_and_narrowed_by_every_filter() {
    let (world, id) = grid().await;
    world.add(&id, "g h. i k. g i. h k.").await;
    let all = listed(&world, &id, ListOrthosParams::default()).await;
    assert_eq!(all.len(), 4);
    assert_eq!(all[0], ("2x3".to_owned(), "acebdf".to_owned()));
    let narrowed: [(serde_json::Value, Vec<&str>); 5] = [
        (json!({"shape": "2x2", "since_version": 1}), vec!["gihk"]),
        (json!({"words": ["A", "f"]}), vec!["acebdf"]),
        (json!({"words": ["unicorn"]}), vec![]),
        (json!({"dims": 3}), vec![]),
        (json!({"smallest_extent": 3}), vec![]),
    ];
    for (wanted, expected) in narrowed {
        let found = listed(&world, &id, params(&wanted)).await;
        let mut words: Vec<_> = found.iter().map(|(_, words)| words.as_str()).collect();
        words.sort_unstable();
        assert_eq!(words, expected, "{wanted}");
    }
}

fn params(wanted: &serde_json::Value) -> ListOrthosParams {
    let text = |name: &str| wanted[name].as_str().map(ToOwned::to_owned);
    let number = |name: &str| {
        wanted[name]
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
    };
    let words = wanted["words"].as_array().map(|words| {
        let word = |word: &serde_json::Value| word.as_str().unwrap().try_into().unwrap();
        words.iter().map(word).collect()
    });
    ListOrthosParams {
        shape: text("shape").map(|shape| shape.try_into().unwrap()),
        dims: number("dims"),
        smallest_extent: number("smallest_extent"),
        words,
        since_version: wanted["since_version"]
            .as_i64()
            .map(|version| version.try_into().unwrap()),
        ..ListOrthosParams::default()
    }
}

#[tokio::test]
async fn shapes_are_counted_with_what_the_last_version_brought() {
    let (world, id) = grid().await;
    let table = world
        .orthos
        .count_shapes(&world.caller, id.clone())
        .await
        .unwrap();
    let counts = |table: &crochet_api::orthos::ShapeTable| -> Vec<(String, i64, Option<i64>)> {
        table
            .shapes
            .iter()
            .map(|shape| (shape.shape.to_string(), shape.orthos, shape.added))
            .collect()
    };
    assert_eq!(
        counts(&table),
        [("2x2".to_owned(), 2, Some(2)), ("2x3".to_owned(), 1, Some(1))]
    );
    world.add(&id, "g h. i k. g i. h k.").await;
    let table = world
        .orthos
        .count_shapes(&world.caller, id.clone())
        .await
        .unwrap();
    assert_eq!(
        counts(&table),
        [("2x2".to_owned(), 3, Some(1)), ("2x3".to_owned(), 1, Some(0))]
    );
    let page = world
        .orthos
        .list_best(&world.caller, id, ListBestParams::default())
        .await
        .unwrap();
    let shapes: Vec<_> = page
        .items
        .iter()
        .map(|shape| (&*shape.shape, shape.best.len()))
        .collect();
    assert_eq!(shapes, [("2x3", 1), ("2x2", 1)]);
}

#[tokio::test]
async fn an_ortho_is_explained_by_its_lines_and_their_sentences() {
    let (world, id) = grid().await;
    let ortho = best(&world, &id).await;
    let detail = world
        .orthos
        .read_ortho(&world.caller, id, ortho, ReadOrthoParams::default())
        .await
        .unwrap();
    let lines: Vec<_> = detail
        .lines
        .iter()
        .map(|line| (line.axis, &*line.phrase, line.sentences.len()))
        .collect();
    assert_eq!(
        lines,
        [
            (0, "a b", 1),
            (0, "c d", 1),
            (0, "e f", 1),
            (1, "a c e", 1),
            (1, "b d f", 1)
        ]
    );
    assert_eq!(detail.lines[1].start, [0, 1]);
    assert_eq!(detail.lines[3].sentences[0].text, "a c e");
    assert!(detail.corpus_id.is_some());
}

#[tokio::test]
async fn neighbours_are_one_layer_smaller_or_larger() {
    let (world, id) = grid().await;
    let large = best(&world, &id).await;
    let around = |ortho, direction| {
        let params = ListNeighboursParams {
            direction,
            ..ListNeighboursParams::default()
        };
        world
            .orthos
            .list_neighbours(&world.caller, id.clone(), ortho, params)
    };
    let smaller = around(large.clone(), None).await.unwrap().items;
    assert_eq!((smaller.len(), smaller[0].direction), (1, Direction::Smaller));
    let inside = smaller[0].ortho.id.clone();
    let larger = around(inside, Some(Direction::Larger)).await.unwrap().items;
    assert_eq!((larger.len(), &larger[0].ortho.id), (1, &large));
}

#[tokio::test]
async fn what_an_ortho_lacks_is_named_word_by_word() {
    let world = World::new().await;
    let id = world.context("lack").await;
    // The grid of two by three, without the phrase that ends it.
    world.add(&id, "a c e. b d f. a b. c d. e g.").await;
    let square = best(&world, &id).await;
    let asked = world
        .orthos
        .list_completions(&world.caller, id, square, ListCompletionsParams::default());
    let found = asked.await.unwrap().items;
    let grid = found.iter().find(|grid| {
        grid.cells
            .iter()
            .map(|word| &**word)
            .eq(["a", "c", "e", "b", "d"])
    });
    let grid = grid.expect("the grid around the square waits for its corner");
    assert_eq!(
        grid.waiting_for.iter().map(|run| &**run).collect::<Vec<_>>(),
        ["e", "b d"]
    );
    let lacking: Vec<_> = grid
        .candidates
        .iter()
        .map(|word| (&*word.word, &*word.missing[0]))
        .collect();
    assert_eq!(lacking, [("f", "e f"), ("g", "b d g")]);
}

#[tokio::test]
async fn an_ortho_is_known_exactly_and_probably_as_soon_as_it_is_reported() {
    let (world, id) = grid().await;
    let stored = best(&world, &id).await;
    let unknown = OrthoId::try_from("00000000000000000000000000000000").unwrap();
    let check = |mode| {
        let body = CheckOrthos {
            ids: vec![unknown.clone(), stored.clone()],
        };
        world
            .orthos
            .check_orthos(&world.caller, id.clone(), CheckOrthosParams { mode }, body)
    };
    for mode in [CheckMode::Exact, CheckMode::Probable] {
        assert_eq!(check(mode).await.unwrap().found, [false, true]);
    }
    world.add(&id, "g h. i k. g i. h k.").await;
    let all = world
        .orthos
        .list_orthos(&world.caller, id.clone(), ListOrthosParams::default())
        .await
        .unwrap();
    let body = CheckOrthos {
        ids: all.items.into_iter().map(|ortho| ortho.id).collect(),
    };
    let params = CheckOrthosParams {
        mode: CheckMode::Probable,
    };
    let checked = world
        .orthos
        .check_orthos(&world.caller, id, params, body)
        .await
        .unwrap();
    assert_eq!(checked.found, [true; 4]);
}

#[tokio::test]
async fn the_filter_is_fetched_once_until_it_changes() {
    let (world, id) = grid().await;
    let fetch = |if_none_match| {
        world
            .orthos
            .read_filter(&world.caller, id.clone(), ReadFilterParams { if_none_match })
    };
    let ReadFilterResponse::Ok {
        etag, x_filter_items, ..
    } = fetch(None).await.unwrap()
    else {
        panic!("nothing was sent to compare with");
    };
    assert_eq!(x_filter_items, 3);
    assert!(matches!(
        fetch(Some(etag.clone())).await.unwrap(),
        ReadFilterResponse::NotModified { .. }
    ));
    world.add(&id, "g h. i k. g i. h k.").await;
    assert!(matches!(
        fetch(Some(etag)).await.unwrap(),
        ReadFilterResponse::Ok { .. }
    ));
}

#[tokio::test]
async fn what_is_stored_is_proved_and_named_by_one_hash() {
    let (world, id) = grid().await;
    let check = world
        .orthos
        .check_context(&world.caller, id.clone())
        .await
        .unwrap();
    assert_eq!((check.orthos, check.faults), (3, Vec::new()));
    let one = world.orthos.read_digest(&world.caller, id).await.unwrap();
    let other = world.context("other").await;
    for part in ["e f.", "c d. a b.", "b d f. a c e."] {
        world.add(&other, part).await;
    }
    let two = world.orthos.read_digest(&world.caller, other).await.unwrap();
    assert_eq!((one.ortho_count, &one.orthos), (two.ortho_count, &two.orthos));
}

#[tokio::test]
async fn a_grid_that_nobody_could_work_on_is_refused() {
    let (world, id) = grid().await;
    for (cells, min_version) in [(json!([0, 1, 2]), 1), (json!([0, 1, 3, 4]), 2)] {
        let ortho = json!({
            "id": "0".repeat(32), "extents": [2, 2], "cells": cells, "min_version": min_version, "rarity": 0,
            "pending": false,
        });
        let report = json!({
            "items": ["019350f4-7c1e-7b52-8f6e-0c5a4d3b2a22"], "context_version": 1, "orthos": [ortho],
            "remediations": [], "next_items": [],
        });
        let body = serde_json::from_value(report).unwrap();
        let refused = world
            .orthos
            .report_expansion(&world.caller, id.clone(), body)
            .await
            .unwrap_err();
        assert_eq!(refused.status, 422);
    }
}

#[tokio::test]
async fn a_report_for_an_ingest_that_was_cancelled_meanwhile_adds_nothing() {
    let world = World::new().await;
    let id = world.context("grid").await;
    let ingest = world.ingest(&id, GRID).await;
    let item = world.open_items().await.remove(0);
    let cancelled = world
        .ingestor
        .cancel_ingest(&world.caller, id.clone(), ingest.id)
        .await;
    assert!(cancelled.unwrap().truncated);
    let ortho = json!({
        "id": "0".repeat(32), "extents": [2, 2], "cells": [0, 1, 3, 4], "min_version": 1, "rarity": 0,
        "pending": false,
    });
    let report = json!({
        "items": [item], "context_version": 1, "orthos": [ortho], "remediations": [], "next_items": [],
    });
    let body = serde_json::from_value(report).unwrap();
    let outcome = world
        .orthos
        .report_expansion(&world.caller, id, body)
        .await
        .unwrap();
    assert_eq!((outcome.done, outcome.new_orthos), (true, 0));
}

#[tokio::test]
async fn a_survey_ends_with_its_last_part_and_counts_each_once() {
    let (world, id) = grid().await;
    let asked: NewSurvey = serde_json::from_value(json!({"order": "square", "best_per_shape": 1})).unwrap();
    let made = world
        .orthos
        .create_survey(&world.caller, id.clone(), CreateSurveyParams::default(), asked);
    let survey = made.await.unwrap().body;
    assert_eq!(
        (survey.state, survey.parts, survey.order),
        (SurveyState::Running, 1, Order::Square)
    );

    let item = world.open_items().await.remove(0);
    let part = || -> SurveyPart {
        let ortho = |id: &str, rarity| {
            json!({"id": id.repeat(32), "extents": [2, 2], "cells": [0, 1, 3, 4], "min_version": 1, "rarity": rarity,
                "pending": false})
        };
        let best = json!([ortho("1", 3), ortho("2", 7)]);
        let part = json!({"item": item, "shapes": [{"shape": "2x2", "orthos": 2}], "best": best, "truncated": false});
        serde_json::from_value(part).unwrap()
    };
    for _ in 0..2 {
        let reported = world
            .orthos
            .report_survey(&world.caller, id.clone(), survey.id, part())
            .await
            .unwrap();
        assert_eq!(reported.state, SurveyState::Done);
    }
    let ended = world
        .orthos
        .read_survey(&world.caller, id.clone(), survey.id)
        .await
        .unwrap();
    assert_eq!((ended.orthos, ended.parts_done, ended.truncated), (2, 1, false));
    let params = ListSurveyOrthosParams::default();
    let kept = world
        .orthos
        .list_survey_orthos(&world.caller, id, survey.id, params)
        .await
        .unwrap();
    assert_eq!(
        kept.items.iter().map(|ortho| ortho.rarity).collect::<Vec<_>>(),
        [7]
    );
}

#[tokio::test]
async fn a_deleted_survey_is_gone_and_whoever_watches_it_is_told() {
    let (world, id) = grid().await;
    let params = CreateSurveyParams::default();
    let asked = serde_json::from_value(json!({})).unwrap();
    let made = world
        .orthos
        .create_survey(&world.caller, id.clone(), params, asked);
    let survey = made.await.unwrap().body.id;
    let params = WatchSurveyParams::default();
    let watched = world
        .orthos
        .watch_survey(&world.caller, id.clone(), survey, params);
    let WatchSurveyResponse::Ok { mut body } = watched.await.unwrap() else {
        panic!("it has not ended");
    };
    body.next().await.unwrap().unwrap();
    let other = world.context("other").await;
    let delete = async |context| world.orthos.delete_survey(&world.caller, context, survey).await;
    assert_eq!(delete(other).await.unwrap_err().status, 404);
    delete(id.clone()).await.unwrap();
    assert_eq!(body.next().await.unwrap().unwrap_err().type_uri, NO_SURVEY);
    assert_eq!(delete(id).await.unwrap_err().type_uri, NO_SURVEY);
}

#[tokio::test]
async fn an_ortho_that_is_not_there_is_not_found() {
    let (world, id) = grid().await;
    let unknown = OrthoId::try_from("00000000000000000000000000000000").unwrap();
    let lost = world
        .orthos
        .read_ortho(&world.caller, id, unknown, ReadOrthoParams::default())
        .await
        .unwrap_err();
    assert_eq!(lost.status, 404);
}

#[tokio::test]
async fn a_report_for_a_context_that_was_deleted_meanwhile_is_not_found() {
    let (world, id) = grid().await;
    let context = world.context_key(&id).await;
    world.delete(&id).await;
    let report = json!({
        "items": ["019350f4-7c1e-7b52-8f6e-0c5a4d3b2a22"], "context_version": 1, "orthos": [], "remediations": [],
        "next_items": [],
    });
    let body = serde_json::from_value(report).unwrap();
    let lost = world
        .orthos
        .report_expansion(&world.caller, context, body)
        .await
        .unwrap_err();
    assert_eq!(
        (lost.status, &*lost.type_uri),
        (404, "/problems/context-not-found")
    );
}

#[tokio::test]
async fn the_filter_of_a_deleted_context_is_gone_with_it() {
    let (world, id) = grid().await;
    let key = world.context_key(&id).await;
    let fetch = || {
        let params = ReadFilterParams { if_none_match: None };
        world.orthos.read_filter(&world.caller, key.clone(), params)
    };
    fetch().await.unwrap();
    world.delete(&id).await;
    assert_eq!(fetch().await.unwrap_err().status, 404);
}
