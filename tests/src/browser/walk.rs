//! The walk over every page: it fits every size, keeps to its policy and shuts nobody out, for every role and in both
//! colours. Which pages there are is read from the sources, so that none is added and not walked.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crochet_client::SignIn;

use super::accounts::{self, sign_up, until_role};
use super::chromium::Chromium;
use super::pages::create_walk;
use super::{find, pictures, sign_in, sign_in_as, until_text, visit};
use crate::people::{grant, people, person};
use crate::shared::root;
use crate::stack::fresh_address;

const ROLES: [&str; 4] = ["viewer", "editor", "operator", "admin"];
const COLOURS: [&str; 2] = ["light", "dark"];

/// Who sees something at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// Whoever has signed in by a link, on a server without accounts.
    ByLink,
    /// Somebody who is not signed in, where Kratos keeps accounts.
    Outside,
    /// Somebody with an account.
    Inside,
    /// Nobody: it is a part of a page, or none.
    Never,
}
use Seen::{ByLink, Inside, Never, Outside};

/// Every address that shows something, as the sources write it, and what the walk goes to for it. What stands in braces is
/// filled in on the way.
const PAGES: [(&str, Seen, &str); 31] = [
    ("/", ByLink, "/"),
    ("/", ByLink, "/nothing-here"),
    ("/login", ByLink, "/login"),
    ("/signin/:token", ByLink, "{link}"),
    ("/signin/:token", ByLink, "/signin/no-such-link"),
    ("/logout", ByLink, "/logout"),
    ("/contexts", ByLink, "/contexts"),
    ("/contexts/:context_id", ByLink, "/contexts/a-walk-by-the-river"),
    ("/contexts/:context_id/found", Never, ""),
    (
        "/contexts/:context_id/delete",
        ByLink,
        "/contexts/a-walk-by-the-river/delete",
    ),
    ("/roles", ByLink, "/roles"),
    ("/roles/history", ByLink, "/roles/history"),
    (
        "/roles/why",
        ByLink,
        "/roles/why?operation=contexts%2Fdelete_context&role=editor",
    ),
    ("/people", ByLink, "/people"),
    (
        "/people/:person_id",
        ByLink,
        "/people/8991dd08-215a-47ab-b8b6-4384c0014d0c",
    ),
    ("/keys", ByLink, "/keys?of=all"),
    ("/keys/:key_id", ByLink, "{key}"),
    ("/audit", ByLink, "/audit"),
    ("/audit/export", Never, ""),
    ("&format!(\"/{kind}\")", Outside, "/login"),
    ("&format!(\"/{kind}\")", Outside, "/registration"),
    ("&format!(\"/{kind}\")", Outside, "/recovery"),
    ("&format!(\"/{kind}\")", Outside, "/verification"),
    ("&format!(\"/{kind}\")", Inside, "/settings"),
    (
        "/error",
        Outside,
        "/error?id=8991dd08-215a-47ab-b8b6-4384c0014d0c",
    ),
    ("/sessions", Inside, "/sessions"),
    ("/people", Inside, "/people"),
    ("/people/:person_id", Inside, "{person}"),
    ("/programs", Inside, "/programs"),
    ("/consent", Inside, "{consent}"),
    ("resource::PATH", Never, ""),
];

/// The first parameter of every call by which a page that shows something is put into the table.
fn shown(source: &str) -> impl Iterator<Item = String> {
    let calls = [".shows(", ".both(", ".both_open("];
    let after = calls.into_iter().flat_map(|call| source.split(call).skip(1));
    after.map(|rest| {
        let (parameter, _) = rest.split_once(',').unwrap();
        parameter.trim().trim_matches('"').to_owned()
    })
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut read = Vec::new();
    for path in entries {
        if path.ends_with("tests") || path.ends_with("table.rs") {
            continue;
        }
        if path.is_dir() {
            read.extend(sources(&path));
        } else {
            read.push(fs::read_to_string(path).unwrap());
        }
    }
    read
}

