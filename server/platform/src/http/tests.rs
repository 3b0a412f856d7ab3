//! The stack over poem's test client; the server over real sockets is in a file of its own.

mod server;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crochet_openapi::{Handled, OperationInfo, Problem};
use futures_util::StreamExt as _;
use poem::http::StatusCode;
use poem::test::{TestClient, TestResponse};
use poem::{Body, Endpoint, Request, Response, Route, get, handler};
use tokio_util::sync::CancellationToken;

use super::{ShowProblem, Stack, StackSettings};
use crate::config::Config;
use crate::metrics::Metrics;
use crate::testing::OPERATION;

static STREAM: OperationInfo = OperationInfo {
    streams: true,
    operation_id: "watch_teas",
    ..OPERATION
};
static PLAIN: OperationInfo = OPERATION;

#[handler]
fn teas(request: &Request) -> String {
    request
        .extensions()
        .get::<Handled>()
        .unwrap()
        .set(&PLAIN, Some("key:ada".into()));
    "green".to_owned()
}

#[handler]
async fn slow(request: &Request) -> &'static str {
    request.extensions().get::<Handled>().unwrap().set(&PLAIN, None);
    std::future::pending().await
}

/// Takes its body at once and answers never.
#[handler]
async fn slow_to_work(_body: String) -> &'static str {
    std::future::pending().await
}

#[handler]
async fn slow_stream(request: &Request) -> Response {
    request.extensions().get::<Handled>().unwrap().set(&STREAM, None);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let pieces =
        futures_util::stream::iter([Ok::<_, io::Error>("one")]).chain(futures_util::stream::pending());
    Body::from_bytes_stream(pieces).into()
}

#[handler]
fn panics() -> String {
    panic!("on purpose")
}

#[handler]
fn long() -> String {
    "x".repeat(100_000)
}

/// Takes an upload as a stream, however long that takes.
struct Take;

impl Endpoint for Take {
    type Output = String;

    async fn call(&self, mut request: Request) -> poem::Result<String> {
        request.extensions().get::<Handled>().unwrap().set(&STREAM, None);
        Ok(request.take_body().into_string().await?)
    }
}

#[handler]
async fn echo(body: String) -> String {
    body
}

#[handler]
fn tagged() -> Response {
    Response::builder().header("etag", "\"7\"").body("green")
}

fn settings() -> StackSettings {
    let mut settings = StackSettings::of(&Config::default(), |path| path == "/quiet");
    settings.request_timeout = Duration::from_millis(50);
    settings.stream_idle = Duration::from_millis(100);
    settings
}

fn stack(metrics: &Metrics, settings: StackSettings) -> Stack<Route> {
    let routes = Route::new()
        .at("/teas", get(teas).post(echo))
        .at("/quiet", get(teas))
        .at("/slow", get(slow).post(slow_to_work))
        .at("/stream", get(slow_stream))
        .at("/long", get(long))
        .at("/tagged", get(tagged).post(tagged))
        .at("/take", Take)
        .at("/panics", get(panics));
    Stack::new(
        routes,
        settings,
        metrics.requests.clone(),
        CancellationToken::new(),
    )
}

fn client() -> (TestClient<Stack<Route>>, Metrics) {
    let metrics = Metrics::default();
    (TestClient::new(stack(&metrics, settings())), metrics)
}

/// What would never end without the guard under test fails instead.
async fn in_time<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(60), future)
        .await
        .expect("it ends by itself")
}

async fn problem(response: TestResponse, status: StatusCode) -> serde_json::Value {
    response.assert_status(status);
    response.assert_content_type("application/problem+json");
    serde_json::from_slice(&response.0.into_body().into_bytes().await.unwrap()).unwrap()
}

/// Shows problems to whoever wants HTML.
struct Picture;

impl ShowProblem for Picture {
    fn show(&self, problem: &Problem, accept: &str) -> Option<Response> {
        let text = format!(
            "{} at {}",
            problem.status,
            problem.instance.as_deref().unwrap_or_default()
        );
        accept
            .contains("text/html")
            .then(|| Response::builder().content_type("text/html").body(text))
    }
}

#[tokio::test]
async fn problems_are_shown_to_people_and_hold_no_more_of_a_path_than_may_be_said() {
    let settings = StackSettings {
        shows: Some(Arc::new(Picture)),
        sayable: |path| {
            if path.starts_with("/secret/") {
                "/secret"
            } else {
                path
            }
        },
        ..settings()
    };
    let client = TestClient::new(stack(&Metrics::default(), settings));
    for path in ["/panics", "/secret/xyz"] {
        let shown = client.get(path).header("accept", "text/html").send().await;
        let text = shown.0.into_body().into_string().await.unwrap();
        assert!(["500 at /panics", "404 at /secret"].contains(&&*text), "{text}");
        let told = client.get(path).header("accept", "*/*").send().await;
        assert_eq!(told.0.content_type(), Some("application/problem+json"));
        let text = told.0.into_body().into_string().await.unwrap();
        assert!(!text.contains("xyz"), "{text}");
    }
}

