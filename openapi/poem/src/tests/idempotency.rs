//! A request with an `Idempotency-Key` acts once.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use poem::Endpoint;
use poem::test::{TestClient, TestResponse};
use serde_json::{Value, json};

use super::house::{House, WithKey, open, refusal};

fn tea(id: &str) -> Value {
    json!({"id": id, "name": "Sencha", "kind": "green", "water": {"celsius": 70}})
}

async fn create(client: &TestClient<impl Endpoint>, key: &str, body: &Value) -> TestResponse {
    client
        .post("/api/tea-house/v1/teas")
        .key()
        .header("Idempotency-Key", key)
        .body_json(body)
        .send()
        .await
}

#[tokio::test]
async fn the_same_request_gets_the_same_reply_and_acts_once() {
    let house = Arc::<House>::default();
    let client = open(&house);
    let first = create(&client, "key-00001", &tea("sencha")).await;
    let second = create(&client, "key-00001", &tea("sencha")).await;
    for name in ["etag", "location", "content-type"] {
        assert!(first.0.header(name).is_some());
        assert_eq!(first.0.header(name), second.0.header(name));
    }
    assert_eq!(
        (first.0.status().as_u16(), second.0.status().as_u16()),
        (201, 201)
    );
    assert_eq!(
        (
            first.0.header("idempotent-replayed"),
            second.0.header("idempotent-replayed")
        ),
        (None, Some("true"))
    );
    let texts = (
        first.0.into_body().into_string().await.unwrap(),
        second.0.into_body().into_string().await.unwrap(),
    );
    assert_eq!(texts.0, texts.1);
    assert_eq!(house.created.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let client = open(&Arc::default());
    create(&client, "key-00001", &tea("sencha")).await;
    let (status, problem) = refusal(create(&client, "key-00001", &tea("assam")).await).await;
    assert_eq!(status, 422);
    assert_eq!(
        problem.detail.as_deref(),
        Some("this Idempotency-Key was used with another request")
    );
}

#[tokio::test]
async fn a_request_that_is_under_way_is_a_409_that_says_when_to_ask_again() {
    let client = open(&Arc::default());
    create(&client, "slow-key", &tea("sencha")).await;
    let response = create(&client, "slow-key", &tea("sencha")).await;
    assert_eq!(response.0.header("retry-after"), Some("1"));
    assert_eq!(refusal(response).await.0, 409);
}

#[tokio::test]
async fn a_failed_request_may_be_sent_again() {
    let house = Arc::<House>::default();
    let client = open(&house);
    for status in [409, 500] {
        let id = if status == 409 { "taken" } else { "unlucky" };
        for _ in 0..2 {
            assert_eq!(
                refusal(create(&client, &format!("key-{id}"), &tea(id)).await)
                    .await
                    .0,
                status
            );
        }
    }
    assert_eq!(house.created.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_key_must_keep_to_the_spec_and_without_one_every_request_acts() {
    let house = Arc::<House>::default();
    let client = open(&house);
    assert_eq!(
        refusal(create(&client, "short", &tea("sencha")).await).await.0,
        422
    );
    for _ in 0..2 {
        let sent = client
            .post("/api/tea-house/v1/teas")
            .key()
            .body_json(&tea("sencha"))
            .send()
            .await;
        assert_eq!(sent.0.status(), 201);
    }
    assert_eq!(house.created.load(Ordering::SeqCst), 2);
}
