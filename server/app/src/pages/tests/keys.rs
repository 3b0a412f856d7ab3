//! The pages about keys: made for oneself, shown once, replaced and ended.

use serde_json::Value;

use super::visit::{Browser, Seen};

/// The secret that a page shows.
fn secret(page: &Seen) -> String {
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(page.headers["cache-control"].to_str().unwrap(), "no-store");
    let from = page.html.split("value=\"ck_").nth(1).unwrap();
    format!("ck_{}", from.split('"').next().unwrap())
}

async fn make(browser: &Browser, fields: &[(&str, &str)]) -> Seen {
    let mut all = vec![("name", "Nightly"), ("expires_in_s", "604800")];
    all.extend_from_slice(fields);
    browser.post("/keys", &all).await
}

/// The address of the first key in the list.
async fn first(browser: &Browser, list: &str) -> String {
    let list = browser.get(list).await;
    let from = list.html.split("href=\"/keys/").nth(1);
    let id = from
        .unwrap_or_else(|| panic!("{}", list.html))
        .split('"')
        .next()
        .unwrap();
    format!("/keys/{id}")
}

async fn status(browser: &Browser, key: &str, path: &str) -> u16 {
    let asked = browser.client().get(path).header("x-api-key", key);
    asked.send().await.0.status().as_u16()
}

#[tokio::test]
async fn a_key_is_made_and_its_secret_shown_this_once() {
    let browser = Browser::signed_in("editor").await;
    browser.get("/keys").await.says(&["No keys.", "all of editor"]);
    let made = make(&browser, &[("role", "viewer")]).await;
    made.says(&[
        "shown this once",
        "Nightly",
        "http://127.0.0.1:7878/api/platform/v1/caller",
    ]);
    let secret = secret(&made);
    assert_eq!(status(&browser, &secret, "/api/contexts/v1/contexts").await, 200);
    let list = browser.get("/keys").await;
    list.says(&["Nightly", "good until"]);
    let page = browser.get(&first(&browser, "/keys").await).await;
    page.says(&["<code>contexts:read</code>", "person:local"]);
    for page in [list, page] {
        assert!(!page.html.contains(&secret), "{}", page.html);
    }
}

#[tokio::test]
async fn a_key_does_what_is_ticked_and_nobody_ticks_what_they_do_not_have() {
    let browser = Browser::signed_in("editor").await;
    let page = browser.get("/keys").await;
    page.says(&["scope:corpora:write"]);
    assert!(
        !page.html.contains("scope:roles:write") && !page.html.contains("all of admin"),
        "{}",
        page.html
    );
    let key = secret(&make(&browser, &[("scope:contexts:read", "on")]).await);
    assert_eq!(status(&browser, &key, "/api/contexts/v1/contexts").await, 200);
    assert_eq!(status(&browser, &key, "/api/platform/v1/build").await, 403);
    for forged in [("role", "admin"), ("scope:roles:write", "on")] {
        let refused = make(&browser, &[forged]).await;
        assert_eq!(refused.status, 403, "{forged:?}");
        refused.says(&["never has more scopes than its maker", "value=\"Nightly\""]);
    }
    let nothing = make(&browser, &[]).await;
    assert_eq!(nothing.status, 422);
    nothing.says(&["a key needs a role or scopes"]);
}

#[tokio::test]
async fn a_key_is_replaced_with_an_overlap_and_revoked_at_once() {
    let browser = Browser::signed_in("editor").await;
    let old = secret(&make(&browser, &[("role", "viewer")]).await);
    let address = first(&browser, "/keys").await;
    let etag = browser.get(&address).await.hidden("etag");
    let fields = [("etag", etag.as_str()), ("overlap_s", "3600")];
    let new = secret(&browser.post(&format!("{address}/rotate"), &fields).await);
    assert_ne!(old, new);
    for key in [&old, &new] {
        assert_eq!(status(&browser, key, "/api/contexts/v1/contexts").await, 200);
    }
    let late = browser.post(&format!("{address}/revoke"), &fields).await;
    assert_eq!(late.status, 412);
    late.says(&["What you saw", "What is there now", "good until"]);
    let etag = late.hidden("etag");
    let revoked = browser
        .post(&format!("{address}/revoke"), &[("etag", etag.as_str())])
        .await;
    assert_eq!(revoked.location(), "/keys");
    browser
        .get("/keys")
        .await
        .says(&["is revoked; nobody gets in", "revoked "]);
    assert_eq!(status(&browser, &old, "/api/contexts/v1/contexts").await, 401);
    assert_eq!(status(&browser, &new, "/api/contexts/v1/contexts").await, 200);
}

#[tokio::test]
async fn everybodys_keys_are_for_those_who_may_see_them() {
    let browser = Browser::signed_in("admin").await;
    browser
        .get("/keys?of=all")
        .await
        .says(&["local admin", "own processes", "service:crochet"]);
    let address = first(&browser, "/keys?of=all").await;
    let page = browser.get(&address).await;
    page.says(&["Revoke this key"]);
    let nothing = browser.get("/keys/019350f4-7c1e-7b52-8f6e-0c5a4d3b2a23").await;
    assert_eq!(nothing.status, 404);
    let link = browser.link("viewer").await;
    browser.post(&link, &[]).await;
    let page = browser.get(&address).await;
    page.says(&["Revoking a key needs <code>keys:write</code>"]);
    let etag = page.hidden("etag");
    let refused = browser
        .post(&format!("{address}/revoke"), &[("etag", etag.as_str())])
        .await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn a_key_that_does_more_than_its_visitor_belongs_to_another_visitor() {
    let browser = Browser::signed_in("admin").await;
    let key = secret(&make(&browser, &[("role", "admin")]).await);
    let address = first(&browser, "/keys").await;
    let link = browser.link("viewer").await;
    browser.post(&link, &[]).await;
    let etag = browser.get(&address).await.hidden("etag");
    for action in ["revoke", "rotate"] {
        let fields = [("etag", etag.as_str()), ("overlap_s", "0")];
        let refused = browser.post(&format!("{address}/{action}"), &fields).await;
        assert_eq!(refused.status, 403, "{action}: {}", refused.html);
    }
    assert_eq!(
        status(&browser, &key, "/api/platform/v1/audit-entries").await,
        200
    );
}

#[tokio::test]
async fn a_key_makes_no_key_of_its_own() {
    let browser = Browser::signed_in("editor").await;
    let key = secret(&make(&browser, &[("role", "editor")]).await);
    let asked = browser.client().post("/api/platform/v1/caller/keys");
    let asked = asked.header("x-api-key", &key);
    let asked = asked.body_json(&serde_json::json!({"name": "more", "role": "viewer"}));
    assert_eq!(asked.send().await.0.status(), 403);
    let own = first(&browser, "/keys").await;
    let rotate = format!("/api/platform/v1/caller{own}/rotate");
    let asked = browser.client().post(rotate).header("x-api-key", &key);
    let asked = asked.body_json(&serde_json::json!({"overlap_s": 0}));
    assert_eq!(asked.send().await.0.status(), 403);
    let own = browser.client().get("/api/platform/v1/caller/keys");
    let own = own.header("x-api-key", &key).send().await;
    let own: Value = serde_json::from_str(&own.0.into_body().into_string().await.unwrap()).unwrap();
    assert_eq!(own["items"][0]["name"], "Nightly");
}
