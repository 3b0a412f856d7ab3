//! Who may call, and what those who may not are told.

use std::sync::Arc;

use crochet_openapi::{Caller, CallerKind, RequestContext, Scopes};

use super::golden::api::tea_house::{ListTeasParams, TeasOperations};
use super::golden::routes::{GuardedTeaHouse, operations};
use super::golden::stubs::{StubTeaHouse, probe};
use super::house::{House, WithKey, open, refusal};

const TEAS: &str = "/api/tea-house/v1/teas";

#[tokio::test]
async fn nobody_is_asked_who_they_are() {
    let client = open(&Arc::default());
    let response = client.get(TEAS).send().await;
    let challenges: Vec<_> = response.0.headers().get_all("www-authenticate").iter().collect();
    assert_eq!(
        challenges,
        [
            "Bearer realm=\"crochet\"",
            "ApiKey realm=\"crochet\", header=\"X-Api-Key\""
        ]
    );
    let (status, problem) = refusal(response).await;
    assert_eq!(
        (status, problem.detail.as_deref()),
        (401, Some("list_teas needs a valid credential"))
    );
    assert!(problem.request_id.is_some());
}

#[tokio::test]
async fn a_wrong_credential_is_a_401() {
    let client = open(&Arc::default());
    assert_eq!(
        client
            .get(TEAS)
            .header("X-Api-Key", "bad")
            .send()
            .await
            .0
            .status(),
        401
    );
    assert_eq!(
        client
            .get(TEAS)
            .header("Authorization", "Bearer bad")
            .send()
            .await
            .0
            .status(),
        401
    );
    assert_eq!(
        client
            .get(TEAS)
            .header("Authorization", "Basic bad")
            .send()
            .await
            .0
            .status(),
        401
    );
}

#[tokio::test]
async fn a_caller_without_the_scope_is_told_which_and_who_grants_it() {
    let client = open(&Arc::default());
    let (status, problem) = refusal(client.get(TEAS).header("X-Api-Key", "orders:read").send().await).await;
    assert_eq!(status, 403);
    assert_eq!(problem.missing, ["teas:read"]);
    assert_eq!(problem.granted_by, ["teas:read-role"]);
}

#[tokio::test]
async fn either_credential_will_do_and_the_scheme_is_not_case_sensitive() {
    let client = open(&Arc::default());
    client
        .get(TEAS)
        .header("X-Api-Key", "teas:read")
        .send()
        .await
        .assert_status_is_ok();
    client
        .get(TEAS)
        .header("Authorization", "bearer teas:read")
        .send()
        .await
        .assert_status_is_ok();
}

#[tokio::test]
async fn a_credential_that_the_operation_does_not_take_is_not_looked_at() {
    let client = open(&Arc::default());
    let tea = format!("{TEAS}/sencha");
    assert_eq!(
        client
            .delete(&tea)
            .header("X-Api-Key", "teas:write")
            .send()
            .await
            .0
            .status(),
        401
    );
    let response = client
        .delete(&tea)
        .header("Authorization", "Bearer teas:write")
        .send()
        .await;
    assert_eq!(response.0.status(), 204);
}

#[tokio::test]
async fn a_cookie_alone_changes_something_only_from_a_page_of_this_server() {
    let client = open(&Arc::default());
    let tea = format!("{TEAS}/sencha");
    let read = client.get(&tea).header("Cookie", "other=1; guest=teas:read");
    read.send().await.assert_status_is_ok();
    let delete = || client.delete(&tea).header("Cookie", "guest=teas:write");
    let (status, problem) = refusal(delete().send().await).await;
    assert_eq!((status, &*problem.type_uri), (403, "/problems/foreign-origin"));
    let (status, _) = refusal(delete().header("Sec-Fetch-Site", "cross-site").send().await).await;
    assert_eq!(status, 403);
    let ours = delete().header("Sec-Fetch-Site", "same-origin").send().await;
    assert_eq!(ours.0.status(), 204);
    let program = delete().header("Authorization", "Bearer teas:write").send().await;
    assert_eq!(program.0.status(), 204, "a credential of its own needs no page");
}

#[tokio::test]
async fn authority_comes_before_parameters_and_body() {
    let client = open(&Arc::default());
    let wrong = client
        .post(TEAS)
        .query("limit", &"x")
        .content_type("text/html")
        .body("{");
    assert_eq!(wrong.send().await.0.status(), 401);
    let wrong = client
        .post(TEAS)
        .header("X-Api-Key", "teas:read")
        .content_type("text/html")
        .body("{");
    assert_eq!(wrong.send().await.0.status(), 403);
}

#[tokio::test]
async fn an_authenticator_that_is_down_is_a_503_that_says_when_to_come_back() {
    let client = open(&Arc::default());
    let response = client.get(TEAS).header("X-Api-Key", "down").send().await;
    assert_eq!(response.0.header("retry-after"), Some("3"));
    assert_eq!(refusal(response).await.0, 503);
}

