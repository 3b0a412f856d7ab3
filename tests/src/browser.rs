//! The server in a real browser: what an explorer sees at `/docs`, and what a person sees on the pages.
//!
//! Chromium is driven through chromedriver. On a machine without them the suite says so and proves nothing; `tests/run`
//! installs both where it can.

mod accounts;
mod axe;
mod chromium;
mod docs;
mod factors;
mod newcomer;
mod pages;
mod pictures;
mod walk;

use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::left_out;
use crate::server::Server;
pub(crate) use chromium::Chromium;

/// So long a page may take to show something.
const PATIENCE: Duration = Duration::from_secs(30);
/// Notes whatever the page's policy forbids.
const WATCH: &str = "window.forbidden = []; document.addEventListener('securitypolicyviolation', \
    (event) => window.forbidden.push(event.violatedDirective + ' ' + event.blockedURI));";
const FORBIDDEN: &str = "return window.forbidden;";

/// Runs a visit in a browser on a server of its own.
fn visit(tour: impl AsyncFnOnce(&Chromium, &Server)) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let Some(browser) = Chromium::start().await else {
            left_out::say("the browser, as chromium or chromedriver is not installed");
            return;
        };
        tour(&browser, &server).await;
        browser.close().await;
    });
}

pub(crate) async fn find(page: &Client, css: &str) -> Element {
    let found = page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
    found.unwrap_or_else(|error| panic!("{css} is not on the page: {error}"))
}

/// Types into a field.
pub(crate) async fn say(page: &Client, css: &str, text: &str) {
    find(page, css).await.send_keys(text).await.unwrap();
}

/// Presses the button that says this.
pub(crate) async fn press(page: &Client, label: &str) {
    let button = format!("//main//button[contains(., '{label}')]");
    let button = page
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::XPath(&button))
        .await;
    button.unwrap().click().await.unwrap();
}

/// Waits until the page says this.
pub(crate) async fn until_text(page: &Client, text: &str) {
    let there = format!("//main[contains(., '{text}')]");
    let found = page
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::XPath(&there))
        .await;
    if found.is_err() {
        panic!("{text:?} is not in {}", page.source().await.unwrap());
    }
}

/// Signs in with the link that the server printed.
async fn sign_in(page: &Client, server: &Server) {
    page.goto(&server.sign_in_link()).await.unwrap();
    find(page, "main form button").await.click().await.unwrap();
    find(page, ".who form").await;
}

/// Signs in as a role other than the one of the printed link.
async fn sign_in_as(page: &Client, server: &Server, role: &str) {
    let link = server
        .api()
        .create_sign_in_link(crochet_client::types::platform::NewSignInLink {
            role: role.parse().unwrap(),
        })
        .await
        .unwrap();
    page.goto(&format!("{}{}", server.url, link.path)).await.unwrap();
    find(page, "main form button").await.click().await.unwrap();
    find(page, ".who form").await;
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
