//! What a service answers, on the wire.

use std::sync::Arc;

use poem::test::TestResponse;
use serde_json::json;

use super::house::{WithKey, open, refusal};

const TEA: &str = "/api/tea-house/v1/teas/sencha";

async fn get(path: &str) -> TestResponse {
    open(&Arc::default()).get(path).key().send().await
}

#[tokio::test]
async fn a_reply_holds_what_the_spec_says_and_no_more() {
    let response = get(TEA).await;
    assert_eq!(response.0.header("etag"), Some("\"1\""));
    let expected = json!({
        "id": "sencha", "name": "Sencha", "kind": "green", "water": {"celsius": 70, "source": "tap"},
        "strength": 0.5, "since": "1970-01-01T00:00:00Z", "best_before": null,
        "batch": "00000000-0000-0000-0000-000000000000",
    });
    response.assert_json(expected).await;
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let client = open(&Arc::default());
    for named in ["\"1\"", "W/\"1\""] {
        let response = client.get(TEA).key().header("If-None-Match", named).send().await;
        assert_eq!(
            (response.0.status().as_u16(), response.0.header("etag")),
            (304, Some("\"1\""))
        );
        response.assert_text("").await;
    }
    client
        .get(TEA)
        .key()
        .header("If-None-Match", "\"0\"")
        .send()
        .await
        .assert_status_is_ok();
}

#[tokio::test]
async fn a_change_of_something_else_is_a_412() {
    let client = open(&Arc::default());
    let asked = client.patch(TEA).key().header("If-Match", "\"0\"");
    let asked = asked
        .header("Content-Type", "application/merge-patch+json")
        .body("{}");
    let refused = asked.send().await;
    refused.assert_header("etag", "\"1\"");
    let (status, problem) = refusal(refused).await;
    assert_eq!((status, problem.etag.as_deref()), (412, Some("\"1\"")));
}

#[tokio::test]
async fn a_client_gets_what_it_accepts_or_a_406() {
    let client = open(&Arc::default());
    for fine in [
        "*/*",
        "application/*",
        "text/html, application/json;q=0.5",
        "application/json;q=1.0",
    ] {
        let status = client
            .get(TEA)
            .key()
            .header("Accept", fine)
            .send()
            .await
            .0
            .status();
        assert_eq!(status, 200, "{fine}");
    }
    for never in ["text/html", "application/json;q=0, */*", "image/*"] {
        let (status, problem) = refusal(client.get(TEA).key().header("Accept", never).send().await).await;
        assert_eq!(
            (status, problem.detail.as_deref()),
            (406, Some("read_tea answers in application/json"))
        );
    }
}

#[tokio::test]
async fn text_and_bytes_are_sent_as_they_are() {
    let greeting = get("/api/tea-house/v1/greeting").await;
    assert_eq!(greeting.0.content_type(), Some("text/plain"));
    greeting.assert_text("Welcome").await;
    let label = get("/api/tea-house/v1/teas/sencha/label").await;
    assert_eq!(
        (label.0.content_type(), label.0.header("content-length")),
        (Some("image/png"), Some("7"))
    );
    label.assert_text("picture").await;
}

#[tokio::test]
async fn events_are_sent_as_they_happen_and_resumed_where_they_ended() {
    let path = "/api/tea-house/v1/orders/2/events";
    let response = get(path).await;
    assert_eq!(response.0.content_type(), Some("text/event-stream"));
    assert_eq!(response.0.header("cache-control"), Some("no-store"));
    let text = response.0.into_body().into_string().await.unwrap();
    assert!(
        text.starts_with("id: 1\ndata: {\"step\":\"step 1\",\"at\":"),
        "{text}"
    );
    assert!(text.contains("\n\nid: 2\n"));
    let resumed = open(&Arc::default())
        .get(path)
        .key()
        .header("Last-Event-ID", "1")
        .send()
        .await;
    assert!(
        resumed
            .0
            .into_body()
            .into_string()
            .await
            .unwrap()
            .starts_with("id: 2\n")
    );
}

#[tokio::test]
async fn a_stream_that_nothing_follows_is_answered_without_a_body() {
    let path = "/api/tea-house/v1/orders/2/events";
    let client = open(&Arc::default());
    let response = client.get(path).key().header("Last-Event-ID", "2").send().await;
    assert_eq!(
        (response.0.status().as_u16(), response.0.content_type()),
        (204, None)
    );
}

#[tokio::test]
async fn a_deprecated_operation_says_so_even_when_it_refuses() {
    let client = open(&Arc::default());
    assert!(client.delete(TEA).send().await.0.header("deprecation").is_some());
    assert!(
        client
            .get(TEA)
            .key()
            .send()
            .await
            .0
            .header("deprecation")
            .is_none()
    );
}

#[tokio::test]
async fn a_problem_of_the_service_is_sent_as_it_is() {
    let (status, problem) = refusal(get("/api/tea-house/v1/teas/nothing").await).await;
    assert_eq!(
        (status, problem.detail.as_deref()),
        (404, Some("there is no such tea"))
    );
    assert!(problem.request_id.is_some());
}