#[tokio::test]
async fn public_operations_ask_nobody() {
    let client = open(&Arc::default());
    client
        .get("/api/tea-house/v1/greeting")
        .send()
        .await
        .assert_status_is_ok();
    client
        .get("/api/tea-house/v1/greeting")
        .header("X-Api-Key", "bad")
        .send()
        .await
        .assert_status_is_ok();
}

#[tokio::test]
async fn nobody_gets_past_the_door_of_any_operation_that_is_not_public() {
    let client = open(&Arc::default());
    for operation in operations::ALL {
        let path = operation
            .full_path()
            .replace("{tea_id}", "sencha")
            .replace("{number}", "1");
        let status = client
            .request(operation.method.parse().unwrap(), path)
            .send()
            .await
            .0
            .status();
        let closed = !operation.security.is_public();
        assert_eq!(
            status == 401,
            closed,
            "{} answers {status}",
            operation.operation_id
        );
    }
}

#[tokio::test]
async fn a_guard_asks_the_same_in_process() {
    let guarded = GuardedTeaHouse::new(Arc::new(StubTeaHouse));
    let caller = |scopes: &str| {
        let scopes = scopes.split(',').collect::<Scopes>();
        Caller::new("key:1", CallerKind::Key, scopes, RequestContext::new())
    };
    let nobody = Caller::anonymous(RequestContext::new());
    let asked = async |caller: Caller| {
        guarded
            .list_teas(&caller, ListTeasParams::default())
            .await
            .unwrap_err()
    };
    assert_eq!(asked(nobody.clone()).await.status, 401);
    assert_eq!(asked(caller("orders:read")).await.missing, ["teas:read"]);
    assert_eq!(asked(caller("teas:read")).await.status, 501);
    for (id, outcome) in probe(&guarded, &nobody).await {
        let operation = operations::ALL
            .iter()
            .find(|operation| operation.operation_id == id)
            .unwrap();
        let expected = if operation.security.is_public() { 501 } else { 401 };
        assert_eq!(outcome.unwrap_err().status, expected, "{id}");
    }
}

#[tokio::test]
async fn optional_credentials_are_used_when_they_are_there() {
    let house = Arc::<House>::default();
    let client = open(&house);
    let label = format!("{TEAS}/sencha/label");
    client.get(&label).send().await.assert_status_is_ok();
    client.get(&label).key().send().await.assert_status_is_ok();
    assert_eq!(
        client
            .get(&label)
            .header("X-Api-Key", "bad")
            .send()
            .await
            .0
            .status(),
        401
    );
    let callers = house.callers.lock().unwrap();
    let subjects: Vec<_> = callers.iter().map(|caller| &*caller.subject).collect();
    assert_eq!(subjects, ["anonymous", "somebody"]);
}

#[tokio::test]
async fn only_a_relay_speaks_for_others() {
    let house = Arc::<House>::default();
    let client = open(&house);
    let asked = client
        .get(TEAS)
        .header("X-Api-Key", "teas:read")
        .header("X-On-Behalf-Of", "person:ada");
    let (status, problem) = refusal(asked.send().await).await;
    assert_eq!(
        (status, &problem.missing[..]),
        (403, &["calls:relay".to_owned()][..])
    );
    let relay = "teas:read,calls:relay";
    let asked = client
        .get(TEAS)
        .header("X-Api-Key", relay)
        .header("X-On-Behalf-Of", "person:ada");
    asked.send().await.assert_status_is_ok();
    assert_eq!(&**house.callers.lock().unwrap()[0].originator(), "person:ada");
}

#[tokio::test]
async fn the_ids_of_a_request_reach_the_service() {
    let house = Arc::<House>::default();
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let asked = open(&house)
        .get(TEAS)
        .key()
        .header("X-Request-Id", "r-1")
        .header("traceparent", trace)
        .send()
        .await;
    asked.assert_status_is_ok();
    let caller = house.callers.lock().unwrap()[0].clone();
    assert_eq!(caller.request.request_id(), "r-1");
    assert_eq!(caller.request.traceparent(), Some(trace));
}

#[tokio::test]
async fn who_calls_and_what_they_send_may_be_said_once() {
    let client = open(&Arc::default());
    for name in ["Authorization", "X-Api-Key", "X-On-Behalf-Of", "Content-Type"] {
        let asked = client.get(TEAS).header("X-Api-Key", "teas:read");
        let asked = asked.header(name, "teas:read").header(name, "teas:read");
        let (status, problem) = refusal(asked.send().await).await;
        let expected = format!("the header {} must be there once", name.to_lowercase());
        assert_eq!(
            (status, problem.detail.as_deref().map(str::to_lowercase)),
            (400, Some(expected))
        );
    }
    let several = client.get(TEAS).header("X-Api-Key", "teas:read");
    let several = several.header("Accept", "text/html").header("Accept", "*/*");
    several.send().await.assert_status_is_ok();
}
