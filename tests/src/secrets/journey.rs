//! The way of each secret through a running server.

use std::collections::BTreeSet;
use std::fs;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::planted::Planted;
use crate::people::grant;
use crate::stack::{CrochetSite, Kratos, PASSWORD, Page, Surfer, Visitor, fresh_address};

/// Where the program of a person is sent back to: what goes there is meant for it.
pub(super) const BACK: &str = "http://127.0.0.1:9/callback";
pub(super) const CONTEXTS: &str = "/api/contexts/v1/contexts";
const KEYS: &str = "/api/platform/v1/keys";
pub(super) const TOKEN: &str = "/.ory/hydra/oauth2/token";

/// What was planted, and what has been said so far.
pub(super) struct Journey<'a> {
    pub(super) site: &'a CrochetSite,
    http: Client,
    pub(super) planted: Planted,
    said: Vec<(String, String)>,
    /// Credentials to be tried once more when nobody can check them.
    credentials: Vec<(&'static str, String)>,
}

impl<'a> Journey<'a> {
    pub(super) fn new(site: &'a CrochetSite, planted: Planted) -> Self {
        Self {
            site,
            http: Client::builder().redirect(Policy::none()).build().unwrap(),
            planted,
            said: Vec::new(),
            credentials: Vec::new(),
        }
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.site.url))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.site.url));
        request.header("origin", &self.site.url)
    }

    pub(super) fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .post(path)
            .header("content-type", "application/x-www-form-urlencoded");
        request.body(body)
    }

    /// Asks, and notes what is told: all headers but those that set cookies, and the bodies of refusals.
    pub(super) async fn ask(&mut self, request: RequestBuilder) -> (u16, String) {
        let answer = request.send().await.unwrap();
        let (status, url) = (answer.status().as_u16(), answer.url().path().to_owned());
        for (name, value) in answer.headers() {
            let for_the_program = name == "location" && value.as_bytes().starts_with(BACK.as_bytes());
            if name != "set-cookie" && !for_the_program {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                self.said.push((format!("{name} of {url}"), value));
            }
        }
        let body = answer.text().await.unwrap();
        if status >= 400 {
            self.said
                .push((format!("{status} of {url}"), without_form_tokens(&body)));
        }
        (status, body)
    }

    /// Asks with a credential, where it is enough, where it is not, and where there is nothing.
    pub(super) async fn present(&mut self, header: &'static str, value: String) {
        for path in [CONTEXTS, KEYS, "/nothing-here", "/contexts"] {
            let request = self.get(path).header(header, &value);
            self.ask(request.header("accept", "application/json")).await;
            let request = self.get(path).header(header, &value);
            self.ask(request.header("accept", "text/html")).await;
        }
        self.credentials.push((header, value));
    }

    /// Notes what a page says.
    fn seen(&mut self, page: &Page) {
        self.said.push((
            format!("the page {}", page.place),
            without_form_tokens(&page.html),
        ));
    }

    pub(super) async fn keys(&mut self) {
        let admin = self.site.admin_key();
        self.plant_key("the key of the admin", &admin);
        let again = self
            .planted
            .plant("an Idempotency-Key", "planted-idempotency-key");
        let wanted = self.post(KEYS).header("x-api-key", &admin);
        let wanted = wanted.header("idempotency-key", again);
        let made = wanted.json(&json!({"name": "Planted", "scopes": ["contexts:read"]}));
        let (status, made) = self.ask(made).await;
        assert_eq!(status, 201, "{made}");
        let made: Value = serde_json::from_str(&made).unwrap();
        let key = made["secret"].as_str().unwrap().to_owned();
        self.plant_key("a key", &key);
        let wrong = format!("ck_0123456789_{}", "5ec7e7".repeat(10) + "beef");
        self.plant_key("a key that is none", &wrong);
        for key in [key, wrong] {
            self.present("x-api-key", key.clone()).await;
            self.present("authorization", format!("Bearer {key}")).await;
            let misplaced = self.get(&format!("{CONTEXTS}?api_key={key}"));
            self.ask(misplaced).await;
            let misplaced = self.get(&format!("/contexts?api_key={key}"));
            self.ask(misplaced).await;
        }
    }

    fn plant_key(&mut self, what: &'static str, key: &str) {
        self.planted.plant(what, key.rsplit_once('_').unwrap().1);
    }

    pub(super) async fn links(&mut self) {
        let wanted = self
            .post("/api/platform/v1/sign-in-links")
            .header("x-api-key", self.site.admin_key());
        let (_, made) = self.ask(wanted.json(&json!({"role": "viewer"}))).await;
        let made: Value = serde_json::from_str(&made).unwrap();
        let link = made["path"].as_str().unwrap().to_owned();
        self.planted
            .plant("a sign-in link", &link["/signin/".len() + 12..]);
        let wrong = self
            .planted
            .plant("a link that is none", "planted-link-that-is-none");
        let mut surfer = Surfer::of(self.site, None);
        for place in [&*link, &format!("{link}/more"), &format!("/signin/{wrong}")] {
            let page = surfer.go(place).await;
            // The page of a link has the link in its form, as its reader has in the address.
            if page.status != 200 {
                self.seen(&page);
            }
            let request = self.get(place).header("accept", "application/json");
            self.ask(request).await;
        }
        let page = surfer.send(&link, &[]).await;
        assert_eq!(page.status, 200, "{page:?}");
        let ticket = surfer.cookie("crochet_session")[12..].to_owned();
        self.planted.plant("the session of a link", ticket);
        let whole = surfer.cookie("crochet_session").to_owned();
        self.present("cookie", format!("crochet_session={whole}")).await;
        self.form_token(&mut surfer).await;
        let page = surfer.send(&link, &[]).await;
        assert_eq!(page.status, 404, "it is spent: {page:?}");
        self.seen(&page);
        self.sent(&surfer);
    }

    /// The token of the forms of this session, in a form and where it does not belong.
    async fn form_token(&mut self, surfer: &mut Surfer) {
        let token = surfer.go("/").await.hidden("csrf");
        self.planted.plant("the token of a session's forms", &token);
        let forged = self
            .planted
            .plant("a forged token of forms", "planted-forged-token");
        for token in [&*token, &*forged] {
            let page = surfer.send("/contexts", &[("csrf", token), ("title", "")]).await;
            self.seen(&page);
        }
        let page = surfer.go(&format!("/contexts?csrf={token}")).await;
        self.seen(&page);
    }

    pub(super) async fn passwords(&mut self, kratos: &Kratos) -> (String, Visitor) {
        let through_us = format!("{}/.ory/kratos", self.site.url);
        self.planted.plant("a password", PASSWORD);
        let guess = self.planted.plant("a wrong password", "planted wrong guess");
        let email = fresh_address("ada");
        let ada = Visitor::register_at(&through_us, &email, "Ada").await;
        self.planted.plant("a session of Kratos's", ada.session());
        grant(kratos, &email, &["viewer"]).await;
        let mut surfer = Surfer::of(self.site, None);
        for password in [&*guess, PASSWORD] {
            let page = surfer.go("/login").await;
            let token = page.hidden("csrf_token");
            self.planted.plant("the token of Kratos's forms", &token);
            self.seen(&page);
            let action = page
                .place
                .replacen("/login", "/.ory/kratos/self-service/login", 1);
            let fields = [
                ("method", "password"),
                ("csrf_token", &*token),
                ("identifier", &*email),
                ("password", password),
            ];
            let page = surfer.send(&action, &fields).await;
            self.seen(&page);
            // Where there is no flow any more, and as an address.
            let page = surfer.send("/.ory/kratos/self-service/login", &fields).await;
            self.seen(&page);
        }
        let session = surfer.cookie("crochet_session").to_owned();
        self.planted
            .plant("a session that a page has begun", session.clone());
        self.present("cookie", format!("crochet_session={session}")).await;
        self.form_token(&mut surfer).await;
        let token = self
            .planted
            .plant("the token of a mail", "planted-token-of-a-mail");
        for flow in ["recovery", "verification"] {
            let place = format!("/.ory/kratos/self-service/{flow}?flow=1&token={token}&code={token}");
            let page = surfer.go(&place).await;
            self.seen(&page);
        }
        self.sent(&surfer);
        (email, ada)
    }

    /// Kratos and Hydra are away, and everybody comes once more.
    pub(super) async fn without_anybody(&mut self) {
        for (header, value) in std::mem::take(&mut self.credentials) {
            let presented = [value.clone(), format!("{value}x")];
            for value in presented {
                let request = self.get(CONTEXTS).header(header, value);
                self.ask(request).await;
            }
        }
        let fields = [("method", "password"), ("password", PASSWORD)];
        let request = self.form("/.ory/kratos/self-service/login?flow=1", &fields);
        assert_eq!(self.ask(request).await.0, 503);
        let refresh = self
            .planted
            .plant("a refresh token that is none", "planted-refresh-token");
        let fields = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
        let request = self.form(TOKEN, &fields);
        assert_eq!(self.ask(request).await.0, 503);
    }

    /// What those read who look after the server.
    pub(super) async fn look_back(&mut self) {
        for path in [
            "/metrics",
            "/api/platform/v1/audit-entries?limit=1000",
            "/api/platform/v1/audit-entries/export",
            "/api/platform/v1/keys",
            "/api/platform/v1/log-level",
            "/api/platform/v1/health/ready",
        ] {
            let request = self.get(path).header("x-api-key", self.site.admin_key());
            let (_, body) = self.ask(request).await;
            self.said.push((path.to_owned(), body));
        }
        self.said.push(("the log".to_owned(), self.site.log()));
        for file in self.site.files() {
            let is_key = file.extension().is_some_and(|kind| kind == "key");
            if !is_key {
                let bytes = fs::read(&file).unwrap();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.said.push((file.display().to_string(), text));
            }
        }
    }

    /// Where a browser was sent on this server.
    pub(super) fn sent(&mut self, surfer: &Surfer) {
        for place in &surfer.sent_to {
            self.said.push(("a redirection".to_owned(), place.clone()));
        }
    }

    /// Fails if any of it says a secret.
    pub(super) fn prove(&self, format: &str) {
        let log = self.site.log();
        assert!(
            log.contains("TRACE") || log.contains("trace"),
            "the log is not at its most talkative"
        );
        let leaks: BTreeSet<String> = self
            .said
            .iter()
            .flat_map(|(place, text)| {
                let found = self.planted.found_in(text).into_iter();
                found.map(move |what| format!("{what} stands in {place}"))
            })
            .collect();
        assert!(leaks.is_empty(), "{format}: {leaks:#?}");
    }
}

/// A page without the tokens that its own forms carry.
fn without_form_tokens(html: &str) -> String {
    let fields = html.split("<input").map(|field| {
        let is_token = ["name=\"csrf\"", "name=\"csrf_token\""]
            .iter()
            .any(|name| field.contains(name));
        let after = field.split_once('>').map_or("", |(_, after)| after);
        if is_token { after } else { field }
    });
    fields.collect()
}
