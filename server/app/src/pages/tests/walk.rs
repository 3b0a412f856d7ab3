//! What must hold of every page, tried on every page: forms of others change nothing, those who may not are told so and
//! lose nothing, nothing that anybody says becomes markup, and nothing fails.

use serde_json::{Value, json};

use super::visit::{Browser, Seen};
use crate::pages::query::written;
use crate::pages::table::{Does, Listed};

const HOSTILE: &str = "<script>alert(1)</script>\"'&";
/// What a form sends that says nothing of use, and something that somebody typed.
const TYPED: (&str, &str) = ("text", "Long <b>thoughts</b>\nover two lines.");

/// A browser and the pages, filled with something that each of them can show.
async fn house() -> (Browser, Vec<Listed>) {
    let browser = Browser::new().await;
    browser
        .api(
            "POST",
            "/api/contexts/v1/contexts",
            json!({"id": "walk", "title": HOSTILE}),
        )
        .await;
    let pages = browser.pages();
    assert!(pages.len() > 30, "{}", pages.len());
    (browser, pages)
}

/// The address of a page, its parameters filled in.
async fn address(browser: &Browser, page: &Listed) -> String {
    let key: Value = browser.api("GET", "/api/platform/v1/keys", Value::Null).await;
    let key = key["items"][0]["id"].as_str().unwrap().to_owned();
    page.path
        .replace(":context_id", "walk")
        .replace(":key_id", &key)
        .replace(":person_id", "8991dd08-215a-47ab-b8b6-4384c0014d0c")
        .replace(":token", "no-such-link")
}

async fn sign_in(browser: &Browser, role: &str) {
    let link = browser.link(role).await;
    assert_eq!(browser.post(&link, &[]).await.location(), "/");
}

/// Everything that is stored, as far as a page could have changed it.
async fn state(browser: &Browser) -> Vec<Value> {
    let mut state = Vec::new();
    for path in [
        "/api/contexts/v1/contexts",
        "/api/contexts/v1/contexts/walk/corpora",
        "/api/platform/v1/keys",
        "/api/platform/v1/role-matrix",
    ] {
        let mut seen = browser.api("GET", path, Value::Null).await;
        for item in seen["items"].as_array_mut().into_iter().flatten() {
            // Keys are used by looking.
            item.as_object_mut().unwrap().remove("last_used_at");
        }
        state.push(seen);
    }
    state
}

fn not_failed(page: &Listed, address: &str, seen: &Seen) {
    assert!(seen.status < 500, "{page:?} {address}: {}", seen.html);
    assert!(
        !seen.html.contains("<script>alert") && !seen.html.contains("<b>thoughts"),
        "{address}: {}",
        seen.html
    );
}

#[tokio::test]
async fn a_form_of_another_page_or_without_its_token_changes_nothing_anywhere() {
    let (browser, pages) = house().await;
    sign_in(&browser, "admin").await;
    let token = browser.get("/").await.hidden("csrf");
    let before = state(&browser).await;
    for page in pages.iter().filter(|page| page.does != Does::Shows) {
        let address = address(&browser, page).await;
        let forged = [
            ("csrf", &*token),
            TYPED,
            ("title", "x"),
            ("name", "x"),
            ("role", "viewer"),
        ];
        let foreign = browser.post_as(&address, &forged, "cross-site").await;
        assert_eq!(foreign.status, 403, "{address}");
        if page.does == Does::Changes {
            for token in ["", "00000000000000000000000000000000"] {
                let mut forged = forged;
                forged[0].1 = token;
                let seen = browser.post_as(&address, &forged, "same-origin").await;
                assert_eq!(seen.status, 403, "{address}");
                seen.says(&["Not sent yet", "Long &lt;b&gt;thoughts"]);
            }
        }
    }
    assert_eq!(state(&browser).await, before);
}

#[tokio::test]
async fn nobody_loses_what_they_typed_when_their_session_has_ended() {
    let (browser, pages) = house().await;
    for page in pages.iter().filter(|page| page.does == Does::Changes) {
        let address = address(&browser, page).await;
        for token in ["old", ""] {
            let kept = browser
                .post_as(&address, &[("csrf", token), TYPED], "same-origin")
                .await;
            assert_eq!(kept.status, 401, "{address}");
            kept.says(&[
                "Your session ended",
                "Long &lt;b&gt;thoughts&lt;/b&gt;\nover two lines.",
            ]);
        }
    }
}

