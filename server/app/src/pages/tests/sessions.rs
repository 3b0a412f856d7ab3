//! Signing in by a link and out again, and everything that must not sign anybody in.

use super::visit::Browser;

#[tokio::test]
async fn a_link_shows_a_button_that_signs_in_once() {
    let browser = Browser::new().await;
    let link = browser.link("editor").await;
    for _ in 0..2 {
        let offered = browser.get(&link).await;
        assert_eq!(offered.status, 200);
        offered.says(&["Sign in as editor", "method=\"post\""]);
        assert!(
            browser.cookie("crochet_session").is_none(),
            "looking spends nothing"
        );
    }
    let token = link.strip_prefix("/signin/").unwrap().to_owned();
    let signed_in = browser.post(&link, &[]).await;
    assert_eq!(signed_in.location(), "/");
    let set = signed_in
        .headers
        .get_all("set-cookie")
        .iter()
        .next()
        .unwrap()
        .to_str()
        .unwrap();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"),
        "{set}"
    );
    let session = browser.cookie("crochet_session").unwrap();
    assert!(!session.contains(&token) && !token.contains(&session));
    browser
        .get("/")
        .await
        .says(&["local editor", "Your role is editor"]);
    let again = Browser::post(&browser, &link, &[]).await;
    assert_eq!(again.status, 404);
    again.says(&["crochet signin"]);
    assert_eq!(
        browser.cookie("crochet_session").as_deref(),
        Some(&*session),
        "the session goes on"
    );
}

#[tokio::test]
async fn a_session_that_somebody_prepared_is_ended_and_not_taken_over() {
    let browser = Browser::signed_in("viewer").await;
    let prepared = browser.cookie("crochet_session").unwrap();
    let link = browser.link("admin").await;
    browser.post(&link, &[]).await;
    assert_ne!(browser.cookie("crochet_session").unwrap(), prepared);
    browser.set_cookie("crochet_session", &prepared);
    assert_eq!(browser.get("/contexts").await.status, 401);
}

#[tokio::test]
async fn nobody_is_signed_in_by_a_page_of_another_server() {
    let browser = Browser::new().await;
    let link = browser.link("admin").await;
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(browser.post_as(&link, &[], site).await.status, 403, "{site}");
    }
    assert!(browser.cookie("crochet_session").is_none());
    assert_eq!(browser.get(&link).await.status, 200, "the link is still good");
}

#[tokio::test]
async fn who_tries_links_that_are_none_is_slowed_down() {
    let browser = Browser::new().await;
    let link = browser.link("admin").await;
    for _ in 0..10 {
        assert_eq!(browser.get("/signin/nothing").await.status, 404);
    }
    let refused = browser.get("/signin/nothing").await;
    assert_eq!(
        (refused.status, refused.headers["retry-after"].to_str().unwrap()),
        (429, "60")
    );
    assert_eq!(browser.post(&link, &[]).await.status, 429);
}

#[tokio::test]
async fn pressing_the_button_of_a_link_that_is_none_is_trying_too() {
    let browser = Browser::new().await;
    for _ in 0..10 {
        assert_eq!(browser.post("/signin/nothing", &[]).await.status, 404);
    }
    assert_eq!(browser.post("/signin/nothing", &[]).await.status, 429);
}

#[tokio::test]
async fn a_form_of_one_session_is_not_taken_in_another() {
    let browser = Browser::signed_in("editor").await;
    let old = browser.get("/").await.hidden("csrf");
    let link = browser.link("editor").await;
    browser.post(&link, &[]).await;
    assert_ne!(browser.get("/").await.hidden("csrf"), old);
    let form = [("csrf", &*old), ("title", "A walk"), ("id", "walk")];
    let refused = browser.post_as("/contexts", &form, "same-origin").await;
    assert_eq!(refused.status, 403);
    refused.says(&["Not sent yet"]);
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_in_the_browser() {
    let browser = Browser::signed_in("editor").await;
    assert_eq!(browser.get("/contexts").await.status, 200);
    let session = browser.cookie("crochet_session").unwrap();
    let forged = browser.post_as("/logout", &[("csrf", "0")], "same-origin").await;
    assert_eq!(forged.status, 403);
    assert_eq!(browser.get("/contexts").await.status, 200);
    assert_eq!(browser.post("/logout", &[]).await.location(), "/");
    assert!(browser.cookie("crochet_session").is_none());
    browser
        .get("/")
        .await
        .says(&["You are signed out.", "Nobody is signed in"]);
    browser.set_cookie("crochet_session", &session);
    assert_eq!(browser.get("/contexts").await.status, 401);
}

#[tokio::test]
async fn who_signs_in_goes_on_where_they_wanted_to_go() {
    let browser = Browser::new().await;
    let needed = browser.get("/contexts").await;
    assert_eq!(needed.status, 401);
    needed.says(&["crochet signin"]);
    let link = browser.link("viewer").await;
    assert_eq!(browser.post(&link, &[]).await.location(), "/contexts");
    assert!(browser.cookie("crochet_return").is_none(), "they are there");
    browser.set_cookie("crochet_return", "//evil.example/");
    let link = browser.link("viewer").await;
    assert_eq!(browser.post(&link, &[]).await.location(), "/");
}

#[tokio::test]
async fn a_session_calls_operations_too_and_changes_nothing_from_elsewhere() {
    let browser = Browser::signed_in("editor").await;
    let read = browser.get("/api/platform/v1/caller").await;
    read.says(&["\"subject\":\"person:local\"", "\"kind\":\"person\""]);
    let create = |site: &'static str| {
        let body = serde_json::json!({"title": "A walk"});
        let request = browser.client().post("/api/contexts/v1/contexts");
        browser.send(request.header("sec-fetch-site", site).body_json(&body))
    };
    assert_eq!(create("cross-site").await.status, 403);
    assert_eq!(create("same-origin").await.status, 201);
}
