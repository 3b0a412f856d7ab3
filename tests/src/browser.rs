//! The documents in a real browser: what an explorer sees at `/docs`, and that "try it out" works.
//!
//! Chromium is driven through chromedriver. On a machine without them the suite says so and proves nothing; `tests/run`
//! installs both where it can.

mod chromium;

use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::server::Server;
use chromium::Chromium;

/// So long a page may take to show something.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
/// Notes whatever the page's policy forbids.
const WATCH: &str = "window.forbidden = []; document.addEventListener('securitypolicyviolation', \
    (event) => window.forbidden.push(event.violatedDirective + ' ' + event.blockedURI));";
const FORBIDDEN: &str = "return window.forbidden;";
const FAULTS: &str =
    "return [...document.querySelectorAll('.errors-wrapper')].map((fault) => fault.innerText);";
const LOADED: &str = "return performance.getEntriesByType('resource').map((entry) => entry.name);";

/// Runs a visit in a browser on a server of its own.
fn visit(tour: impl AsyncFnOnce(&Client, &Server)) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let Some(browser) = Chromium::start().await else {
            println!("left out: chromium and chromedriver are not installed");
            return;
        };
        tour(&browser.page, &server).await;
        browser.close().await;
    });
}

async fn find(page: &Client, css: &str) -> Element {
    let found = page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
    found.unwrap_or_else(|error| panic!("{css} is not on the page: {error}"))
}

async fn strings(page: &Client, script: &str) -> Vec<String> {
    let found = page.execute(script, Vec::new()).await.unwrap();
    let Value::Array(found) = found else {
        panic!("{script} gave {found}")
    };
    found
        .iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

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
    visit(async |page, server| {
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
    visit(async |page, server| {
        page.goto(&format!("{}/docs/platform", server.url)).await.unwrap();
        find(page, "button.authorize").await.click().await.unwrap();
        let key = find(page, ".dialog-ux #api_key_value").await;
        key.send_keys(&server.admin_key()).await.unwrap();
        // The form of the key is one of two in the dialog; Enter sends the one that has the cursor.
        key.send_keys("\u{e007}").await.unwrap();
        find(page, ".dialog-ux .close-modal").await.click().await.unwrap();
        find(page, "#operations-access-read_caller .opblock-summary-control")
            .await
            .click()
            .await
            .unwrap();
        find(page, "#operations-access-read_caller button.execute")
            .await
            .click()
            .await
            .unwrap();
        let reply = find(
            page,
            "#operations-access-read_caller .live-responses-table .response",
        )
        .await;
        let reply = reply.text().await.unwrap();
        assert!(
            reply.contains("200") && reply.contains(r#""subject": "admin""#),
            "{reply}"
        );
    });
}
