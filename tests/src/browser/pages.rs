//! The pages: signing in, a context and its first text, with scripts and without, by keyboard, in every size and colour.

use std::fs;
use std::path::Path;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::chromium::Chromium;
use super::{FORBIDDEN, WATCH, find, press, say, sign_in, strings, until_text, visit};
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
async fn create_walk(page: &Client, server: &Server) {
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

/// The pages that are looked at.
const PAGES: [(&str, &str); 6] = [
    ("start", "/"),
    ("contexts", "/contexts"),
    ("context", "/contexts/a-walk-by-the-river"),
    ("delete", "/contexts/a-walk-by-the-river/delete"),
    ("login", "/login"),
    ("nothing", "/nothing-here"),
];

async fn look(browser: &Chromium, width: u32, colours: &str) {
    let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
    browser.tell("Emulation.setDeviceMetricsOverride", size).await;
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
    browser.tell("Emulation.setEmulatedMedia", media).await;
}

/// Keeps a picture of the whole page among the artefacts of the build.
async fn keep(browser: &Chromium, name: &str, width: u32) {
    let page = &browser.page;
    let height = page
        .execute("return document.documentElement.scrollHeight;", Vec::new())
        .await
        .unwrap();
    let height = height.as_u64().unwrap_or(900).min(8_000);
    let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    browser.tell("Emulation.setDeviceMetricsOverride", size).await;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join(format!("{name}.png")),
        page.screenshot().await.unwrap(),
    )
    .unwrap();
}

#[test]
fn every_page_fits_every_size_and_colour_and_keeps_to_its_policy() {
    visit(async |browser, server| {
        let page = &browser.page;
        sign_in(page, server).await;
        create_walk(page, server).await;
        until_text(page, "Settled at v1").await;
        for (width, colours) in [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")] {
            for (name, path) in PAGES {
                look(browser, width, colours).await;
                go(page, server, path).await;
                page.execute(WATCH, Vec::new()).await.unwrap();
                let wide = page
                    .execute("return document.documentElement.scrollWidth;", Vec::new())
                    .await;
                let wide = wide.unwrap().as_u64().unwrap();
                assert!(wide <= u64::from(width), "{path} is {wide} wide at {width}");
                let paper = page.execute(
                    "return getComputedStyle(document.body).backgroundColor;",
                    Vec::new(),
                );
                let expected = if colours == "dark" {
                    "rgb(21, 24, 28)"
                } else {
                    "rgb(250, 250, 247)"
                };
                assert_eq!(paper.await.unwrap(), Value::from(expected), "{path}");
                assert_eq!(strings(page, FORBIDDEN).await, [""; 0], "{path}");
                keep(browser, &format!("{name}-{width}-{colours}"), width).await;
            }
        }
    });
}