#[tokio::test]
async fn every_page_is_there_for_those_who_may_and_says_what_the_others_lack() {
    let (browser, pages) = house().await;
    for role in ["viewer", "editor", "operator", "admin"] {
        sign_in(&browser, role).await;
        for page in &pages {
            let address = address(&browser, page).await;
            let seen = match page.does {
                Does::Shows => browser.get(&address).await,
                Does::Changes => browser.post(&address, &[TYPED]).await,
                Does::ChangesForAnybody => continue,
            };
            not_failed(page, &address, &seen);
            let shows = page.does == Does::Shows;
            if role == "admin" && shows && !address.starts_with("/signin") && !address.starts_with("/people/")
            {
                assert_eq!(seen.status, 200, "{address}: {}", seen.html);
            }
            if seen.status == 403 {
                assert!(
                    seen.html.contains("You lack <code>")
                        || seen.html.contains(" needs <code>")
                        || seen.html.contains("needs the scope"),
                    "{address} as {role}: {}",
                    seen.html
                );
            }
        }
    }
}

#[tokio::test]
async fn a_role_that_is_no_more_opens_no_page_and_changes_nothing() {
    let (browser, pages) = house().await;
    let matrix = browser
        .api("GET", "/api/platform/v1/role-matrix", Value::Null)
        .await;
    let mut roles = matrix["roles"].as_array().unwrap().clone();
    for role in &mut roles {
        role.as_object_mut()
            .unwrap()
            .retain(|name, _| ["name", "description", "scopes"].contains(&&**name));
    }
    let without = json!({"roles": roles});
    roles.push(json!({"name": "passing", "description": HOSTILE, "scopes": ["contexts:read", "roles:read"]}));
    browser.replace_matrix(json!({"roles": roles})).await;
    sign_in(&browser, "passing").await;
    let roles = browser.get("/roles").await;
    assert_eq!(roles.status, 200);
    assert!(!roles.html.contains("<script>alert"), "{}", roles.html);
    browser.replace_matrix(without).await;
    let before = state(&browser).await;
    for page in &pages {
        let address = address(&browser, page).await;
        let seen = match page.does {
            Does::Shows => browser.get(&address).await,
            Does::Changes => {
                browser
                    .post(&address, &[TYPED, ("title", "x"), ("name", "x")])
                    .await
            }
            Does::ChangesForAnybody => continue,
        };
        not_failed(page, &address, &seen);
        let open = ["/login", "/logout", "/people", "/signin/no-such-link", "/keys"];
        if page.does == Does::Changes {
            assert!(
                [400, 403, 404, 409, 422].contains(&seen.status),
                "{address}: {}",
                seen.status
            );
        } else if !open.contains(&&*address) {
            assert!(
                [403, 404, 409].contains(&seen.status),
                "{address}: {}",
                seen.status
            );
        }
    }
    assert_eq!(state(&browser).await, before);
}

#[tokio::test]
async fn nothing_that_anybody_says_becomes_markup() {
    let (browser, pages) = house().await;
    sign_in(&browser, "admin").await;
    let key = json!({"name": HOSTILE, "role": "viewer"});
    browser.api("POST", "/api/platform/v1/keys", key).await;
    let own = [("name", HOSTILE), ("role", "viewer"), ("expires_in_s", "604800")];
    let made = browser.post("/keys", &own).await;
    made.says(&["&lt;script&gt;alert(1)"]);
    let said = written([
        ("who", HOSTILE),
        ("subject", HOSTILE),
        ("address", HOSTILE),
        ("operation", HOSTILE),
        ("page_token", HOSTILE),
    ]);
    for page in &pages {
        let address = address(&browser, page).await;
        let seen = match page.does {
            Does::Shows => browser.get(&format!("{address}?{said}")).await,
            Does::Changes => browser.post(&address, &[(HOSTILE, HOSTILE), TYPED]).await,
            Does::ChangesForAnybody => continue,
        };
        not_failed(page, &address, &seen);
    }
}
