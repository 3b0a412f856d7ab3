//! What browsers and programs are served.

use crochet_openapi::{Handled, RequestContext};
use poem::http::StatusCode;
use poem::test::{TestClient, TestResponse};

use super::{Docs, Document};

const TEAS: &str = "openapi: 3.0.3\npaths:\n  /teas:\n    $ref: 'common.yaml#/x'\n";

fn client() -> TestClient<Docs> {
    TestClient::new(Docs::new(vec![
        Document {
            name: "common",
            title: "Common",
            base_path: "",
            yaml: "components: {}\n",
        },
        Document {
            name: "teas",
            title: "Teas <b>& herbs",
            base_path: "/api/teas/v1",
            yaml: TEAS,
        },
    ]))
}

async fn text(response: TestResponse) -> String {
    response.assert_status_is_ok();
    response.0.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn a_refusal_names_the_request() {
    let handled = Handled::new(RequestContext::named("req-1", None));
    for refused in [client().get("/docs/nothing"), client().post("/openapi/teas.yaml")] {
        let response = refused.data(handled.clone()).send().await;
        let text = response.0.into_body().into_string().await.unwrap();
        assert!(text.contains(r#""request_id":"req-1""#), "{text}");
    }
}

#[tokio::test]
async fn a_document_is_served_byte_for_byte_with_its_type() {
    let response = client().get("/openapi/teas.yaml").send().await;
    response.assert_content_type("application/yaml");
    assert_eq!(text(response).await, TEAS);
    assert_eq!(
        text(client().get("/openapi/common.yaml").send().await).await,
        "components: {}\n"
    );
}

#[tokio::test]
async fn the_same_document_is_json_with_references_to_json() {
    let response = client().get("/openapi/teas.json").send().await;
    response.assert_content_type("application/json");
    let json: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(json["paths"]["/teas"]["$ref"], "common.json#/x");
}

#[tokio::test]
async fn a_known_document_is_not_sent_again() {
    let client = client();
    let first = client.get("/openapi/teas.yaml").send().await;
    let tag = first.0.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"'), "{tag} is strong");
    client
        .get("/openapi/teas.yaml")
        .header("if-none-match", &tag)
        .send()
        .await
        .assert_status(StatusCode::NOT_MODIFIED);
    client
        .get("/openapi/common.yaml")
        .header("if-none-match", tag)
        .send()
        .await
        .assert_status_is_ok();
}

#[tokio::test]
async fn the_specs_are_listed_for_programs_and_for_people() {
    let json: serde_json::Value =
        serde_json::from_str(&text(client().get("/openapi").send().await).await).unwrap();
    assert_eq!(json["specs"][1]["docs"], "/docs/teas");
    assert_eq!(json["specs"][0]["docs"], serde_json::Value::Null);
    let html = text(client().get("/docs").send().await).await;
    assert!(
        html.contains(r#"href="/docs/teas""#) && !html.contains(r#"href="/docs/common""#),
        "{html}"
    );
    assert!(
        html.contains("Teas &lt;b&gt;&amp; herbs") && !html.contains("<b>"),
        "titles are escaped: {html}"
    );
}

#[tokio::test]
async fn a_page_loads_only_from_here_and_holds_no_script_of_its_own() {
    let client = client();
    let page = client.get("/docs/teas").send().await;
    let policy = page.0.header("content-security-policy").unwrap().to_owned();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    let html = text(page).await;
    assert!(html.contains(r#"data-url="/openapi/teas.yaml""#), "{html}");
    assert!(
        !html.contains("<script>") && !html.contains("http://") && !html.contains("https://"),
        "{html}"
    );
    let script = text(client.get("/docs/assets/swagger-ui-bundle.js").send().await).await;
    assert!(script.contains("SwaggerUIBundle"));
    let style = text(client.get("/docs/assets/swagger-ui.css").send().await).await;
    assert!(style.contains(".swagger-ui"));
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_and_nothing_can_be_written() {
    for path in [
        "/docs/nothing",
        "/openapi/nothing.yaml",
        "/openapi/../x",
        "/docsx",
    ] {
        client()
            .get(path)
            .send()
            .await
            .assert_status(StatusCode::NOT_FOUND);
    }
    let refused = client().post("/openapi/teas.yaml").send().await;
    refused.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    refused.assert_header("allow", "GET, HEAD");
    client()
        .get("/docs/")
        .send()
        .await
        .assert_status(StatusCode::PERMANENT_REDIRECT);
}
