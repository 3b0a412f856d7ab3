//! Calls and adapters against a server that a test plays by hand: what breaks, what changes, what goes on.

use std::time::Duration;

use bytes::Bytes;
use crochet_api::ingestor::{Ingest, IngestorApi, WatchIngestParams, WatchIngestResponse};
use crochet_api::orthos::OrthosApi;
use crochet_openapi::{ByteStream, Caller, EventStream, Problem, RequestContext};
use futures_util::{StreamExt, TryStreamExt, stream};
use poem::http::StatusCode;
use poem::{Body, Request, Response};
use serde_json::{Value, json};

use crate::adapter::ingestor::HttpIngestor;
use crate::adapter::orthos::HttpOrthos;
use crate::testing::Server;
use crate::{Connection, Credential, Crochet, Endpoints, Error, Patience, Retries, Upload};

const INGEST_ID: &str = "019350f4-7c1e-7b52-8f6e-0c5a4d3b2a20";

/// Patience for tests that wait in earnest, because a socket is in play.
fn hasty() -> Patience {
    Patience {
        per_try: Duration::from_millis(300),
        silence: Duration::from_millis(300),
        ..Patience::default()
    }
}

fn connection(url: &str) -> Connection {
    let key = Credential::api_key("k1").unwrap();
    let builder = Connection::to(Endpoints::at(url).unwrap())
        .authorize(key)
        .patience(hasty());
    builder.retries(Retries::none()).build().unwrap()
}

fn api(server: &Server) -> Crochet {
    Crochet::new(connection(&server.url))
}

fn caller() -> Caller {
    Caller::anonymous(RequestContext::new())
}

fn json_answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    Response::builder()
        .status(status)
        .content_type("application/json")
        .body(body.to_string())
}

fn problem_answer(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap();
    let body = serde_json::to_string(problem).unwrap();
    Response::builder()
        .status(status)
        .content_type("application/problem+json")
        .body(body)
}

fn ingest(state: &str, work_left: u32) -> Value {
    json!({
        "id": INGEST_ID, "context_id": "holmes", "title": "A Scandal", "state": state, "version": 1,
        "corpus_id": INGEST_ID, "duplicate": false, "work_left": work_left, "work_done": 1, "stuck": 0, "sentences": 1,
        "words": 10, "new_words": 5, "new_phrases": 5, "orthos": 3, "remediations": 2, "truncated": false,
        "created_at": "2026-11-20T14:22:31Z",
    })
}

fn ortho(id: char) -> Value {
    json!({
        "id": id.to_string().repeat(32), "shape": "2x2", "extents": [2, 2], "cells": ["a", "b", "c", "d"],
        "volume": 1, "rarity": 7, "version": 1,
    })
}

fn event(id: u32, data: &Value) -> String {
    format!("id: {id}\nretry: 1\ndata: {data}\n\n")
}

/// Events, and then the connection breaks, ends, or stands still.
fn events(text: String, then: Then) -> Response {
    let length = text.len();
    let first = stream::iter([Ok::<_, std::io::Error>(text)]);
    let answer = Response::builder().content_type("text/event-stream");
    match then {
        // What is announced and does not come makes the server drop the connection.
        Then::Breaks => answer
            .header("content-length", length + 100)
            .body(Body::from_bytes_stream(first)),
        Then::Ends => answer.body(Body::from_bytes_stream(first)),
        Then::StandsStill => answer.body(Body::from_bytes_stream(first.chain(stream::pending()))),
    }
}

async fn watched(ingestor: &dyn IngestorApi) -> EventStream<Ingest> {
    let (context, id) = ("holmes".parse().unwrap(), INGEST_ID.parse().unwrap());
    let params = WatchIngestParams::default();
    match ingestor
        .watch_ingest(&caller(), context, id, params)
        .await
        .unwrap()
    {
        WatchIngestResponse::Ok { body } => body,
        WatchIngestResponse::NoContent => panic!("there is something to watch"),
    }
}