#[test]
fn every_page_of_the_sources_is_walked() {
    let sources = sources(&root().join("server/app/src/pages"));
    let mut there: BTreeSet<String> = sources.iter().flat_map(|source| shown(source)).collect();
    // What is shown where no page is, and at the root.
    there.insert("/".to_owned());
    let walked: BTreeSet<String> = PAGES.iter().map(|(address, ..)| (*address).to_owned()).collect();
    assert_eq!(there, walked);
}

/// The pages that are seen so: a name for their pictures, and where they are.
fn seen(by: Seen, filled: &[(&str, String)]) -> Vec<(String, String)> {
    let pages = PAGES.iter().filter(|(_, seen, _)| *seen == by);
    let named = pages.map(|(_, _, way)| {
        let path = way.split('?').next().unwrap();
        let name = path.trim_matches(['/', '{', '}']).replace('/', "-");
        let name = if name.is_empty() { "start".to_owned() } else { name };
        let way = filled
            .iter()
            .fold((*way).to_owned(), |way, (hole, value)| way.replace(hole, value));
        (name, way)
    });
    named.collect()
}

/// Goes to all of these pages in both colours and asks axe about them.
async fn ask_about(browser: &Chromium, origin: &str, who: &str, pages: &[(String, String)]) {
    for colours in COLOURS {
        pictures::look(browser, 1280, colours).await;
        for (name, way) in pages {
            browser.page.goto(&absolute(origin, way)).await.unwrap();
            pictures::shuts_nobody_out(&browser.page, &format!("{name} for {who}, {colours}")).await;
        }
    }
}

async fn picture(browser: &Chromium, origin: &str, prefix: &str, pages: &[(String, String)]) {
    for (name, way) in pages {
        pictures::take(browser, &format!("{prefix}{name}"), &absolute(origin, way)).await;
    }
}

fn absolute(origin: &str, way: &str) -> String {
    if way.starts_with('/') {
        format!("{origin}{way}")
    } else {
        way.to_owned()
    }
}

#[test]
fn every_page_of_a_server_without_accounts_is_for_everybody_in_every_look() {
    visit(async |browser, server| {
        let page = &browser.page;
        sign_in(page, server).await;
        create_walk(page, server).await;
        until_text(page, "Settled at v1").await;
        page.goto(&format!("{}/keys?of=all", server.url)).await.unwrap();
        let key = find(page, "main table a")
            .await
            .attr("href")
            .await
            .unwrap()
            .unwrap();
        let filled = [("{link}", server.sign_in_link()), ("{key}", key)];
        let pages = seen(ByLink, &filled);
        for role in ROLES {
            sign_in_as(page, server, role).await;
            ask_about(browser, &server.url, role, &pages).await;
        }
        picture(browser, &server.url, "", &pages).await;
    });
}

#[test]
fn every_page_about_accounts_and_programs_is_for_everybody_in_every_look() {
    accounts::visit(async |browser, site, kratos| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        let outside = seen(Outside, &[]);
        ask_about(browser, &site.url, "nobody", &outside).await;
        picture(browser, &site.url, "accounts-", &outside).await;
        sign_up(page, site, &email).await;
        let id = person(&people(kratos), &email).await.id;
        let back = "http://127.0.0.1:9/callback";
        let scopes = ["orthos:read", "contexts:write", "roles:write"].map(str::to_owned);
        let program = SignIn::begin(&site.url, back, &scopes).await.unwrap();
        let filled = [
            ("{person}", format!("/people/{id}")),
            ("{consent}", program.url().to_owned()),
        ];
        let inside = seen(Inside, &filled);
        for role in ROLES {
            grant(kratos, &email, &[role]).await;
            until_role(page, site, role).await;
            ask_about(browser, &site.url, role, &inside).await;
        }
        picture(browser, &site.url, "accounts-", &inside).await;
    });
}
