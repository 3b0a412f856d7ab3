//! Sessions against a server on this machine, which answers whatever a test tells it to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use crochet_openapi::{ByteStream, Caller, CallerKind, Identity, Problem, RequestContext, Scopes};
use futures_util::{Stream, StreamExt, stream};
use poem::{Body, Request, Response};
use reqwest::Method;

use super::{Call, Flow, Forward, Session};
use crate::net::{Authorize, AuthorizeError, Connection, Credential, Endpoints, Patience, Retries};
use crate::testing::Server;

const MERGE_PATCH: Option<&str> = Some("application/merge-patch+json");

const READ: Call = call("get_thing", Flow::Unary, false);
const CREATE: Call = call("create_thing", Flow::Unary, false);
const CREATE_ONCE: Call = call("create_thing", Flow::Unary, true);
const FOLLOW: Call = call("follow_thing", Flow::Download, false);
const SEND: Call = call("send_thing", Flow::Upload, false);

const fn call(operation_id: &'static str, flow: Flow, idempotent: bool) -> Call {
    Call {
        service: "things",
        operation_id,
        accept: "application/json",
        flow,
        idempotent,
    }
}

/// Patience for tests that wait in earnest, because a socket is in play.
const SHORT: Patience = Patience {
    connect: Duration::from_secs(5),
    per_try: Duration::from_millis(200),
    total: Duration::from_secs(5),
    silence: Duration::from_millis(300),
};

fn quick() -> Retries {
    Retries {
        again_max: 2,
        pause_min: Duration::from_millis(1),
        pause_max: Duration::from_millis(2),
    }
}

fn connect(server: &Server, authorize: impl Authorize + 'static, patience: Patience) -> Connection {
    let endpoints = Endpoints::at(&server.url).unwrap();
    Connection::to(endpoints)
        .authorize(authorize)
        .patience(patience)
        .retries(quick())
        .build()
        .unwrap()
}

fn key() -> Credential {
    Credential::api_key("k1").unwrap()
}

async fn send(
    session: &Session,
    method: Method,
    body: Option<reqwest::Body>,
) -> reqwest::Result<reqwest::Response> {
    let url = session.connection.endpoints().base("things", "/thing");
    let mut request = session
        .connection
        .http()
        .request(method, url)
        .header("api-version", "1")
        .build()
        .unwrap();
    *request.body_mut() = body;
    session.prepare(&mut request).unwrap();
    session.execute(request).await
}

async fn ask(server: &Server, call: &'static Call, method: Method) -> reqwest::Result<reqwest::Response> {
    let connection = connect(server, key(), SHORT);
    send(
        &Session::new(connection, call, Forward::default(), MERGE_PATCH),
        method,
        Some("{}".into()),
    )
    .await
}

async fn problem_of(response: reqwest::Response) -> Problem {
    response.json().await.unwrap()
}

#[tokio::test]
async fn ids_authority_and_media_types_are_sent_and_no_more() {
    let server = Server::start(|_, _| Response::default()).await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = RequestContext::from_headers(Some("r1"), Some(trace));
    let ada = Caller::new("person:ada", CallerKind::Person, Scopes::default(), request);
    let caller = Identity::service("ingestor", Scopes::default()).acting_for(&ada);
    let session = Session::new(
        connect(&server, key(), SHORT),
        &CREATE,
        Forward::from(&caller),
        MERGE_PATCH,
    );
    send(&session, Method::POST, Some("{}".into())).await.unwrap();
    let seen = server.seen();
    for (name, value) in [
        ("x-request-id", "r1"),
        ("traceparent", trace),
        ("x-on-behalf-of", "person:ada"),
        ("x-api-key", "k1"),
        ("accept", "application/json"),
        ("content-type", "application/merge-patch+json"),
        (
            "user-agent",
            concat!("crochet-client/", env!("CARGO_PKG_VERSION")),
        ),
    ] {
        assert_eq!(seen[0].headers[name], value, "{name}");
    }
    assert!(!seen[0].headers.contains_key("api-version") && !seen[0].headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn a_503_is_followed_by_another_try_under_the_same_request_id() {
    let server = Server::start(|count, _| status(if count == 1 { 503 } else { 200 })).await;
    assert_eq!(ask(&server, &READ, Method::GET).await.unwrap().status(), 200);
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].headers["x-request-id"], seen[1].headers["x-request-id"]);
}

#[tokio::test]
async fn a_post_is_sent_once_unless_it_has_an_idempotency_key() {
    let server = Server::start(|_, _| status(503)).await;
    assert_eq!(ask(&server, &CREATE, Method::POST).await.unwrap().status(), 503);
    assert_eq!(server.seen().len(), 1);

    let server = Server::start(|count, _| status(if count == 1 { 503 } else { 201 })).await;
    assert_eq!(
        ask(&server, &CREATE_ONCE, Method::POST).await.unwrap().status(),
        201
    );
    let keys: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.headers["idempotency-key"].clone())
        .collect();
    assert_eq!((keys.len(), &keys[0]), (2, &keys[1]));
}

/// Gives out `t1`, `t2`, and so on, and counts.
#[derive(Clone, Default)]
struct Tokens(Arc<Mutex<usize>>);

