//! Whoever comes in is written down before they are in, and whoever goes waits for nothing: the pages with an audit log
//! that takes nothing.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_openapi::{Audit, AuditEntry, AuditLog, Problem};
use poem::Route;
use poem::test::TestClient;

use super::visit::{Browser, Seen};
use crate::pages::{PagesParts, Site, mount};

/// A log that takes nothing.
struct Full;

#[async_trait]
impl AuditLog for Full {
    async fn keep(&self, _: AuditEntry) -> Result<(), Problem> {
        Err(Problem::unavailable("the log is full", 5))
    }

    fn note(&self, _: AuditEntry) {}
}

/// The pages of this browser's server while its log takes nothing.
fn pages_without_a_log(browser: &Browser) -> TestClient<Route> {
    let parts = &browser.site.parts;
    let site = Site::new(PagesParts {
        gate: parts.gate.clone(),
        sessions: parts.sessions.clone(),
        sign_ins: parts.sign_ins.clone(),
        accounts: parts.accounts.clone(),
        programs: parts.programs.clone(),
        contexts: parts.contexts.clone(),
        ingestor: parts.ingestor.clone(),
        orthos: parts.orthos.clone(),
        platform: parts.platform.clone(),
        audit: Audit::to(Arc::new(Full)),
    });
    TestClient::new(mount(Route::new(), &Arc::new(site)))
}

/// Sends a form there that carries this token and nothing else.
async fn press(browser: &Browser, path: &str, token: &str) -> Seen {
    let pages = pages_without_a_log(browser);
    let form = pages
        .post(path)
        .header("sec-fetch-site", "same-origin")
        .content_type("application/x-www-form-urlencoded")
        .body(format!("csrf={token}"));
    browser.send(form).await
}

#[tokio::test]
async fn whoever_cannot_be_written_down_is_not_let_in_and_keeps_their_link() {
    let browser = Browser::new().await;
    let link = browser.link("editor").await;
    let refused = press(&browser, &link, "").await;
    assert_eq!(refused.status, 503, "{}", refused.html);
    assert_eq!(refused.headers["retry-after"], "5");
    let set = refused.headers.get("set-cookie");
    assert!(set.is_none(), "{set:?}");
    // The log takes entries again.
    assert_eq!(browser.post(&link, &[]).await.location(), "/");
    browser.get("/").await.says(&["Your role is editor"]);
}

#[tokio::test]
async fn nobody_is_kept_signed_in_by_a_log_that_takes_nothing() {
    let browser = Browser::signed_in("editor").await;
    let token = browser.get("/").await.hidden("csrf");
    assert_eq!(press(&browser, "/logout", &token).await.location(), "/");
    assert!(browser.cookie("crochet_session").is_none());
    browser.get("/").await.says(&["Nobody is signed in"]);
}
