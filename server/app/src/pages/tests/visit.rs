//! A browser without scripts: it keeps cookies, says where its requests come from, and goes where it is sent when told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crochet_openapi_poem::Api;
use crochet_platform::config::Config;
use crochet_platform::telemetry::LogControl;
use crochet_store::Store;
use poem::http::{HeaderMap, Method};
use poem::test::{TestClient, TestRequestBuilder};
use poem::{Endpoint, Route};
use serde_json::{Value, json};

use crate::compose::{Background, Composed, Tasks, compose};
use crate::pages::table::Listed;
use crate::pages::{Site, pages};

/// A process without workers, and one browser that looks at it.
pub(super) struct Browser {
    client: TestClient<Api>,
    cookies: Mutex<BTreeMap<String, String>>,
    key: String,
    /// Below the services, to do what no page does.
    pub(super) store: Store,
    pub(super) site: Arc<Site>,
    tasks: Mutex<Option<Tasks>>,
    _folder: tempfile::TempDir,
}

/// What came back.
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) html: String,
}

impl Seen {
    /// Where the browser is sent.
    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.html);
        self.headers["location"].to_str().unwrap()
    }

    /// The first value of a hidden field.
    pub(super) fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let from = self
            .html
            .find(&mark)
            .unwrap_or_else(|| panic!("no {name} in {}", self.html))
            + mark.len();
        let rest = &self.html[from..];
        rest[..rest.find('"').unwrap()].replace("&quot;", "\"")
    }

    /// Fails unless the page says all of this.
    pub(super) fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.html.contains(part), "{part:?} is missing in {}", self.html);
        }
    }
}

fn config(folder: &Path) -> Config {
    let mut config = Config {
        data: folder.join("data"),
        ..Config::default()
    };
    config.worker.count = 0;
    config
}

impl Browser {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (log, _) = LogControl::new("off").unwrap();
        let config = config(folder.path());
        let Composed {
            endpoint,
            ports,
            tasks,
            site,
            ..
        } = compose(&config, log).await.unwrap();
        let key = std::fs::read_to_string(config.data.join("admin.key")).unwrap();
        Self {
            client: TestClient::new(endpoint),
            cookies: Mutex::default(),
            key: key.trim().to_owned(),
            store: ports.unwrap().store,
            site: site.unwrap(),
            tasks: Mutex::new(Some(tasks)),
            _folder: folder,
        }
    }

    /// One who has signed in by a link.
    pub(super) async fn signed_in(role: &str) -> Self {
        let browser = Self::new().await;
        let link = browser.link(role).await;
        assert_eq!(browser.post(&link, &[]).await.location(), "/");
        browser
    }

    /// A new link for a role, as the terminal would print it.
    pub(super) async fn link(&self, role: &str) -> String {
        let made = self
            .api("POST", "/api/platform/v1/sign-in-links", json!({"role": role}))
            .await;
        made["path"]
            .as_str()
            .unwrap_or_else(|| panic!("{made}"))
            .to_owned()
    }

    /// Calls an operation with the key of the local admin.
    pub(super) async fn api(&self, method: &str, path: &str, body: Value) -> Value {
        let method: Method = method.parse().unwrap();
        let mut request = self.client.request(method, path).header("x-api-key", &self.key);
        if !body.is_null() {
            request = request.body_json(&body);
        }
        let response = request.send().await;
        let text = response.0.into_body().into_string().await.unwrap();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Makes the roles these, whatever they are.
    pub(super) async fn replace_matrix(&self, matrix: Value) {
        let request = self.client.put("/api/platform/v1/role-matrix");
        let request = request.header("x-api-key", &self.key).header("if-match", "*");
        let response = request.body_json(&matrix).send().await.0;
        let status = response.status();
        assert_eq!(status, 200, "{:?}", response.into_body().into_string().await);
    }

    /// Starts what runs beside the requests, until the test ends.
    pub(super) fn start_tasks(&self) {
        if let Some(tasks) = self.tasks.lock().unwrap().take() {
            tasks.start(&Background::default());
        }
    }

    /// Every page that there is.
    pub(super) fn pages(&self) -> Vec<Listed> {
        pages(Route::new(), &self.site).listed
    }

    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub(super) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies
            .lock()
            .unwrap()
            .insert(name.to_owned(), value.to_owned());
    }

    /// Goes to a page.
    pub(super) async fn get(&self, path: &str) -> Seen {
        self.send(self.client.get(path)).await
    }

    /// Sends a form as a page of this server does; the token of its session is added.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = if self.cookie("crochet_session").is_some() {
            self.get("/").await.hidden("csrf")
        } else {
            String::new()
        };
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post_as(path, &all, "same-origin").await
    }

    /// Sends a form, from wherever and exactly as it is.
    pub(super) async fn post_as(&self, path: &str, fields: &[(&str, &str)], site: &str) -> Seen {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .client
            .post(path)
            .header("sec-fetch-site", site)
            .content_type("application/x-www-form-urlencoded")
            .body(body);
        self.send(request).await
    }

    /// Sends any request with the headers of a browser, to this server or to what stands in its place.
    pub(super) async fn send<E: Endpoint>(&self, request: TestRequestBuilder<'_, E>) -> Seen {
        let cookies = self.cookies.lock().unwrap().clone();
        let line: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header("host", "127.0.0.1:7878")
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("cookie", line.join("; "));
        let response = request.send().await.0;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for set in headers.get_all("set-cookie") {
            self.keep(set.to_str().unwrap());
        }
        // Templates escape slashes too, which says nothing about what is shown.
        let html = response.into_body().into_string().await.unwrap();
        let html = html.replace("&#x2f;", "/");
        Seen {
            status,
            headers,
            html,
        }
    }

    pub(super) fn client(&self) -> &TestClient<Api> {
        &self.client
    }

    fn keep(&self, set: &str) {
        let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
        let mut cookies = self.cookies.lock().unwrap();
        if set.contains("Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