#[async_trait]
impl Authorize for Tokens {
    async fn credential(&self, _: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError> {
        let mut given = self.0.lock().unwrap();
        *given += 1;
        Credential::bearer(&format!("t{given}")).map(Some)
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_everybody_and_the_call_sent_again() {
    let server = Server::start(|_, request| {
        status(if request.header("authorization") == Some("Bearer t1") {
            401
        } else {
            200
        })
    })
    .await;
    let tokens = Tokens::default();
    let connection = connect(&server, tokens.clone(), SHORT);
    let session = Session::new(connection, &READ, Forward::default(), MERGE_PATCH);
    let all = futures_util::future::join_all((0..8).map(|_| send(&session, Method::GET, None))).await;
    assert!(all.into_iter().all(|response| response.unwrap().status() == 200));
    assert_eq!(*tokens.0.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_server_that_refuses_everything_is_asked_twice_and_its_refusal_told() {
    let server = Server::start(|_, _| status(401)).await;
    let connection = connect(&server, Tokens::default(), SHORT);
    let response = send(
        &Session::new(connection, &READ, Forward::default(), MERGE_PATCH),
        Method::GET,
        None,
    )
    .await
    .unwrap();
    assert_eq!((response.status().as_u16(), server.seen().len()), (401, 2));
}

#[tokio::test]
async fn a_key_that_cannot_be_renewed_is_not_sent_again() {
    let server = Server::start(|_, _| status(401)).await;
    assert_eq!(ask(&server, &READ, Method::GET).await.unwrap().status(), 401);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_no_key_leaves_for_another_origin() {
    let other = Server::start(|_, _| Response::default()).await;
    let to = other.url.clone();
    let server = Server::start(move |_, _| {
        Response::builder()
            .status(redirect())
            .header("location", &to)
            .finish()
    })
    .await;
    assert_eq!(ask(&server, &READ, Method::GET).await.unwrap().status(), 307);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn no_answer_in_time_is_a_504_that_names_service_and_operation() {
    for call in [&READ, &FOLLOW] {
        let server = Server::start_async(|_| std::future::pending()).await;
        let problem = problem_of(ask(&server, call, Method::POST).await.unwrap()).await;
        assert_eq!(problem.status, 504);
        assert!(
            problem
                .detail
                .as_deref()
                .unwrap()
                .contains("things did not answer"),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn an_upload_goes_on_as_long_as_the_server_takes_pieces_and_is_never_held_whole() {
    const PIECES: usize = 2_000;
    let server = Server::start_async(|request: Request| async move {
        let mut read = 0;
        let mut body = request.into_body().into_bytes_stream();
        while let Some(piece) = body.next().await {
            read += piece.unwrap().len();
        }
        Response::builder().body(Body::from_string(read.to_string()))
    })
    .await;
    let made = Arc::new(Mutex::new(0_usize));
    let counter = Arc::clone(&made);
    let pieces = pieces(stream::iter(0..PIECES), move || *counter.lock().unwrap() += 1);
    let session = Session::new(
        connect(&server, key(), SHORT),
        &SEND,
        Forward::default(),
        MERGE_PATCH,
    );
    let body = session.upload(pieces);
    let response = send(&session, Method::PUT, Some(body)).await.unwrap();
    assert_eq!(response.text().await.unwrap(), (PIECES * PIECE.len()).to_string());
    assert_eq!(*made.lock().unwrap(), PIECES);
}

#[tokio::test]
async fn a_length_that_is_known_is_announced() {
    let server = Server::start(|_, _| Response::default()).await;
    let session = Session::new(
        connect(&server, key(), SHORT),
        &SEND,
        Forward::default(),
        MERGE_PATCH,
    );
    for (body, length) in [
        (ByteStream::from("tea"), Some("3")),
        (pieces(stream::empty(), || {}), None),
    ] {
        let body = session.upload(body);
        send(&session, Method::PUT, Some(body)).await.unwrap();
        let seen = server.seen().pop().unwrap();
        assert_eq!(
            seen.headers
                .get("content-length")
                .map(|length| length.to_str().unwrap()),
            length
        );
    }
}

#[tokio::test]
async fn an_upload_that_nobody_takes_makes_few_pieces_and_ends_in_a_504() {
    let server = Server::start_async(|_| std::future::pending()).await;
    let made = Arc::new(Mutex::new(0_usize));
    let counter = Arc::clone(&made);
    let endless = pieces(stream::repeat(0), move || *counter.lock().unwrap() += 1);
    let session = Session::new(
        connect(&server, key(), SHORT),
        &SEND,
        Forward::default(),
        MERGE_PATCH,
    );
    let body = session.upload(endless);
    let response = send(&session, Method::PUT, Some(body)).await.unwrap();
    assert_eq!(response.status(), 504);
    let held = *made.lock().unwrap() * PIECE.len();
    assert!(
        held < 32 * 1024 * 1024,
        "{held} bytes were made and only socket buffers may hold them"
    );
}

static PIECE: [u8; 16 * 1024] = [7; 16 * 1024];

/// As many pieces as there are counts, made when they are asked for.
fn pieces<S>(counts: S, mut made: impl FnMut() + Send + 'static) -> ByteStream
where
    S: Stream<Item = usize> + Send + 'static,
{
    ByteStream::new(counts.map(move |_| {
        made();
        Ok(Bytes::from_static(&PIECE))
    }))
}

fn status(status: u16) -> Response {
    Response::builder()
        .status(poem::http::StatusCode::from_u16(status).unwrap())
        .finish()
}

fn redirect() -> poem::http::StatusCode {
    poem::http::StatusCode::TEMPORARY_REDIRECT
}
