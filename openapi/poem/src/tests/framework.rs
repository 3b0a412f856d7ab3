//! What no operation answers: unknown paths and methods, HEAD, OPTIONS, a server that is put together wrongly.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::test::TestClient;
use poem::{EndpointExt, Route};
use poem_openapi::OpenApiService;

use super::golden::routes::TeaHouseRoutes;
use super::house::{House, WithKey, open, refusal};
use crate::problems;

const TEA: &str = "/api/tea-house/v1/teas/sencha";

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let client = open(&Arc::default());
    for path in ["/", "/api/tea-house/v1/coffees", "/api/tea-house/v2/teas"] {
        assert_eq!(
            refusal(client.get(path).key().send().await).await.0,
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn nothing_on_the_way_may_keep_a_problem() {
    let client = open(&Arc::default());
    for path in ["/", TEA] {
        client
            .get(path)
            .send()
            .await
            .assert_header("cache-control", "no-store");
    }
}

#[tokio::test]
async fn an_unknown_method_is_told_the_known_ones() {
    let client = open(&Arc::default());
    let response = client.put(TEA).key().send().await;
    assert_eq!(
        response.0.header("allow"),
        Some("DELETE, GET, HEAD, OPTIONS, PATCH")
    );
    let (status, problem) = refusal(response).await;
    assert_eq!(status, 405);
    assert_eq!(
        problem.detail.as_deref(),
        Some("this path knows DELETE, GET, HEAD, OPTIONS, PATCH, not PUT")
    );
    for name in ["BREW", "QUERY", "PROPFIND"] {
        let method = Method::from_bytes(name.as_bytes()).unwrap();
        let response = client.request(method, TEA).key().send().await;
        assert_eq!(
            response.0.header("allow"),
            Some("DELETE, GET, HEAD, OPTIONS, PATCH"),
            "{name}"
        );
        assert_eq!(refusal(response).await.0, 405, "{name}");
    }
}

#[tokio::test]
async fn options_names_the_methods() {
    let response = open(&Arc::default()).options(TEA).send().await;
    assert_eq!(
        (response.0.status().as_u16(), response.0.header("allow")),
        (204, Some("DELETE, GET, HEAD, OPTIONS, PATCH"))
    );
}

#[tokio::test]
async fn options_of_the_server_itself_is_answered() {
    let client = open(&Arc::default());
    let asked = |method| client.request(method, "*").send();
    asked(Method::OPTIONS).await.assert_status(StatusCode::NO_CONTENT);
    assert_eq!(refusal(asked(Method::GET).await).await.0, 404);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let client = open(&Arc::default());
    let length = client
        .get(TEA)
        .key()
        .send()
        .await
        .0
        .into_body()
        .into_vec()
        .await
        .unwrap()
        .len();
    let head = client.head(TEA).key().send().await;
    assert_eq!(head.0.header("content-length"), Some(length.to_string().as_str()));
    assert_eq!(head.0.header("etag"), Some("\"1\""));
    head.assert_text("").await;
    assert_eq!(client.head(TEA).send().await.0.status(), 401);
}

#[tokio::test]
async fn routes_without_a_host_answer_nothing() {
    let service = OpenApiService::new(TeaHouseRoutes::new(Arc::<House>::default()), "", "");
    let client = TestClient::new(problems(Route::new().nest("/api/tea-house/v1", service)));
    assert_eq!(refusal(client.get(TEA).key().send().await).await.0, 500);
    let public = client.get("/api/tea-house/v1/greeting").send().await;
    assert_eq!(refusal(public).await.0, 500);
}

#[tokio::test]
async fn an_error_of_the_framework_keeps_its_status_and_hides_its_cause() {
    let broken = poem::endpoint::make(|_| async {
        Err::<(), _>(poem::Error::from_string(
            "disk is full",
            poem::http::StatusCode::INTERNAL_SERVER_ERROR,
        ))
    });
    let client = TestClient::new(problems(broken));
    let (status, problem) = refusal(client.get("/").send().await).await;
    assert_eq!(status, 500);
    assert!(!problem.detail.as_deref().unwrap().contains("disk"));
    let strange = poem::endpoint::make(|_| async {
        Err::<(), _>(poem::Error::from_string(
            "no",
            poem::http::StatusCode::IM_A_TEAPOT,
        ))
    });
    assert_eq!(
        refusal(TestClient::new(problems(strange.boxed())).get("/").send().await)
            .await
            .0,
        418
    );
}
