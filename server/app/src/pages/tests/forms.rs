//! Forms: what they do, where faults appear, and that nothing typed is lost.

use crochet_domain::ports::Failure;

use super::visit::{Browser, Seen};
use serde_json::json;

const TEXT: &str = "We walked by the river. They walked by the mill.";

/// Creates a context called `walk`.
async fn with_context(role: &str) -> Browser {
    let browser = Browser::signed_in(role).await;
    let new = json!({"id": "walk", "title": "A <b>walk</b>"});
    browser.api("POST", "/api/contexts/v1/contexts", new).await;
    browser
}

#[tokio::test]
async fn a_context_is_created_and_gets_a_text() {
    let browser = Browser::signed_in("editor").await;
    browser.get("/contexts").await.says(&["There is no context yet"]);
    let fields = [
        ("title", "A walk"),
        ("id", "walk"),
        ("preset", "prose"),
        ("max_dims", "2"),
        ("max_extent", "12"),
    ];
    assert_eq!(
        browser.post("/contexts", &fields).await.location(),
        "/contexts/walk"
    );
    let empty = browser.get("/contexts/walk").await;
    empty.says(&["“A walk” is there.", "Paste 500 words: about forty orthos."]);
    assert!(
        !browser.get("/contexts/walk").await.html.contains("is there."),
        "a note is shown once"
    );
    let added = browser
        .post("/contexts/walk/texts", &[("title", "One"), ("text", TEXT)])
        .await;
    assert_eq!(added.location(), "/contexts/walk");
    let context = browser.get("/contexts/walk").await;
    context.says(&[
        "“One” is in the context.",
        "Searching at v1",
        "v1, ",
        "data-refresh=\"/contexts/walk/found\"",
        "data-events=\"/api/ingestor/v1/contexts/walk/ingests/",
    ]);
    browser
        .get("/contexts/walk/found")
        .await
        .says(&["id=\"found\"", "Searching at v1"]);
    browser.get("/contexts").await.says(&["A walk", "searching v1"]);
    let twice = browser
        .post("/contexts/walk/texts", &[("title", "One"), ("text", TEXT)])
        .await;
    browser.get(twice.location()).await.says(&["nothing was added"]);
}

#[tokio::test]
async fn a_context_whose_search_stands_still_says_why() {
    let browser = with_context("editor").await;
    let one = [("title", "One"), ("text", TEXT)];
    browser.post("/contexts/walk/texts", &one).await;
    let ledger = browser.store.ledger();
    let failed = ledger.unpushed(9).await.unwrap().into_iter().map(|item| Failure {
        item: item.id,
        reason: "the <search> panicked".to_owned(),
    });
    let failed: Vec<Failure> = failed.collect();
    ledger.mark_failed(&failed).await.unwrap();
    let said = format!("{} work item", failed.len());
    browser.get("/contexts/walk").await.says(&[
        "Stands still at v1",
        &said,
        "the &lt;search&gt; panicked",
        "data-pause-ms=\"10000\"",
    ]);
    browser.post("/contexts/walk/texts", &one).await;
    browser.get("/contexts/walk").await.says(&["Searching at v1"]);
}

/// Sends the form that adds a text to `walk`, with a file and this in the field above it.
async fn upload(browser: &Browser, pasted: &str, file: &[u8]) -> Seen {
    let token = browser.get("/").await.hidden("csrf");
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
                Content-Type: text/plain\r\n\r\n";
    let fields = part("csrf", &token) + &part("title", "One") + &part("text", pasted) + head;
    let body = [fields.as_bytes(), file, &b"\r\n--x--\r\n"[..]].concat();
    let request = browser
        .client()
        .post("/contexts/walk/texts")
        .header("sec-fetch-site", "same-origin")
        .content_type("multipart/form-data; boundary=x")
        .body(body);
    browser.send(request).await
}

#[tokio::test]
async fn a_file_is_a_text_too() {
    let browser = with_context("editor").await;
    let added = upload(&browser, "", TEXT.as_bytes()).await;
    assert_eq!(added.location(), "/contexts/walk");
    browser
        .get("/contexts/walk")
        .await
        .says(&["“One” is in the context."]);
}

#[tokio::test]
async fn a_file_that_is_no_text_is_told_at_its_field_and_the_title_is_kept() {
    let browser = with_context("editor").await;
    let refused = upload(&browser, "", b"caf\xe9").await;
    assert_eq!(refused.status, 422);
    refused.says(&["id=\"file-error\"", "must be a text in UTF-8", "value=\"One\""]);
    assert!(!refused.html.contains("id=\"text-error\""), "{}", refused.html);
    let pasted = upload(&browser, TEXT, b"caf\xe9").await;
    assert_eq!(
        pasted.location(),
        "/contexts/walk",
        "what is pasted is taken first"
    );
}

