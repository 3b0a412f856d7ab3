//! Event streams that break, resume, end and fail.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use crochet_openapi::{Event, EventStream, Problem};
use futures_util::{StreamExt, stream};

use super::{BREAKS_MAX, decode, resuming};

fn connection(text: &'static str, breaks: bool) -> EventStream<u32> {
    // One byte at a time: an event may be cut anywhere.
    let bytes = text.bytes().map(|byte| Ok(Bytes::from(vec![byte])));
    let end = breaks.then(|| Err(Problem::new(503, "broke off")));
    decode(stream::iter(bytes.chain(end)), "ingestor")
}

/// What arrives, as data or status, and after which ids connections were opened.
async fn follow(connections: Vec<EventStream<u32>>) -> (Vec<Result<u32, u16>>, Vec<Option<String>>) {
    let opened = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&opened);
    let mut connections = connections.into_iter();
    let first = connections.next().unwrap();
    let events = resuming(first, move |last| {
        log.lock().unwrap().push(last);
        let next = connections
            .next()
            .map(Some)
            .ok_or_else(|| Problem::not_found("gone"));
        async move { next }
    });
    let got = events
        .map(|item| item.map(|event| event.data).map_err(|problem| problem.status))
        .collect()
        .await;
    let opened = opened.lock().unwrap().clone();
    (got, opened)
}

#[tokio::test]
async fn every_field_of_an_event_is_read_and_comments_are_not_events() {
    let text = ": hello\n\nretry: 10\n\nid: 7\nevent: progress\ndata: 4\ndata: 2\n\n";
    let got: Vec<_> = decode::<u32, _>(
        stream::iter([Ok(Bytes::from(text.replace("4\ndata: ", "4")))]),
        "x",
    )
    .map(Result::unwrap)
    .collect()
    .await;
    let expected = Event {
        id: Some("7".into()),
        name: Some("progress".into()),
        retry_ms: None,
        data: 42,
    };
    assert_eq!(got, [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_resumed_after_the_last_event() {
    let (got, opened) = follow(vec![
        connection("id: 1\ndata: 10\n\nid: 2\ndata: 20\n\nid: 3\nda", true),
        connection("id: 3\ndata: 30\n\n", false),
    ])
    .await;
    assert_eq!(got, [Ok(10), Ok(20), Ok(30)]);
    assert_eq!(opened, [Some("2".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_for_a_moment_is_waited_for() {
    let mut answers = vec![
        Err(Problem::new(503, "ingestor cannot be reached")),
        Err(Problem::new(503, "ingestor cannot be reached")),
        Ok(Some(connection("id: 2\ndata: 20\n\n", false))),
    ]
    .into_iter();
    let events = resuming(connection("id: 1\ndata: 10\n\n", true), move |_| {
        let answer = answers.next().unwrap();
        async move { answer }
    });
    let got: Vec<u32> = events.map(|event| event.unwrap().data).collect().await;
    assert_eq!(got, [10, 20]);
}

#[tokio::test(start_paused = true)]
async fn what_the_server_ends_is_not_opened_again() {
    let (got, opened) = follow(vec![connection("id: 1\ndata: 10\n\n", false)]).await;
    assert_eq!((got.as_slice(), opened.len()), ([Ok(10)].as_slice(), 0));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_behind_its_last_event_ends_when_nothing_more_will_come() {
    let events = resuming(connection("id: 1\ndata: 10\n\n", true), |_| async { Ok(None) });
    let got: Vec<u32> = events.map(|event| event.unwrap().data).collect().await;
    assert_eq!(got, [10]);
}

#[tokio::test(start_paused = true)]
async fn events_without_ids_cannot_be_resumed() {
    let (got, opened) = follow(vec![connection("data: 10\n\n", true)]).await;
    assert_eq!((got.as_slice(), opened.len()), ([Ok(10), Err(503)].as_slice(), 0));
}

#[tokio::test(start_paused = true)]
async fn a_problem_event_ends_the_stream_with_its_problem() {
    let text = "id: 1\ndata: 10\n\nevent: problem\ndata: {\"title\":\"Gone\",\"status\":410}\n\n";
    let (got, opened) = follow(vec![connection(text, false)]).await;
    assert_eq!((got.as_slice(), opened.len()), ([Ok(10), Err(410)].as_slice(), 0));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_only_breaks_is_given_up() {
    let (got, opened) = follow((0..20).map(|_| connection("", true)).collect()).await;
    assert_eq!(got, [Err(503)]);
    assert_eq!(opened, vec![None; BREAKS_MAX as usize]);
}

#[tokio::test]
async fn an_event_that_the_spec_does_not_allow_is_a_bad_gateway() {
    let (got, _) = follow(vec![connection("data: tea\n\n", false)]).await;
    assert_eq!(got, [Err(502)]);
}
