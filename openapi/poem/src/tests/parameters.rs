//! Parameters become values, or violations that name them all.

use std::sync::Arc;

use poem::http::HeaderValue;

use super::golden::api::tea_house::{Kind, ListTeasParams};
use super::house::{House, WithKey, open, violations};

const TEAS: &str = "/api/tea-house/v1/teas";

#[tokio::test]
async fn what_is_not_sent_has_its_default() {
    let house = Arc::<House>::default();
    open(&house).get(TEAS).key().send().await.assert_status_is_ok();
    assert_eq!(*house.listed.lock().unwrap(), Some(ListTeasParams::default()));
    assert_eq!(ListTeasParams::default().limit, 50);
}

#[tokio::test]
async fn what_is_sent_is_read_by_its_type() {
    let house = Arc::<House>::default();
    let path = format!("{TEAS}?limit=7&kind=green&kind=cold-brew&prefix=se%C3%B1or&hottest=79.5&decaf=true");
    open(&house).get(path).key().send().await.assert_status_is_ok();
    let expected = ListTeasParams {
        limit: 7,
        page_token: None,
        kind: Some(vec![Kind::Green, Kind::ColdBrew]),
        prefix: Some("señor".into()),
        hottest: Some(79.5),
        decaf: true,
    };
    assert_eq!(*house.listed.lock().unwrap(), Some(expected));
}

#[tokio::test]
async fn every_wrong_parameter_is_named() {
    let path = format!(
        "{TEAS}?limit=0&kind=red&prefix=a%20b&hottest=0&decaf=perhaps&page_token={}",
        "x".repeat(201)
    );
    let told = violations(open(&Arc::default()).get(path).key().send().await).await;
    let expected = [
        "query /decaf type",
        "query /hottest exclusive_minimum",
        "query /kind/0 enum",
        "query /limit minimum",
        "query /page_token max_length",
        "query /prefix pattern",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_query_parameter_that_no_document_names_is_refused_beside_the_other_faults() {
    let path = format!("{TEAS}?limt=7&limit=0&%3Cb%3E=1");
    let told = violations(open(&Arc::default()).get(path).key().send().await).await;
    let expected = [
        "query /<b> unknown",
        "query /limit minimum",
        "query /limt unknown",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn an_operation_without_parameters_takes_none() {
    let path = format!("{TEAS}/sencha?verbose=1");
    let told = open(&Arc::default()).get(path).key().send().await;
    assert_eq!(violations(told).await, ["query /verbose unknown"]);
}

#[tokio::test]
async fn a_list_keeps_its_own_rules() {
    let path = format!("{TEAS}?kind=green&kind=green&kind=black&kind=black");
    let told = violations(open(&Arc::default()).get(path).key().send().await).await;
    assert_eq!(
        told,
        [
            "query /kind max_items",
            "query /kind/1 unique_items",
            "query /kind/3 unique_items"
        ]
    );
}

#[tokio::test]
async fn a_parameter_is_given_once() {
    let path = format!("{TEAS}?limit=1&limit=2");
    assert_eq!(
        violations(open(&Arc::default()).get(path).key().send().await).await,
        ["query /limit repeated"]
    );
}

#[tokio::test]
async fn path_header_and_body_are_judged_together() {
    let client = open(&Arc::default());
    let asked = client
        .patch(format!("{TEAS}/Sencha"))
        .key()
        .header("Content-Type", "application/merge-patch+json");
    let told = violations(asked.body(r#"{"name":"","colour":"green"}"#).send().await).await;
    let expected = [
        "body /colour unknown",
        "body /name min_length",
        "header /if-match required",
        "path /tea_id pattern",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_header_that_is_no_text_is_named_and_does_not_pass_for_none() {
    let client = open(&Arc::default());
    let asked = client.get(format!("{TEAS}/sencha")).key();
    let bytes = HeaderValue::from_bytes(b"\"\xff\"").unwrap();
    let told = violations(asked.header("If-None-Match", bytes).send().await).await;
    assert_eq!(told, ["header /if-none-match type"]);
}

#[tokio::test]
async fn path_parameters_are_decoded_and_checked() {
    let client = open(&Arc::default());
    client
        .get(format!("{TEAS}/s%65ncha"))
        .key()
        .send()
        .await
        .assert_status_is_ok();
    let told = violations(client.get(format!("{TEAS}/%C3%A9")).key().send().await).await;
    assert_eq!(told, ["path /tea_id pattern"]);
    let told = violations(client.get(format!("{TEAS}/%FF")).key().send().await).await;
    assert_eq!(told, ["path /tea_id type"]);
    let told = violations(client.get("/api/tea-house/v1/orders/0/events").key().send().await).await;
    assert_eq!(told, ["path /number minimum"]);
}
