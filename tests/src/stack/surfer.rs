//! A browser without scripts: keeps cookies, goes where it is sent on one server, and stops where it is sent elsewhere.

use std::collections::BTreeMap;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};

use super::{CrochetSite, Visitor};

/// More redirections than any way of ours has.
const HOPS_MAX: usize = 12;

/// The browser.
pub(crate) struct Surfer {
    origin: String,
    http: Client,
    cookies: BTreeMap<String, String>,
    /// What it says about where it is, as a proxy would.
    pub(crate) forwarded_for: Option<String>,
    /// Every place on its server that it was sent to.
    pub(crate) sent_to: Vec<String>,
}

/// Where it is.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    /// Its path and query; of another server its whole address.
    pub(crate) place: String,
    pub(crate) html: String,
}

impl Page {
    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let from = self
            .html
            .find(&mark)
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            + mark.len();
        let rest = &self.html[from..];
        rest[..rest.find('"').unwrap()].to_owned()
    }

    /// The query with which it came to another server.
    pub(crate) fn brought(&self) -> &str {
        assert!(self.place.starts_with("http://127.0.0.1"), "still here: {self:?}");
        self.place.split_once('?').unwrap().1
    }

    /// Fails unless it says all of this.
    pub(crate) fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.html.contains(part), "{part:?} is missing in {self:?}");
        }
    }
}

impl Surfer {
    /// One with the session of somebody, if they are signed in.
    pub(crate) fn of(site: &CrochetSite, visitor: Option<&Visitor>) -> Self {
        Self::at(&site.url, visitor)
    }

    /// The same on the server at this address.
    pub(crate) fn at(origin: &str, visitor: Option<&Visitor>) -> Self {
        let session = visitor.map(|visitor| ("crochet_session".to_owned(), visitor.session().to_owned()));
        Self {
            origin: origin.to_owned(),
            http: Client::builder().redirect(Policy::none()).build().unwrap(),
            cookies: session.into_iter().collect(),
            forwarded_for: None,
            sent_to: Vec::new(),
        }
    }

    /// The value of a cookie that it keeps.
    pub(crate) fn cookie(&self, name: &str) -> &str {
        &self.cookies[name]
    }

    /// Loses a cookie.
    pub(crate) fn forget(&mut self, cookie: &str) {
        self.cookies.remove(cookie);
    }

    /// Somebody else signs in, in the same browser.
    pub(crate) fn sign_in_as(&mut self, visitor: &Visitor) {
        let session = visitor.session().to_owned();
        self.cookies.insert("crochet_session".to_owned(), session);
    }

    /// Goes to an address and on from there.
    pub(crate) async fn go(&mut self, address: &str) -> Page {
        let request = self.http.get(self.absolute(address));
        self.follow(request, address).await
    }

    /// Sends a form and goes on from there.
    pub(crate) async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .http
            .request(Method::POST, self.absolute(path))
            .header("origin", &self.origin)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.follow(request, path).await
    }

    async fn follow(&mut self, mut request: RequestBuilder, address: &str) -> Page {
        let mut place = address.to_owned();
        for _ in 0..HOPS_MAX {
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let mut asked = request
                .header("cookie", cookies.join("; "))
                .header("accept", "text/html");
            if let Some(address) = &self.forwarded_for {
                asked = asked.header("x-forwarded-for", address);
            }
            let answer = asked.send().await.unwrap();
            for line in answer.headers().get_all("set-cookie") {
                let (pair, _) = line.to_str().unwrap().split_once(';').unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let status = answer.status().as_u16();
            let to = answer
                .headers()
                .get("location")
                .map(|to| to.to_str().unwrap().to_owned());
            let Some(to) = to else {
                let html = answer.text().await.unwrap().replace("&#x2f;", "/");
                return Page { status, place, html };
            };
            place = to.strip_prefix(&self.origin).unwrap_or(&to).to_owned();
            if !place.starts_with('/') {
                return Page {
                    status,
                    place,
                    html: String::new(),
                };
            }
            request = self.http.get(self.absolute(&place));
            self.sent_to.push(place.clone());
        }
        panic!("sent round and round, at last to {place}");
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') {
            format!("{}{address}", self.origin)
        } else {
            address.to_owned()
        }
    }
}
