//! Retries with a clock that stands still and a server made of a list of answers.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Method, Request, Response, Url};
use tokio::time::Instant;

use super::{Failure, persist, repeatable, retry_after, sort};
use crate::net::Retries;

fn answer(status: u16, retry_after: Option<&str>) -> Result<Response, Failure> {
    let mut response = http::Response::builder().status(status);
    if let Some(value) = retry_after {
        response = response.header(RETRY_AFTER, value);
    }
    sort(Ok(response.body("").unwrap().into()))
}

/// The status of the last word, how many tries it took, and how long.
async fn play(
    answers: Vec<Result<Response, Failure>>,
    deadline_s: Option<u64>,
) -> (Option<u16>, usize, Duration) {
    let answers = RefCell::new(VecDeque::from(answers));
    let given = answers.borrow().len();
    let started = Instant::now();
    let deadline = deadline_s.map(|seconds| started + Duration::from_secs(seconds));
    let send = async || answers.borrow_mut().pop_front().unwrap();
    let status = match persist(Retries::default(), deadline, send).await {
        Ok(response) => Some(response.status().as_u16()),
        Err(Failure::NotNow(response)) => Some(response.status().as_u16()),
        Err(_) => None,
    };
    (status, given - answers.borrow().len(), started.elapsed())
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_asked_again_after_a_pause_that_grows() {
    let (status, tries, took) = play(
        vec![
            answer(503, None),
            Err(Failure::Late),
            answer(502, None),
            answer(200, None),
        ],
        None,
    )
    .await;
    assert_eq!((status, tries), (Some(200), 4));
    let pauses = Duration::from_millis(100 + 200 + 400);
    assert!(
        took >= pauses && took <= pauses * 2 + Duration::from_millis(10),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_pause_that_the_server_asks_for_is_kept() {
    let (status, tries, took) = play(vec![answer(429, Some("7")), answer(200, None)], None).await;
    assert_eq!((status, tries), (Some(200), 2));
    assert!(
        took >= Duration::from_secs(7) && took < Duration::from_secs(8),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_asked_for_but_too_long_is_an_answer_at_once() {
    let (status, tries, took) = play(vec![answer(503, Some("3600"))], None).await;
    assert_eq!((status, tries, took), (Some(503), 1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_beyond_the_deadline() {
    let (status, tries, took) = play(vec![answer(503, Some("7"))], Some(5)).await;
    assert_eq!((status, tries, took), (Some(503), 1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn tries_are_limited_and_the_last_answer_is_told() {
    let (status, tries, _) = play((0..9).map(|_| answer(503, None)).collect(), None).await;
    assert_eq!((status, tries), (Some(503), 1 + Retries::default().again_max));
}

#[tokio::test(start_paused = true)]
async fn answers_that_will_not_change_are_the_last_word() {
    for status in [200, 304, 400, 401, 403, 404, 409, 412, 422, 500] {
        assert_eq!(
            play(vec![answer(status, None)], None).await,
            (Some(status), 1, Duration::ZERO)
        );
    }
}

fn request(method: Method, idempotency_key: bool) -> Request {
    let mut request = Request::new(method, Url::parse("http://a.invalid").unwrap());
    if idempotency_key {
        request
            .headers_mut()
            .insert("Idempotency-Key", "k".parse().unwrap());
    }
    request
}

#[test]
fn only_what_does_no_harm_twice_is_repeated() {
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD] {
        assert!(repeatable(&request(method, false)));
    }
    for method in [Method::POST, Method::PATCH] {
        assert!(!repeatable(&request(method.clone(), false)));
        assert!(repeatable(&request(method, true)));
    }
}

#[test]
fn a_streamed_body_is_sent_once() {
    let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>("a")]);
    let streamed = Client::new()
        .put("http://a.invalid")
        .body(reqwest::Body::wrap_stream(pieces));
    assert!(!repeatable(&streamed.build().unwrap()));
    assert!(repeatable(
        &Client::new().put("http://a.invalid").body("a").build().unwrap()
    ));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let wait = |value: &str| {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
        retry_after(&headers, now)
    };
    assert_eq!(wait("120"), Some(Duration::from_secs(120)));
    assert_eq!(
        wait(&httpdate::fmt_http_date(now + Duration::from_secs(30))),
        Some(Duration::from_secs(30))
    );
    assert_eq!(
        wait(&httpdate::fmt_http_date(now - Duration::from_secs(30))),
        Some(Duration::ZERO)
    );
    assert_eq!(wait("soon"), None);
    assert_eq!(retry_after(&HeaderMap::new(), now), None);
}