#[tokio::test]
async fn a_request_id_is_taken_over_or_made_and_sent_back() {
    let (client, _) = client();
    let response = client.get("/teas").header("x-request-id", "req-1").send().await;
    response.assert_header("x-request-id", "req-1");
    let made = client
        .get("/teas")
        .send()
        .await
        .0
        .header("x-request-id")
        .map(str::to_owned);
    assert_eq!(made.map(|id| id.len()), Some(32));
}

#[tokio::test]
async fn every_reply_carries_headers_that_keep_browsers_safe() {
    let (client, _) = client();
    let response = client.get("/teas").send().await;
    response.assert_header("x-content-type-options", "nosniff");
    response.assert_header(
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    );
    response.assert_header("cache-control", "no-store");
}

#[tokio::test]
async fn only_what_may_hold_links_says_how_they_name_it() {
    let (client, _) = client();
    let document = client.get("/nothing").send().await;
    document.assert_header("referrer-policy", "no-referrer");
    let data = client.get("/teas").send().await.0;
    assert_eq!(data.header("referrer-policy"), None);
}

#[tokio::test]
async fn only_what_was_read_and_has_a_tag_may_be_kept_and_only_by_its_caller() {
    let (client, _) = client();
    for read in [client.get("/tagged"), client.head("/tagged")] {
        read.send()
            .await
            .assert_header("cache-control", "private, no-cache");
    }
    let changed = client.post("/tagged").send().await;
    changed.assert_header("cache-control", "no-store");
}

#[tokio::test]
async fn whoever_came_by_tls_is_told_to_come_so_again_and_nobody_else() {
    let (client, _) = client();
    let told = async |proto: Option<&str>| {
        let asked = client.get("/teas");
        let asked = match proto {
            Some(proto) => asked.header("x-forwarded-proto", proto),
            None => asked,
        };
        let answer = asked.send().await.0;
        answer.header("strict-transport-security").map(str::to_owned)
    };
    assert_eq!(told(Some("https")).await.as_deref(), Some("max-age=31536000"));
    assert_eq!((told(Some("http")).await, told(None).await), (None, None));
}

#[tokio::test]
async fn an_unknown_path_is_a_problem_that_names_path_and_request() {
    let (client, _) = client();
    let body = problem(
        client.get("/nothing").header("x-request-id", "r").send().await,
        StatusCode::NOT_FOUND,
    )
    .await;
    assert_eq!(
        (body["instance"].as_str(), body["request_id"].as_str()),
        (Some("/nothing"), Some("r"))
    );
}