#[derive(Clone, Copy)]
enum Then {
    Breaks,
    Ends,
    StandsStill,
}

#[tokio::test]
async fn events_go_on_after_the_last_one_when_the_connection_breaks() {
    let server = Server::start(|_, request| match request.header("last-event-id") {
        None => events(event(1, &ingest("searching", 3)), Then::Breaks),
        Some("1") => events(event(2, &ingest("settled", 0)), Then::Ends),
        Some(_) => problem_answer(&Problem::not_found("no such event")),
    })
    .await;
    let http: &dyn IngestorApi = &HttpIngestor::new(&connection(&server.url));
    let events = watched(http).await;
    let left: Vec<i64> = events
        .map_ok(|event| event.data.work_left)
        .try_collect()
        .await
        .unwrap();
    assert_eq!((left, server.seen().len()), (vec![3, 0], 2));
}

#[tokio::test]
async fn a_stream_of_events_that_stands_still_is_opened_again_and_given_up_as_a_504() {
    let server = Server::start(|count, _| match count {
        1 => events(event(1, &ingest("searching", 3)), Then::StandsStill),
        _ => events(String::new(), Then::StandsStill),
    })
    .await;
    let http: &dyn IngestorApi = &HttpIngestor::new(&connection(&server.url));
    let events = watched(http).await;
    let got: Vec<_> = events
        .map(|item| item.map(|_| ()).map_err(|problem| problem.status))
        .collect()
        .await;
    assert_eq!(got, [Ok(()), Err(504)]);
    assert!(server.seen().len() > 2);
}

#[tokio::test]
async fn progress_goes_on_over_a_restart_of_the_server_and_ends_when_the_ingest_is_settled() {
    let server = Server::start(|count, _| match count {
        1 => events(event(1, &ingest("searching", 3)), Then::Ends),
        2 => events(String::new(), Then::Ends),
        _ => events(
            event(2, &ingest("settled", 0)) + &event(3, &ingest("settled", 0)),
            Then::StandsStill,
        ),
    })
    .await;
    let started = serde_json::from_value(ingest("searching", 9)).unwrap();
    let states: Vec<_> = api(&server)
        .progress(&started)
        .map_ok(|now| now.state.as_str())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(states, ["searching", "settled"]);
    let resumed: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.headers.get("last-event-id").cloned())
        .collect();
    assert_eq!(
        resumed,
        [None, Some("1".parse().unwrap()), Some("1".parse().unwrap())]
    );
}

