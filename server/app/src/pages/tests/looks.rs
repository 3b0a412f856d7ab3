//! How pages are sent: escaped, with a strict policy, small, cached where that is safe, and errors for whom they are for.

use super::visit::Browser;
use serde_json::json;

#[tokio::test]
async fn the_start_page_explains_and_loads_little_and_only_from_here() {
    let browser = Browser::new().await;
    let start = browser.get("/").await;
    assert_eq!(start.status, 200);
    start.says(&[
        "<td>and</td><td>she</td><td>went</td>",
        "What to do next",
        "Nobody is signed in",
    ]);
    let policy = start.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(
        !start.html.contains("style=") && !start.html.contains("<style") && !start.html.contains("onclick")
    );
    let mut bytes = start.html.len();
    for part in start.html.split('"').filter(|part| part.starts_with("/static/")) {
        let file = browser
            .client()
            .get(part)
            .header("accept-encoding", "gzip")
            .send()
            .await
            .0;
        assert_eq!(file.status(), 200, "{part}");
        assert!(
            file.header("cache-control").unwrap().contains("immutable"),
            "{part}"
        );
        bytes += file.into_body().into_vec().await.unwrap().len();
    }
    assert!(bytes < 60_000, "the first load takes {bytes} bytes");
}

#[tokio::test]
async fn whoever_may_make_keys_of_their_own_is_told_so_at_the_start() {
    let browser = Browser::signed_in("viewer").await;
    let start = browser.get("/").await;
    start.says(&["<th scope=\"row\">Make API keys of your own</th><td>yes</td>"]);
}

#[tokio::test]
async fn what_people_and_texts_say_is_escaped() {
    let browser = Browser::signed_in("editor").await;
    let title = "<script>alert(1)</script>\"'&";
    browser
        .api(
            "POST",
            "/api/contexts/v1/contexts",
            json!({"id": "x", "title": title}),
        )
        .await;
    for path in ["/contexts", "/contexts/x", "/contexts/x/delete"] {
        let page = browser.get(path).await;
        assert!(!page.html.contains("<script>alert"), "{path}");
        page.says(&["&lt;script&gt;alert(1)"]);
    }
}

#[tokio::test]
async fn a_page_that_a_browser_has_is_not_sent_again_and_is_nobody_elses() {
    let browser = Browser::signed_in("viewer").await;
    let page = browser.get("/contexts").await;
    assert_eq!(
        page.headers["cache-control"].to_str().unwrap(),
        "private, no-cache"
    );
    let tag = page.headers["etag"].to_str().unwrap().to_owned();
    let again = browser.client().get("/contexts").header("if-none-match", &tag);
    assert_eq!(browser.send(again).await.status, 304);
    let link = browser.link("editor").await;
    browser.post(&link, &[]).await;
    let again = browser.client().get("/contexts").header("if-none-match", &tag);
    assert_eq!(
        browser.send(again).await.status,
        200,
        "another visitor sees another page"
    );
}

#[tokio::test]
async fn nobody_keeps_what_a_form_was_answered_or_learns_where_somebody_was() {
    let browser = Browser::signed_in("editor").await;
    let faulty = browser.post("/contexts", &[("title", "")]).await;
    for seen in [
        faulty,
        browser.get("/nothing").await,
        browser.get("/signin/nothing").await,
    ] {
        assert_eq!(seen.headers["cache-control"], "no-store", "{}", seen.status);
        assert_eq!(seen.headers["referrer-policy"], "strict-origin");
    }
}

#[tokio::test]
async fn errors_are_pages_for_people_and_problems_for_programs() {
    let browser = Browser::signed_in("viewer").await;
    for path in ["/nothing", "/contexts/nothing", "/contexts/Not%20A%20Name"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        page.says(&["<h1>There is nothing here</h1>", "request <span class=\"id\">"]);
    }
    for path in ["/nothing", "/contexts", "/signin/nothing", "/api/nothing"] {
        let told = browser.client().get(path).send().await.0;
        assert_eq!(
            told.content_type().is_some_and(|kind| kind.contains("html")),
            path == "/signin/nothing",
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_colours_follow_the_system_unless_somebody_chose() {
    let browser = Browser::new().await;
    assert!(!browser.get("/").await.html.contains("data-theme"));
    let chosen = browser
        .post_as(
            "/theme",
            &[("theme", "dark"), ("return_to", "/login")],
            "same-origin",
        )
        .await;
    assert_eq!(chosen.location(), "/login");
    browser.get("/login").await.says(&["data-theme=\"dark\""]);
    let foreign = browser
        .post_as(
            "/theme",
            &[("theme", ""), ("return_to", "//evil.example")],
            "same-origin",
        )
        .await;
    assert_eq!(foreign.location(), "/");
    assert!(!browser.get("/").await.html.contains("data-theme"));
}

#[tokio::test]
async fn where_no_accounts_are_kept_the_pages_about_people_say_what_is_possible() {
    let browser = Browser::signed_in("admin").await;
    for (path, status) in [("/people", 200), ("/people/8991dd08-215a", 404)] {
        let page = browser.get(path).await;
        assert_eq!(page.status, status, "{path}");
        page.says(&[
            "No accounts are kept here",
            "crochet signin --role editor",
            "person:local",
        ]);
    }
}