#[tokio::test]
async fn requests_are_counted_under_the_operation_that_answered() {
    let (client, metrics) = client();
    client.get("/teas").send().await.assert_status_is_ok();
    client
        .get("/nothing")
        .send()
        .await
        .assert_status(StatusCode::NOT_FOUND);
    let text = metrics.render();
    assert!(
        text.contains(r#"_count{spec="teas",operation="list_teas",status="2xx"} 1"#),
        "{text}"
    );
    assert!(
        text.contains(r#"_count{spec="none",operation="none",status="4xx"} 1"#),
        "{text}"
    );
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let (client, metrics) = client();
    let refused = client.get(format!("/{}", "x".repeat(9_000))).send().await;
    let told = problem(refused, StatusCode::URI_TOO_LONG).await;
    assert!(
        told.to_string().len() < 1_000,
        "the reply need not repeat the address"
    );
    let large = "x".repeat(33_000);
    let refused = client.get("/teas").header("x-large", large).send().await;
    problem(refused, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE).await;
    assert!(
        metrics
            .render()
            .contains(r#"http_server_refusals_total{reason="HeadTooLarge"} 2"#)
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_cut_off() {
    let (client, metrics) = client();
    let told = problem(client.get("/slow").send().await, StatusCode::GATEWAY_TIMEOUT).await;
    assert_eq!(told["detail"], "no answer within 50 ms");
    let text = metrics.render();
    assert!(
        text.contains(r#"operation="list_teas",status="5xx"} 1"#),
        "{text}"
    );
    assert!(text.contains("http_server_in_flight 0"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_may_start_late_but_not_stay_silent() {
    let (client, _) = client();
    let response = client.get("/stream").send().await;
    response.assert_status_is_ok();
    let pieces = response.0.into_body().into_bytes_stream().collect::<Vec<_>>();
    let pieces = in_time(pieces).await;
    assert_eq!(pieces.len(), 2);
    assert!(pieces[0].is_ok());
    assert_eq!(pieces[1].as_ref().unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_goes_silent_ends() {
    let (client, _) = client();
    let pieces =
        futures_util::stream::iter([Ok::<_, io::Error>("one")]).chain(futures_util::stream::pending());
    let sent = client
        .post("/teas")
        .header("transfer-encoding", "chunked")
        .body(Body::from_bytes_stream(pieces));
    assert!(!sent.send().await.0.status().is_success());
}

#[tokio::test(start_paused = true)]
async fn a_short_upload_that_never_arrives_ends_too() {
    let (client, _) = client();
    let pieces =
        futures_util::stream::iter([Ok::<_, io::Error>("one")]).chain(futures_util::stream::pending());
    let sent = client
        .post("/take")
        .header("content-length", "10")
        .body(Body::from_bytes_stream(pieces));
    let told = problem(in_time(sent.send()).await, StatusCode::REQUEST_TIMEOUT).await;
    assert_eq!(told["detail"], "the body did not arrive within 150 ms");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_arrives_too_slowly_is_the_fault_of_its_sender_and_one_that_arrived_is_not() {
    let (client, _) = client();
    let slowly = || {
        let pieces = futures_util::stream::repeat("x").then(async |piece| {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, io::Error>(piece)
        });
        Body::from_bytes_stream(pieces)
    };
    for announced in [("content-length", "10"), ("transfer-encoding", "chunked")] {
        let sent = client
            .post("/teas")
            .header(announced.0, announced.1)
            .body(slowly());
        let told = problem(sent.send().await, StatusCode::REQUEST_TIMEOUT).await;
        assert_eq!(told["detail"], "the body did not arrive within 50 ms");
    }
    let sent = client.post("/slow").header("content-length", "3").body("one");
    problem(sent.send().await, StatusCode::GATEWAY_TIMEOUT).await;
}

#[tokio::test(start_paused = true)]
async fn an_upload_of_a_stream_that_goes_silent_ends_however_long_it_is() {
    for (name, value) in [("content-length", "1000000"), ("transfer-encoding", "chunked")] {
        let (client, _) = client();
        let pieces =
            futures_util::stream::iter([Ok::<_, io::Error>("one")]).chain(futures_util::stream::pending());
        let sent = client
            .post("/take")
            .header(name, value)
            .body(Body::from_bytes_stream(pieces));
        let status = in_time(sent.send()).await.0.status();
        assert!(!status.is_success(), "{name} {value}: {status}");
    }
}

#[tokio::test(start_paused = true)]
async fn events_end_when_the_server_goes_away_and_nothing_else_is_torn() {
    let metrics = Metrics::default();
    let going_away = CancellationToken::new();
    let endpoint = poem::endpoint::make_sync(|request| {
        request.extensions().get::<Handled>().unwrap().set(&STREAM, None);
        let media_type = request.uri().path().trim_start_matches('/').to_owned();
        let body = Body::from_bytes_stream(futures_util::stream::pending::<io::Result<&str>>());
        Response::builder().content_type(&media_type).body(body)
    });
    let stack = Stack::new(endpoint, settings(), metrics.requests.clone(), going_away.clone());
    let client = TestClient::new(stack);
    let (events, bytes) = (
        client.get("/text/event-stream").send().await,
        client.get("/image/png").send().await,
    );
    going_away.cancel();
    let left = |response: TestResponse| response.0.into_body().into_bytes_stream().collect::<Vec<_>>();
    assert!(in_time(left(events)).await.is_empty());
    let torn = in_time(left(bytes)).await;
    assert_eq!(torn[0].as_ref().unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn a_panic_is_a_problem_that_says_nothing_about_its_cause() {
    let (client, metrics) = client();
    let body = problem(
        client.get("/panics").send().await,
        StatusCode::INTERNAL_SERVER_ERROR,
    )
    .await;
    assert!(!body.to_string().contains("on purpose"), "{body}");
    assert!(
        metrics
            .render()
            .contains(r#"http_server_refusals_total{reason="Panic"} 1"#)
    );
    client.get("/teas").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn a_busy_server_refuses_at_once_but_still_answers_probes() {
    let metrics = Metrics::default();
    let settings = StackSettings {
        concurrency_max: 0,
        ..settings()
    };
    let client = TestClient::new(stack(&metrics, settings));
    let response = client.get("/teas").send().await;
    response.assert_header("retry-after", "1");
    problem(response, StatusCode::SERVICE_UNAVAILABLE).await;
    client.get("/quiet").send().await.assert_status_is_ok();
}

#[tokio::test(start_paused = true)]
async fn a_request_keeps_its_place_until_it_is_answered() {
    let metrics = Metrics::default();
    let settings = StackSettings {
        concurrency_max: 1,
        ..settings()
    };
    let client = TestClient::new(stack(&metrics, settings));
    let (first, second) = tokio::join!(client.get("/slow").send(), client.get("/teas").send());
    problem(first, StatusCode::GATEWAY_TIMEOUT).await;
    problem(second, StatusCode::SERVICE_UNAVAILABLE).await;
    client.get("/teas").send().await.assert_status_is_ok();
}
