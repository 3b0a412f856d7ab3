//! The documents: every spec is shown, "try it out" works with a key and with a session, and what is out of reach says so.

use std::time::Instant;

use fantoccini::{Client, Locator};

use super::{FORBIDDEN, PATIENCE, WATCH, find, sign_in_as, strings, visit};

const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);
const FAULTS: &str =
    "return [...document.querySelectorAll('.errors-wrapper')].map((fault) => fault.innerText);";
const LOADED: &str = "return performance.getEntriesByType('resource').map((entry) => entry.name);";

/// What a page has loaded when it has what it refers to, which it fetches after it is drawn; after a while, whatever it
/// has.
async fn loaded(page: &Client, reference: &str) -> Vec<String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let loaded = strings(page, LOADED).await;
        if loaded.iter().any(|url| url.ends_with(reference)) || Instant::now() > deadline {
            return loaded;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[test]
fn the_index_lists_every_spec_and_each_page_shows_its_operations_without_the_network() {
    visit(async |browser, server| {
        let page = &browser.page;
        page.goto(&format!("{}/docs", server.url)).await.unwrap();
        let mut listed = Vec::new();
        for link in page.find_all(Locator::Css(".specs a.spec")).await.unwrap() {
            listed.push(link.attr("href").await.unwrap().unwrap());
        }
        let specs = crochet_client::types::SPECS
            .iter()
            .filter(|spec| !spec.base_path.is_empty());
        let expected: Vec<_> = specs.map(|spec| format!("/docs/{}", spec.name)).collect();
        assert_eq!(listed, expected);
        for path in listed {
            page.goto(&format!("{}{path}", server.url)).await.unwrap();
            page.execute(WATCH, Vec::new()).await.unwrap();
            find(page, ".opblock").await;
            let loaded = loaded(page, "/openapi/common.yaml").await;
            assert_eq!(strings(page, FAULTS).await, [""; 0], "{path}");
            assert_eq!(strings(page, FORBIDDEN).await, [""; 0], "{path}");
            assert!(
                loaded.iter().all(|url| url.starts_with(&server.url)),
                "{path} loads {loaded:?}"
            );
            assert!(
                loaded.iter().any(|url| url.ends_with("/openapi/common.yaml")),
                "{path} loads {loaded:?}"
            );
        }
    });
}

#[test]
fn try_it_out_works_with_the_key_of_the_local_admin() {
    visit(async |browser, server| {
        let page = &browser.page;
        page.goto(&format!("{}/docs/platform", server.url)).await.unwrap();
        authorize(page, &server.admin_key()).await;
        let reply = tried_out(page, "#operations-access-read_caller").await;
        assert!(
            reply.contains("200") && reply.contains(r#""subject": "admin""#),
            "{reply}"
        );
    });
}

#[test]
fn a_refusal_passes_for_documented_where_the_spec_has_its_range() {
    visit(async |browser, server| {
        let page = &browser.page;
        page.goto(&format!("{}/docs/platform", server.url)).await.unwrap();
        let reply = tried_out(page, "#operations-access-read_caller").await;
        assert!(
            reply.contains("401") && !reply.contains("Undocumented"),
            "{reply}"
        );
    });
}

#[test]
fn what_may_be_left_out_is_not_filled_in_so_a_list_answers_as_it_is_shown() {
    visit(async |browser, server| {
        let page = &browser.page;
        for (spec, list) in [
            ("contexts", "#operations-contexts-list_contexts"),
            ("work", "#operations-queues-list_queues"),
        ] {
            page.goto(&format!("{}/docs/{spec}", server.url)).await.unwrap();
            authorize(page, &server.admin_key()).await;
            let reply = tried_out(page, list).await;
            assert!(
                reply.contains("200") && reply.contains(r#""items""#),
                "{list}: {reply}"
            );
            let told = find(page, &format!("{list} .parameters"))
                .await
                .text()
                .await
                .unwrap();
            assert!(told.contains("For example b3J0aG9zOjQyOjE"), "{told}");
        }
    });
}

/// Gives Swagger UI an API key.
async fn authorize(page: &Client, key: &str) {
    find(page, "button.authorize").await.click().await.unwrap();
    let field = find(page, ".dialog-ux #api_key_value").await;
    field.send_keys(key).await.unwrap();
    // The form of the key is one of several in the dialog; Enter sends the one that has the cursor.
    field.send_keys("\u{e007}").await.unwrap();
    find(page, ".dialog-ux .close-modal").await.click().await.unwrap();
}

/// Opens an operation, executes it as it stands, and gives the reply that is shown.
async fn tried_out(page: &Client, operation: &str) -> String {
    for part in [".opblock-summary-control", "button.execute"] {
        let part = find(page, &format!("{operation} {part}")).await;
        part.click().await.unwrap();
    }
    let reply = find(page, &format!("{operation} .live-responses-table .response")).await;
    reply.text().await.unwrap()
}

#[test]
fn a_session_tries_operations_out_and_what_is_out_of_reach_says_why() {
    visit(async |browser, server| {
        let page = &browser.page;
        page.goto(&format!("{}/docs/contexts", server.url)).await.unwrap();
        let who = find(page, "#who[data-known]").await.text().await.unwrap();
        assert!(who.contains("Nobody is signed in"), "{who}");
        sign_in_as(page, server, "viewer").await;
        page.goto(&format!("{}/docs/contexts", server.url)).await.unwrap();
        let who = find(page, "#who[data-known]").await.text().await.unwrap();
        assert!(who.contains("person:local") && who.contains("9 of 11"), "{who}");
        find(page, "#operations-contexts-create_context").await;
        let why = "return [getComputedStyle(document.querySelector('#operations-contexts-create_context \
                   .opblock-summary-description'), '::after').content];";
        let why = strings(page, why).await;
        assert!(why[0].contains("needs contexts:write (editor, admin)"), "{why:?}");
        page.goto(&format!("{}/docs/platform", server.url)).await.unwrap();
        let reply = tried_out(page, "#operations-access-read_caller").await;
        assert!(
            reply.contains("200") && reply.contains(r#""subject": "person:local""#),
            "{reply}"
        );
    });
}

#[test]
fn an_admin_looks_as_another_role_would() {
    visit(async |browser, server| {
        let page = &browser.page;
        sign_in_as(page, server, "admin").await;
        page.goto(&format!("{}/docs/contexts", server.url)).await.unwrap();
        find(page, ".opblock").await;
        let roles = find(page, ".view-as select").await;
        let who = "return [document.getElementById('who').textContent];";
        assert!(strings(page, who).await[0].contains("11 of 11"));
        roles.select_by_value("viewer").await.unwrap();
        find(page, "#who[data-as=viewer]").await;
        let told = strings(page, who).await;
        assert!(
            told[0].contains("You look as viewer would; 9 of 11 operations here are open to viewer"),
            "{told:?}"
        );
        let why = "return [getComputedStyle(document.querySelector('#operations-contexts-create_context \
                   .opblock-summary-description'), '::after').content];";
        let why = strings(page, why).await;
        assert!(why[0].contains("needs contexts:write (editor, admin)"), "{why:?}");
        find(page, ".view-as select")
            .await
            .select_by_value("")
            .await
            .unwrap();
        find(page, "#who:not([data-as])").await;
        assert!(strings(page, who).await[0].contains("11 of 11"));
    });
}
