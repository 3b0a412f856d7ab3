//! What stands around the content of every page: who is looking, where, in which colours, and what just happened.

use chrono::Utc;
use poem::Request;
use poem::http::header::{ACCEPT, IF_NONE_MATCH};
use serde::Serialize;

use super::assets;
use super::cookies::Cookies;
use super::origin;
use super::view::clock_or_calendar;
use super::visitor::Visitor;
use super::without_secrets;

/// htmx says so when it fetches a part of a page.
const HX_REQUEST: &str = "hx-request";

/// The frame, as the layout shows it.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Frame {
    person: Option<ShownPerson>,
    token: String,
    theme: Option<String>,
    /// The address without its query and without secrets.
    path: String,
    /// Where one comes back to who changes the colours: not to a page whose address is a secret.
    back: String,
    place: &'static str,
    flash: Option<String>,
    version: &'static str,
    /// Whether there is a script to swap parts of pages with.
    htmx: bool,
    /// Whether people have accounts here.
    pub(super) accounts: bool,
    /// Whether people let programs in here.
    pub(super) programs: bool,
    /// By which address the visitor reached this server.
    #[serde(skip)]
    origin: String,
    #[serde(skip)]
    pub(super) cookies: Cookies,
    /// Whether the visitor's program shows HTML.
    #[serde(skip)]
    pub(super) takes_html: bool,
    #[serde(skip)]
    pub(super) if_none_match: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ShownPerson {
    name: String,
    roles: Vec<String>,
    until: String,
}

impl Frame {
    /// The frame of a request whose sender is not known yet.
    pub(super) fn of(request: &Request) -> Self {
        let cookies = Cookies::of(request);
        let whole = request.uri().path();
        let path = without_secrets(whole);
        Self {
            theme: cookies.theme.clone(),
            flash: cookies.note.clone().filter(|note| !note.is_empty()),
            path: path.to_owned(),
            back: if path == whole { path } else { "/" }.to_owned(),
            place: place(path),
            origin: origin::of(request),
            takes_html: request.header(ACCEPT).is_some_and(takes_html)
                || request.header(HX_REQUEST).is_some(),
            if_none_match: request.header(IF_NONE_MATCH).map(str::to_owned),
            cookies,
            ..Self::empty()
        }
    }

    /// The frame of a page about which nothing is known.
    pub(super) fn empty() -> Self {
        Self {
            path: "/".to_owned(),
            back: "/".to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            htmx: assets::address("htmx.min.js").is_some(),
            ..Self::default()
        }
    }

    /// The same, for this visitor.
    pub(super) fn with(mut self, visitor: &Visitor) -> Self {
        self.token.clone_from(&visitor.token);
        self.person = visitor.person.as_ref().map(|person| ShownPerson {
            name: person.name.clone(),
            roles: person.roles.clone(),
            until: clock_or_calendar(person.expires_at, Utc::now()),
        });
        self
    }

    /// Where on this server the visitor is.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The whole address of a page of this server, to be opened elsewhere; an address that is whole already stays.
    pub(super) fn whole(&self, address: &str) -> String {
        if address.starts_with('/') {
            format!("{}{address}", self.origin)
        } else {
            address.to_owned()
        }
    }

    /// Whether it tells of something that happened, which is told once.
    pub(super) fn tells(&self) -> bool {
        self.flash.is_some()
    }
}

/// The part of the site that a path belongs to, as the navigation names it.
fn place(path: &str) -> &'static str {
    let first = path.split('/').nth(1).unwrap_or_default();
    ["contexts", "roles", "people", "keys", "audit"]
        .into_iter()
        .find(|place| *place == first)
        .unwrap_or_default()
}

/// Whether an `Accept` names HTML; browsers do when a person goes somewhere, programs do not.
pub(super) fn takes_html(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let media_type = range.split(';').next().unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case("text/html")
    })
}
