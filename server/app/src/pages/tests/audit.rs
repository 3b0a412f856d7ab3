//! The audit log as a page: who did what is there, who was refused too, and it can be kept as a file.

use std::time::Duration;

use serde_json::json;

use super::visit::{Browser, Seen};

/// What is only noted is written beside the requests.
async fn until(browser: &Browser, path: &str, text: &str) -> Seen {
    browser.start_tasks();
    let looking = async {
        loop {
            let page = browser.get(path).await;
            if page.html.contains(text) {
                return page;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(30), looking).await;
    found.unwrap_or_else(|_| panic!("{path} never says {text}"))
}

#[tokio::test]
async fn what_a_page_and_a_program_do_is_there_with_where_it_can_be_found() {
    let browser = Browser::signed_in("admin").await;
    let new = json!({"id": "walk", "title": "A walk"});
    browser.api("POST", "/api/contexts/v1/contexts", new).await;
    let etag = browser.get("/contexts/walk/delete").await.hidden("etag");
    let deleted = browser.post("/contexts/walk/delete", &[("etag", &etag)]).await;
    assert_eq!(deleted.location(), "/contexts");
    let log = browser.get("/audit").await;
    log.says(&[
        "<code>create_context</code>",
        "/api/contexts/v1/contexts/walk",
        "<code>delete_context</code>",
        "person:local",
        "create_sign_in_link",
    ]);
    let hers = browser.get("/audit?who=person%3Alocal").await;
    assert!(
        !hers.html.contains("<code>create_context</code>"),
        "{}",
        hers.html
    );
    hers.says(&["<code>delete_context</code>", "value=\"person:local\""]);
}

#[tokio::test]
async fn a_secret_that_was_made_is_nowhere_in_the_log() {
    let browser = Browser::signed_in("admin").await;
    let made = browser
        .api(
            "POST",
            "/api/platform/v1/keys",
            json!({"name": "ci", "role": "viewer"}),
        )
        .await;
    let secret = made["secret"].as_str().unwrap().rsplit('_').next().unwrap();
    let link = browser.link("viewer").await;
    let log = browser.get("/audit").await;
    log.says(&[&format!(
        "/api/platform/v1/keys/{}",
        made["key"]["id"].as_str().unwrap()
    )]);
    let table = browser.get("/audit/export").await.html;
    for page in [&log.html, &table] {
        assert!(!page.contains(secret) && !page.contains(&link), "{page}");
    }
}

#[tokio::test]
async fn whoever_is_refused_is_noted_and_the_log_is_not_for_everybody() {
    let browser = Browser::signed_in("viewer").await;
    let refused = browser.get("/audit").await;
    assert_eq!(refused.status, 403);
    refused.says(&["audit:read"]);
    assert_eq!(browser.get("/audit/export").await.status, 403);
    let link = browser.link("admin").await;
    browser.post(&link, &[]).await;
    let log = until(
        &browser,
        "/audit?outcome=denied",
        "<code>export_audit_entries</code>",
    )
    .await;
    log.says(&["needs <code>audit:read</code>", "<code>list_audit_entries</code>"]);
}

#[tokio::test]
async fn a_wrong_key_is_noted_as_nobodys() {
    let browser = Browser::signed_in("admin").await;
    let wrong = browser.client().get("/api/contexts/v1/contexts");
    let wrong = wrong.header("x-api-key", "ck_wrong").send().await;
    assert_eq!(wrong.0.status(), 401);
    let nobody = browser.client().get("/api/contexts/v1/contexts").send().await;
    assert_eq!(nobody.0.status(), 401);
    until(&browser, "/audit?who=anonymous", "<code>list_contexts</code>").await;
    let table = browser.get("/audit/export?who=anonymous").await.html;
    assert_eq!(
        table.lines().count(),
        2,
        "who presents nothing is not noted: {table}"
    );
}

#[tokio::test]
async fn the_export_is_the_table_that_the_filters_leave() {
    let browser = Browser::signed_in("admin").await;
    browser
        .api(
            "POST",
            "/api/contexts/v1/contexts",
            json!({"id": "walk", "title": "A"}),
        )
        .await;
    let table = browser.get("/audit/export?operation=create_context").await;
    assert_eq!(table.status, 200);
    assert!(
        table.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("attachment")
    );
    let lines: Vec<&str> = table.html.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("at,subject,kind,"), "{lines:?}");
    assert!(
        lines[1].contains(",contexts,create_context,/api/contexts/v1/contexts/walk,done,"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_day_that_is_none_is_told_and_the_filters_stay() {
    let browser = Browser::signed_in("admin").await;
    let page = browser.get("/audit?since=yesterday&who=ada").await;
    assert_eq!(page.status, 422);
    page.says(&["yesterday is no day", "value=\"ada\"", "role=\"alert\""]);
    let today = chrono::Local::now().format("%Y-%m-%d");
    let page = browser.get(&format!("/audit?since={today}&until={today}")).await;
    page.says(&["create_sign_in_link"]);
    browser
        .get("/audit?until=2001-01-01")
        .await
        .says(&["Nothing is recorded that fits"]);
}

#[tokio::test]
async fn whoever_comes_goes_or_is_refused_is_in_the_log_without_their_link() {
    let browser = Browser::new().await;
    assert_eq!(browser.get("/signin/no-such-link").await.status, 404);
    let link = browser.link("admin").await;
    browser.post(&link, &[]).await;
    let came = browser.get("/audit?operation=sign_in&outcome=done").await;
    came.says(&["person:local", "<span class=\"id muted\">/signin</span>"]);
    browser.post("/logout", &[]).await;
    assert_eq!(browser.post(&link, &[]).await.status, 404, "it is spent");
    browser.post(&browser.link("admin").await, &[]).await;
    let gone = until(&browser, "/audit?operation=sign_out", "<code>sign_out</code>").await;
    gone.says(&["person:local", "done"]);
    let refused = browser.get("/audit?operation=sign_in&outcome=denied").await;
    assert_eq!(
        refused.html.matches("<code>sign_in</code>").count(),
        2,
        "{}",
        refused.html
    );
    refused.says(&["anonymous"]);
    for page in [came, gone, refused] {
        let token = link.rsplit('/').next().unwrap();
        assert!(!page.html.contains(token) && !page.html.contains("no-such-link"));
    }
}
