//! Bodies: which media types, how large, what in them.

use std::io;
use std::sync::Arc;

use crochet_openapi::Maybe;
use futures_util::stream;
use poem::Body;
use serde_json::json;

use super::golden::api::tea_house::{Cup, Order, Tin};
use super::house::{House, WithKey, open, refusal, violations};

const TEAS: &str = "/api/tea-house/v1/teas";
const ORDERS: &str = "/api/tea-house/v1/orders";
const LABEL: &str = "/api/tea-house/v1/teas/sencha/label";
const SECRET: &str = "/api/tea-house/v1/secret";

async fn post(path: &str, media_type: &str, body: &str) -> poem::test::TestResponse {
    open(&Arc::default())
        .post(path)
        .key()
        .content_type(media_type)
        .body(body.to_owned())
        .send()
        .await
}

#[tokio::test]
async fn every_fault_of_a_body_is_in_one_reply() {
    let body = json!({
        "id": "Sencha", "name": " ", "kind": "red", "water": {"celsius": "hot", "source": "sea"},
        "strength": 0.3, "tags": ["a", "B", "a"], "notes": {"ada/lovelace": "x".repeat(201)}, "grams": null,
        "blend": [{"share": 0, "of": {"share": 2}}], "sugar": true,
    });
    let told = violations(post(TEAS, "application/json", &body.to_string()).await).await;
    let expected = [
        "body /blend/0/of/share maximum",
        "body /blend/0/share exclusive_minimum",
        "body /grams type",
        "body /id pattern",
        "body /kind enum",
        "body /name pattern",
        "body /notes/ada~1lovelace max_length",
        "body /strength multiple_of",
        "body /sugar unknown",
        "body /tags/1 pattern",
        "body /tags/2 unique_items",
        "body /water/celsius type",
        "body /water/source enum",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn what_is_not_json_is_a_400_that_says_where() {
    let (status, problem) = refusal(post(TEAS, "application/json", "{\n  \"id\": tea}").await).await;
    assert_eq!(status, 400);
    assert_eq!(
        problem.detail.as_deref(),
        Some("the body is not JSON: expected ident at line 2, column 10 (byte 12)")
    );
    assert_eq!(problem.errors[0].code, "json");
    assert_eq!(
        refusal(post(TEAS, "application/json", "{\"id\":\"").await)
            .await
            .0,
        400
    );
    assert_eq!(
        refusal(post(TEAS, "application/json", &"[".repeat(500)).await)
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn a_member_that_is_there_twice_is_named_and_hides_no_other_fault() {
    let told = violations(post(SECRET, "application/json", r#"{"loud": true, "loud": false}"#).await).await;
    assert_eq!(told, ["body /loud duplicate"]);
    let body = r#"[{"what": "cup", "tea": "sencha", "tea": "!", "what": "cup", "sugar": 9}, {"tea": 1}]"#;
    let told = violations(post(ORDERS, "application/json", body).await).await;
    let expected = [
        "body /0/sugar maximum",
        "body /0/tea duplicate",
        "body /0/tea pattern",
        "body /0/what duplicate",
        "body /1/what required",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_missing_body_is_named_and_an_optional_one_may_be_missing() {
    let asked = open(&Arc::default()).post(TEAS).key().send().await;
    assert_eq!(violations(asked).await, ["body  required"]);
    let told = open(&Arc::default()).post(SECRET).key().send().await;
    told.assert_status_is_ok();
    told.assert_json(json!({"text": "steep", "depth": 0, "more": 1}))
        .await;
}

#[tokio::test]
async fn media_types_are_exact_but_for_case_and_charset() {
    for taken in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
    ] {
        assert_eq!(post(SECRET, taken, "{}").await.0.status(), 200, "{taken}");
    }
    for refused in [
        "text/json",
        "application/jsonp",
        "application/json; charset=latin1",
        "nonsense",
    ] {
        let (status, problem) = refusal(post(SECRET, refused, "{}").await).await;
        assert_eq!(status, 415);
        let expected = format!("tell_secret takes application/json, not `{refused}`");
        assert_eq!(problem.detail, Some(expected));
    }
}

#[tokio::test]
async fn a_body_that_is_encoded_is_refused_and_told_from_one_that_is_malformed() {
    let client = open(&Arc::default());
    let sent = |encoding: &'static str| {
        let request = client.post(SECRET).key().content_type("application/json");
        request.header("content-encoding", encoding).body("{}").send()
    };
    assert_eq!(sent("Identity").await.0.status(), 200);
    let refused = sent("gzip").await;
    refused.assert_header("accept-encoding", "identity");
    let (status, problem) = refusal(refused).await;
    assert_eq!(
        (status, problem.detail.as_deref()),
        (415, Some("tell_secret takes a body as it is, not as `gzip`"))
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_announced_or_not() {
    let client = open(&Arc::default());
    let announced = client
        .put(LABEL)
        .key()
        .content_type("image/png")
        .header("Content-Length", "4097")
        .body("x");
    let (status, problem) = refusal(announced.send().await).await;
    assert_eq!(
        (status, problem.detail.as_deref()),
        (413, Some("the body may hold at most 4096 bytes"))
    );
    let silent = client
        .put(LABEL)
        .key()
        .content_type("image/png")
        .body("x".repeat(4097));
    assert_eq!(refusal(silent.send().await).await.0, 413);
    let json = json!({"url": "x".repeat(5000)}).to_string();
    let silent = client
        .put(LABEL)
        .key()
        .content_type("application/json")
        .body(json);
    assert_eq!(refusal(silent.send().await).await.0, 413);
}

#[tokio::test]
async fn a_body_may_come_in_several_media_types() {
    let client = open(&Arc::default());
    let picture = client
        .put(LABEL)
        .key()
        .content_type("image/png")
        .body("x".repeat(4096))
        .send()
        .await;
    assert_eq!(
        (picture.0.status().as_u16(), picture.0.header("x-copies")),
        (202, Some("4096"))
    );
    let link = client
        .put(LABEL)
        .key()
        .content_type("application/json")
        .body(r#"{"url":"/sencha.png"}"#)
        .send()
        .await;
    assert_eq!(link.0.status(), 204);
    let (status, problem) = refusal(
        client
            .put(LABEL)
            .key()
            .content_type("image/gif")
            .body("x")
            .send()
            .await,
    )
    .await;
    assert_eq!(status, 415);
    assert!(
        problem
            .detail
            .as_deref()
            .unwrap()
            .contains("takes image/png or application/json")
    );
}

#[tokio::test]
async fn a_union_is_told_apart_by_its_discriminator() {
    let house = Arc::<House>::default();
    let body = json!([{"what": "cup", "tea": "sencha"}, {"tea": "sencha", "grams": 100, "what": "tin"}]);
    open(&house)
        .post(ORDERS)
        .key()
        .body_json(&body)
        .send()
        .await
        .assert_status_is_ok();
    let tea = || "sencha".parse().unwrap();
    let expected = [
        Order::from(Cup { tea: tea(), sugar: 0 }),
        Order::from(Tin {
            tea: tea(),
            grams: 100,
        }),
    ];
    assert_eq!(*house.orders.lock().unwrap(), expected);
    assert_eq!(serde_json::to_value(&expected[1]).unwrap(), body[1]);
}

#[tokio::test]
async fn faults_inside_a_union_are_named_too() {
    let body = json!([
        {"what": "cup", "tea": "sencha", "sugar": 6}, {"what": "tin", "tea": "sencha", "grams": 120},
        {"what": "pot"}, {"tea": "sencha"}, {"what": "cup", "milk": true}, 7,
    ]);
    let told = violations(
        open(&Arc::default())
            .post(ORDERS)
            .key()
            .body_json(&body)
            .send()
            .await,
    )
    .await;
    let expected = [
        "body /0/sugar maximum",
        "body /1/grams multiple_of",
        "body /2/what enum",
        "body /3/what required",
        "body /4/milk unknown",
        "body /4/tea required",
        "body /5 type",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_list_as_body_keeps_its_own_rules() {
    let told = violations(
        open(&Arc::default())
            .post(ORDERS)
            .key()
            .body_json(&json!([]))
            .send()
            .await,
    )
    .await;
    assert_eq!(told, ["body  min_items"]);
}

#[tokio::test]
async fn a_patch_tells_absent_from_null() {
    let house = Arc::<House>::default();
    let client = open(&house);
    let asked = client
        .patch(format!("{TEAS}/sencha"))
        .key()
        .header("If-Match", "\"1\"");
    let asked = asked
        .header("Content-Type", "application/merge-patch+json")
        .body(r#"{"best_before":null}"#);
    asked.send().await.assert_status_is_ok();
    let patch = house.patched.lock().unwrap().clone().unwrap();
    assert_eq!(
        (patch.name, patch.best_before, patch.r#type),
        (None, Maybe::Null, Maybe::Absent)
    );
}

#[tokio::test]
async fn a_body_that_does_not_go_on_is_told_from_one_that_breaks_off() {
    for (kind, expected) in [
        (io::ErrorKind::TimedOut, 408),
        (io::ErrorKind::UnexpectedEof, 400),
    ] {
        let pieces = [Ok("{"), Err(io::Error::new(kind, "no more"))];
        let client = open(&Arc::default());
        let sent = client
            .post(SECRET)
            .key()
            .content_type("application/json")
            .body(Body::from_bytes_stream(stream::iter(pieces)));
        let (status, problem) = refusal(sent.send().await).await;
        assert_eq!(
            (status, problem.detail.as_deref()),
            (expected, Some("the body broke off: no more"))
        );
    }
}
