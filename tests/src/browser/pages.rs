//! The pages: signing in, a context and its first text, with scripts and without, by keyboard, in every size and colour.

use std::time::Instant;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::{Client, Locator};
use serde_json::json;

use super::{PATIENCE, find, press, say, sign_in, strings, until_text, visit};
use crate::server::Server;
use crate::shared::root;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
/// More stops than any page has.
const STOPS_MAX: usize = 60;

async fn go(page: &Client, server: &Server, path: &str) {
    page.goto(&format!("{}{path}", server.url)).await.unwrap();
}

/// Creates a context and uploads a text into it.
pub(super) async fn create_walk(page: &Client, server: &Server) {
    go(page, server, "/contexts").await;
    say(page, "#title", "A walk by the river").await;
    press(page, "Create the context").await;
    until_text(page, "Add its first text").await;
    say(page, "#title", "Part 1").await;
    let sample = root().join("server/app/samples/part-1.txt");
    say(page, "#file", sample.to_str().unwrap()).await;
    press(page, "Add the text").await;
    until_text(page, "is in the context").await;
}

#[test]
fn a_person_signs_in_makes_a_context_and_watches_its_orthos_come() {
    visit(async |browser, server| {
        let page = &browser.page;
        sign_in(page, server).await;
        create_walk(page, server).await;
        until_text(page, "Settled at v1").await;
        let word = find(page, "#found .grid td").await.text().await.unwrap();
        assert!(!word.is_empty());
        say(page, "#title", "Pasted").await;
        say(
            page,
            "#text",
            "The owl came back with a lamp, and the owl went out with us.",
        )
        .await;
        press(page, "Add the text").await;
        until_text(page, "Settled at v2").await;
        let texts = page
            .find_all(Locator::XPath("//h2[.='Texts']/following::table[1]/tbody/tr"))
            .await;
        assert_eq!(texts.unwrap().len(), 2);
        go(page, server, "/contexts/a-walk-by-the-river/delete").await;
        press(page, "Delete it").await;
        until_text(page, "is gone").await;
    });
}

#[test]
fn everything_works_without_scripts() {
    visit(async |browser, server| {
        let page = &browser.page;
        browser
            .tell("Emulation.setScriptExecutionDisabled", json!({"value": true}))
            .await;
        sign_in(page, server).await;
        create_walk(page, server).await;
        for _ in 0..200 {
            if page.source().await.unwrap().contains("Settled at v1") {
                break;
            }
            page.find(Locator::LinkText("Refresh"))
                .await
                .unwrap()
                .click()
                .await
                .unwrap();
        }
        until_text(page, "Settled at v1").await;
        find(page, "#found .grid td").await;
        page.find(Locator::Css(".who button"))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        until_text(page, "You are signed out").await;
    });
}

/// Presses keys one after the other, whatever has the cursor.
async fn keys(page: &Client, typed: &str) {
    let pressed = typed
        .chars()
        .fold(KeyActions::new("keyboard".into()), |keys, value| {
            keys.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
    page.perform_actions(pressed).await.unwrap();
}

/// Goes from stop to stop until the one that has the cursor is this one.
async fn tab_to(page: &Client, what: &str) {
    let here = "const at = document.activeElement; return [at.id, at.innerText || ''];";
    for _ in 0..STOPS_MAX {
        keys(page, &TAB.to_string()).await;
        if strings(page, here).await.iter().any(|name| name == what) {
            return;
        }
    }
    panic!("{what} cannot be reached with the keyboard");
}

#[test]
fn a_keyboard_is_enough() {
    visit(async |browser, server| {
        let page = &browser.page;
        page.goto(&server.sign_in_link()).await.unwrap();
        tab_to(page, "Sign in as admin").await;
        keys(page, &ENTER.to_string()).await;
        until_text(page, "You are signed in as").await;
        tab_to(page, "Contexts").await;
        keys(page, &ENTER.to_string()).await;
        until_text(page, "There is no context yet").await;
        tab_to(page, "title").await;
        keys(page, "By hand").await;
        keys(page, &ENTER.to_string()).await;
        until_text(page, "Add its first text").await;
        tab_to(page, "title").await;
        keys(page, "One").await;
        tab_to(page, "text").await;
        keys(page, "We walked by the river.").await;
        tab_to(page, "Add the text").await;
        keys(page, &ENTER.to_string()).await;
        until_text(page, "is in the context").await;
    });
}

/// Notes the streams of events that a page opens, and can be made to open none.
const COUNT_STREAMS: &str = "window.opened = []; const Real = window.EventSource; \
    window.EventSource = class extends Real { constructor(address) { super(address); window.opened.push(address); } };";
const NO_STREAMS: &str = "delete window.EventSource; window.opened = [];";

/// Lets a page follow a search to its end, and gives the streams that it opened for that.
fn followed(script: &'static str, check: impl Fn(&[String])) {
    visit(async |browser, server| {
        let page = &browser.page;
        browser
            .tell("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}))
            .await;
        sign_in(page, server).await;
        create_walk(page, server).await;
        until_text(page, "Settled at v1").await;
        check(&strings(page, "return window.opened;").await);
    });
}

#[test]
fn a_page_follows_a_search_by_events() {
    followed(COUNT_STREAMS, |opened| {
        let events = |address: &String| address.contains("/ingests/") && address.ends_with("/events");
        assert!(opened.iter().all(events), "{opened:?}");
    });
}

/// Opens the stream of an ingest in the page, and notes how often it begins.
const LISTEN: &str = "window.began = 0; window.heard = new EventSource(arguments[0]); \
    window.heard.addEventListener('open', () => { window.began += 1; });";
const HEARD: &str = "return [String(window.heard.readyState), String(window.began)];";

#[test]
fn a_browser_stops_listening_behind_the_last_event() {
    visit(async |browser, server| {
        let page = &browser.page;
        sign_in(page, server).await;
        create_walk(page, server).await;
        until_text(page, "Settled at v1").await;
        let ingests = server.api().list_ingests("a-walk-by-the-river").await.unwrap();
        let ingest = &ingests.items[0];
        let address = format!(
            "/api/ingestor/v1/contexts/{}/ingests/{}/events",
            ingest.context_id, ingest.id
        );
        page.execute(LISTEN, vec![json!(address)]).await.unwrap();
        // 2 is closed; a stream that only ended would be opened again and again.
        let deadline = Instant::now() + PATIENCE;
        loop {
            let heard = strings(page, HEARD).await;
            if heard == ["2", "1"] {
                break;
            }
            assert!(Instant::now() < deadline, "{heard:?}");
        }
    });
}

#[test]
fn where_no_events_come_through_a_page_asks_every_second() {
    followed(NO_STREAMS, |opened| assert!(opened.is_empty()));
}

#[test]
fn what_is_swapped_leaves_the_cursor_where_it_was() {
    visit(async |browser, server| {
        let page = &browser.page;
        sign_in(page, server).await;
        create_walk(page, server).await;
        let here = "document.getElementById('refresh').focus(); return [document.activeElement.id];";
        assert_eq!(strings(page, here).await, ["refresh"]);
        until_text(page, "Settled at v1").await;
        let here = "return [document.activeElement.id];";
        assert_eq!(strings(page, here).await, ["refresh"]);
    });
}
