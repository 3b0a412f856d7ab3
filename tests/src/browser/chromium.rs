//! A headless Chromium of a test's own, driven through chromedriver on a port that the driver chooses.

use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Root runs tests in containers, where Chromium's sandbox cannot start; the rest keeps it from calling home.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,2400",
];
/// What the driver says when it listens, before the port.
const STARTED: &str = "started successfully on port ";

/// A browser with one page.
pub(crate) struct Chromium {
    /// The page.
    pub(crate) page: Client,
    driver: Driver,
    /// What the browser remembers; gone with it.
    _profile: TempDir,
}

/// The driver, ended when dropped; it takes its browser with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Chromium {
    /// Starts a browser, or gives none where none is installed.
    pub(crate) async fn start() -> Option<Self> {
        let (driver, port) = driver()?;
        let profile = tempfile::tempdir().unwrap();
        let folder = format!("--user-data-dir={}", profile.path().display());
        let arguments: Vec<&str> = ARGUMENTS.into_iter().chain([folder.as_str()]).collect();
        let wanted = json!({"goog:chromeOptions": {"args": arguments}});
        let wanted = wanted.as_object().unwrap().clone();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let page = builder
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        Some(Self {
            page: page.unwrap(),
            driver,
            _profile: profile,
        })
    }

    /// Tells the browser something that only its own protocol can say.
    pub(crate) async fn tell(&self, command: &'static str, parameters: Value) {
        let told = DevTools { command, parameters };
        self.page.issue_cmd(told).await.unwrap();
    }

    /// Ends the browser, then its driver.
    pub(crate) async fn close(self) {
        self.page.close().await.unwrap();
        drop(self.driver);
    }
}

/// A command of Chromium's own protocol, which the driver passes on.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (Method::POST, Some(body.to_string()))
    }
}

fn driver() -> Option<(Driver, u16)> {
    let started = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => panic!("chromedriver does not start: {error}"),
    };
    let output = child.stdout.take().unwrap();
    let driver = Driver(child);
    let port = BufReader::new(output)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once(STARTED)?;
            port.trim_end_matches('.').parse().ok()
        });
    Some((driver, port.expect("chromedriver says its port")))
}