#[tokio::test]
async fn progress_ends_where_nothing_more_will_come() {
    let server = Server::start(|count, _| match count {
        1 => events(event(1, &ingest("searching", 3)), Then::Ends),
        _ => Response::builder().status(StatusCode::NO_CONTENT).finish(),
    })
    .await;
    let started = serde_json::from_value(ingest("searching", 9)).unwrap();
    let states: Vec<_> = api(&server)
        .progress(&started)
        .map_ok(|now| now.state.as_str())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(states, ["searching"]);
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_a_503_that_names_it() {
    let http: &dyn OrthosApi = &HttpOrthos::new(&connection("http://127.0.0.1:1"));
    let problem = http
        .count_shapes(&caller(), "holmes".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(problem.status, 503);
    assert!(problem.detail.as_deref().unwrap().contains("orthos"), "{problem}");
}

#[tokio::test]
async fn a_service_that_does_not_answer_in_time_is_a_504() {
    let server = Server::start_async(|_| std::future::pending()).await;
    let http: &dyn OrthosApi = &HttpOrthos::new(&connection(&server.url));
    let problem = http
        .count_shapes(&caller(), "holmes".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(problem.status, 504);
}

#[tokio::test]
async fn a_body_that_stops_in_the_middle_is_a_504() {
    let server = Server::start_async(|_: Request| async {
        let pieces = stream::iter([Ok::<_, std::io::Error>("{")]).chain(stream::pending());
        Response::builder()
            .content_type("application/json")
            .body(Body::from_bytes_stream(pieces))
    })
    .await;
    let http: &dyn OrthosApi = &HttpOrthos::new(&connection(&server.url));
    let problem = http
        .count_shapes(&caller(), "holmes".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(problem.status, 504);
}

#[tokio::test]
async fn an_answer_of_another_shape_is_a_502_that_keeps_its_details() {
    let server = Server::start(|_, _| json_answer(200, &json!({"secret": "hunter2"}))).await;
    let http: &dyn OrthosApi = &HttpOrthos::new(&connection(&server.url));
    let problem = http
        .count_shapes(&caller(), "holmes".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(problem.status, 502);
    assert!(!problem.to_string().contains("hunter2"), "{problem}");
}

#[tokio::test]
async fn a_list_is_streamed_page_by_page_with_its_filters() {
    let server = Server::start(|_, request| {
        let query = request.uri().query().unwrap_or_default().to_owned();
        if query.contains("page_token=next") {
            json_answer(200, &json!({"items": [ortho('c')]}))
        } else {
            json_answer(
                200,
                &json!({"items": [ortho('a'), ortho('b')], "next_page": "next"}),
            )
        }
    })
    .await;
    let orthos = api(&server).list_orthos("holmes").shape("2x2").limit(2).stream();
    let ids: Vec<_> = orthos
        .map_ok(|ortho| ortho.id.as_str().chars().next().unwrap())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(ids, ['a', 'b', 'c']);
    for seen in server.seen() {
        assert!(
            seen.path.contains("shape=2x2") && seen.path.contains("limit=2"),
            "{}",
            seen.path
        );
    }
}

#[tokio::test]
async fn a_change_that_came_too_late_says_what_the_tag_is_now() {
    let server = Server::start(|_, _| {
        let mut answer = problem_answer(&Problem::new(412, "v4 meanwhile"));
        answer.headers_mut().insert("etag", "\"v4\"".parse().unwrap());
        answer
    })
    .await;
    let error = api(&server).delete_context("holmes", "\"v3\"").await.unwrap_err();
    assert!(
        matches!(&error, Error::Changed { etag: Some(etag), .. } if etag == "\"v4\""),
        "{error:?}"
    );
    assert_eq!(server.seen()[0].headers["if-match"], "\"v3\"");
}

#[tokio::test]
async fn a_refusal_says_what_is_missing_and_who_grants_it() {
    let mut refusal = Problem::forbidden("no");
    refusal.missing = vec!["corpora:write".to_owned()];
    refusal.granted_by = vec!["editor".to_owned()];
    let server = Server::start(move |_, _| problem_answer(&refusal)).await;
    let error = api(&server)
        .upload_text("holmes", "A Scandal", Upload::from("It was."))
        .await
        .unwrap_err();
    let Error::Denied {
        missing, granted_by, ..
    } = error
    else {
        unreachable!("{error:?}")
    };
    assert_eq!(
        (missing, granted_by),
        (vec!["corpora:write".to_owned()], vec!["editor".to_owned()])
    );
}

#[tokio::test]
async fn what_breaks_a_rule_is_never_sent() {
    let server = Server::start(|_, _| Response::default()).await;
    let error = api(&server).list_orthos("Not A Name").limit(2).await.unwrap_err();
    assert!(matches!(error, Error::Unsendable(_)), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_refusal_that_comes_before_the_upload_is_read_is_told_as_it_is() {
    let server = Server::start(|_, _| problem_answer(&Problem::forbidden("not you"))).await;
    for _ in 0..20 {
        let large =
            ByteStream::new(stream::repeat_with(|| Ok(Bytes::from_static(&[b'a'; 64 * 1024]))).take(512));
        let error = api(&server)
            .upload_text("holmes", "A Scandal", large)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
    }
}