#[tokio::test]
async fn every_fault_appears_at_its_field_and_everything_typed_is_kept() {
    let browser = Browser::signed_in("editor").await;
    let fields = [
        ("title", ""),
        ("id", "Not A Name"),
        ("preset", "prose"),
        ("max_dims", "two"),
        ("max_extent", "99"),
    ];
    let refused = browser.post("/contexts", &fields).await;
    assert_eq!(refused.status, 422);
    refused.says(&[
        "id=\"title-error\"",
        "id=\"id-error\"",
        "id=\"max_dims-error\"",
        "id=\"max_extent-error\"",
        "value=\"Not A Name\"",
        "value=\"two\"",
        "value=\"99\"",
        "aria-describedby=\"id-error\"",
    ]);
    let browser = with_context("editor").await;
    let taken = browser
        .post(
            "/contexts",
            &[
                ("title", "Another"),
                ("id", "walk"),
                ("preset", "prose"),
                ("max_dims", "2"),
                ("max_extent", "12"),
            ],
        )
        .await;
    assert_eq!(taken.status, 409);
    taken.says(&["role=\"alert\"", "value=\"Another\""]);
    let wordless = browser
        .post("/contexts/walk/texts", &[("title", "One"), ("text", "<!> & …")])
        .await;
    assert_eq!(wordless.status, 422);
    wordless.says(&["role=\"alert\"", "&lt;!&gt; &amp; …"]);
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_of_a_form_loses_no_text() {
    let browser = with_context("editor").await;
    let form = browser.get("/contexts/walk").await;
    let token = form.hidden("csrf");
    let typed = [
        ("csrf", token.as_str()),
        ("title", "One"),
        ("text", "first line\nsecond <line>"),
    ];
    browser.post("/logout", &[]).await;
    let kept = browser
        .post_as("/contexts/walk/texts", &typed, "same-origin")
        .await;
    assert_eq!(kept.status, 401);
    kept.says(&[
        "Your session ended",
        "first line\nsecond &lt;line&gt;",
        "value=\"One\"",
    ]);
    let link = browser.link("editor").await;
    browser.post(&link, &[]).await;
    let kept = browser
        .post_as("/contexts/walk/texts", &typed, "same-origin")
        .await;
    assert_eq!(kept.status, 403, "the old token is not good for the new session");
    kept.says(&["You have signed in since", "second &lt;line&gt;"]);
    let token = kept.hidden("csrf");
    let typed = [("csrf", token.as_str()), ("title", "One"), ("text", TEXT)];
    let added = browser
        .post_as("/contexts/walk/texts", &typed, "same-origin")
        .await;
    assert_eq!(added.location(), "/contexts/walk");
}

#[tokio::test]
async fn a_form_of_another_server_or_without_the_token_changes_nothing() {
    let browser = Browser::signed_in("editor").await;
    let token = browser.get("/").await.hidden("csrf");
    let fields = |token: &'static str| {
        [
            ("csrf", token),
            ("title", "A walk"),
            ("preset", "prose"),
            ("max_dims", "2"),
            ("max_extent", "12"),
        ]
    };
    for token in ["", "0", "00000000000000000000000000000000"] {
        assert_eq!(
            browser
                .post_as("/contexts", &fields(token), "same-origin")
                .await
                .status,
            403
        );
    }
    let stolen = [
        ("csrf", token.as_str()),
        ("title", "A walk"),
        ("preset", "prose"),
        ("max_dims", "2"),
        ("max_extent", "12"),
    ];
    assert_eq!(
        browser.post_as("/contexts", &stolen, "cross-site").await.status,
        403
    );
    browser.get("/contexts").await.says(&["There is no context yet"]);
}

#[tokio::test]
async fn only_what_was_seen_is_deleted_and_both_versions_are_shown_otherwise() {
    let browser = with_context("admin").await;
    let asked = browser.get("/contexts/walk/delete").await;
    let fields = |seen: &Seen| ["etag", "version", "corpora", "orthos"].map(|name| (name, seen.hidden(name)));
    let sent = fields(&asked);
    browser
        .post("/contexts/walk/texts", &[("title", "One"), ("text", TEXT)])
        .await;
    let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let changed = browser.post("/contexts/walk/delete", &sent).await;
    assert_eq!(changed.status, 412);
    changed.says(&["What you saw", "What is there now", "v0", "v1"]);
    let sent = fields(&changed);
    let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let deleted = browser.post("/contexts/walk/delete", &sent).await;
    browser
        .get(deleted.location())
        .await
        .says(&["is gone.", "There is no context yet"]);
}

#[tokio::test]
async fn what_one_may_not_do_is_unavailable_and_says_why() {
    let browser = with_context("viewer").await;
    let list = browser.get("/contexts").await;
    list.says(&[
        "Creating a context needs <code>contexts:write</code>, which editor, admin have",
        "<fieldset disabled>",
    ]);
    let context = browser.get("/contexts/walk").await;
    context.says(&[
        "Adding a text needs <code>corpora:write</code>",
        "Deleting a context needs <code>contexts:delete</code>, which admin has",
    ]);
    let tried = browser
        .post(
            "/contexts",
            &[
                ("title", "Mine"),
                ("preset", "prose"),
                ("max_dims", "2"),
                ("max_extent", "12"),
            ],
        )
        .await;
    assert_eq!(tried.status, 403);
    tried.says(&["contexts:write", "value=\"Mine\""]);
}
