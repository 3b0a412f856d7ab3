//! A person at a browser without pages: speaks to Kratos's browser flows in JSON and keeps cookies.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::stack::Kratos;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse 42";
const SESSION: &str = "crochet_session";

/// An address that nobody else in this run has.
pub(crate) fn fresh_address(name: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("{name}-{}@example.org", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A person and their cookies.
pub(crate) struct Visitor {
    kratos: String,
    http: Client,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Somebody who has never been here.
    pub(crate) fn to(kratos: &Kratos) -> Self {
        Self::at(&kratos.public())
    }

    /// The same at the Kratos that answers here.
    pub(crate) fn at(kratos: &str) -> Self {
        Self {
            kratos: kratos.to_owned(),
            http: Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    /// Registers with a name and an address and is signed in afterwards.
    pub(crate) async fn register(kratos: &Kratos, email: &str, name: &str) -> Self {
        Self::register_at(&kratos.public(), email, name).await
    }

    /// The same at the Kratos that answers here.
    pub(crate) async fn register_at(kratos: &str, email: &str, name: &str) -> Self {
        let mut visitor = Self::at(kratos);
        let form = json!({
            "method": "password", "password": PASSWORD, "traits": {"email": email, "name": name},
        });
        let (status, said) = visitor.pass("registration", form).await;
        assert_eq!(status, 200, "{said}");
        visitor
    }

    /// Signs in elsewhere; gives none where Kratos refuses.
    pub(crate) async fn sign_in(kratos: &Kratos, email: &str) -> Option<Self> {
        let mut visitor = Self::to(kratos);
        let form = json!({"method": "password", "password": PASSWORD, "identifier": email});
        // Whoever has a second factor is sent on to show it, and has a session already.
        visitor.pass("login", form).await;
        visitor.is_signed_in().then_some(visitor)
    }

    /// The value of the session's cookie.
    pub(crate) fn session(&self) -> &str {
        &self.cookies[SESSION]
    }

    /// Whether Kratos has given them a session.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.cookies.get(SESSION).is_some_and(|value| !value.is_empty())
    }

    /// Begins a flow and submits its form at once.
    pub(crate) async fn pass(&mut self, flow: &str, form: Value) -> (u16, Value) {
        let (_, begun) = self
            .ask(Method::GET, &format!("/self-service/{flow}/browser"), None)
            .await;
        self.submit(flow, &begun, form).await
    }

    /// Submits a form of a flow.
    pub(crate) async fn submit(&mut self, flow: &str, begun: &Value, mut form: Value) -> (u16, Value) {
        let nodes = begun["ui"]["nodes"]
            .as_array()
            .unwrap_or_else(|| panic!("no flow: {begun}"));
        let token = nodes
            .iter()
            .find(|node| node["attributes"]["name"] == "csrf_token");
        // A flow that an administrator began has none: its code is known to nobody else.
        if let Some(token) = token {
            form["csrf_token"] = token["attributes"]["value"].clone();
        }
        let id = begun["id"].as_str().unwrap();
        self.ask(
            Method::POST,
            &format!("/self-service/{flow}?flow={id}"),
            Some(form),
        )
        .await
    }

    /// One request, with cookies there and back.
    pub(crate) async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.kratos))
            .header("accept", "application/json")
            .header("cookie", cookies.join("; "));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        self.keep(&answer);
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    fn keep(&mut self, answer: &Response) {
        for line in answer.headers().get_all("set-cookie") {
            let (pair, _) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
