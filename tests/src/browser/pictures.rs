//! A page in every size and colour: it fits, keeps to its policy and shuts nobody out; and a picture of it stays among the
//! artefacts of the build, for people to look at.

use std::fs;
use std::path::Path;

use fantoccini::Client;
use serde_json::{Value, json};

use super::chromium::Chromium;
use super::{FORBIDDEN, WATCH, axe, strings};

/// The sizes and colours.
pub(super) const LOOKS: [(u32, &str); 4] = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")];
/// The tallest picture.
const HEIGHT_MAX: u64 = 8_000;

/// Sets the size and the colours of what is shown from now on.
pub(super) async fn look(browser: &Chromium, width: u32, colours: &str) {
    let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
    browser.tell("Emulation.setDeviceMetricsOverride", size).await;
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
    browser.tell("Emulation.setEmulatedMedia", media).await;
}

/// Goes to a page in every look, checks it and keeps a picture.
pub(super) async fn take(browser: &Chromium, name: &str, url: &str) {
    let page = &browser.page;
    for (width, colours) in LOOKS {
        look(browser, width, colours).await;
        page.goto(url).await.unwrap();
        page.execute(WATCH, Vec::new()).await.unwrap();
        let wide = page
            .execute("return document.documentElement.scrollWidth;", Vec::new())
            .await;
        let wide = wide.unwrap().as_u64().unwrap();
        assert!(wide <= u64::from(width), "{url} is {wide} wide at {width}");
        let paper = page.execute(
            "return getComputedStyle(document.body).backgroundColor;",
            Vec::new(),
        );
        let expected = if colours == "dark" {
            "rgb(21, 24, 28)"
        } else {
            "rgb(250, 250, 247)"
        };
        assert_eq!(paper.await.unwrap(), Value::from(expected), "{url}");
        assert_eq!(strings(page, FORBIDDEN).await, [""; 0], "{url}");
        shuts_nobody_out(page, &format!("{url} at {width} {colours}")).await;
        keep(browser, &format!("{name}-{width}-{colours}"), width).await;
    }
}

/// Fails unless axe finds nothing.
pub(super) async fn shuts_nobody_out(page: &Client, what: &str) {
    let faults = axe::faults(page).await;
    assert!(faults.is_empty(), "{what}: {faults:#?}");
}

/// Keeps a picture of the whole page.
async fn keep(browser: &Chromium, name: &str, width: u32) {
    let page = &browser.page;
    let height = page
        .execute("return document.documentElement.scrollHeight;", Vec::new())
        .await
        .unwrap();
    let height = height.as_u64().unwrap_or(900).min(HEIGHT_MAX);
    let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    browser.tell("Emulation.setDeviceMetricsOverride", size).await;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join(format!("{name}.png")),
        page.screenshot().await.unwrap(),
    )
    .unwrap();
}
