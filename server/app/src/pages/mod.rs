//! The pages for people: HTML over the same guarded traits that everyone calls.
//!
//! A page takes the session of its visitor, calls the services as that person, and shows what came back; it can do
//! nothing that the API would refuse, and shows what its visitor may not do as unavailable, with the reason. Every form
//! works without JavaScript: it posts, is redirected, and sees a note. A page must never hold a rule of the business nor a
//! query, and a template never decides who may do what.

mod accounts;
mod assets;
mod audit;
mod context;
mod contexts;
mod cookies;
mod delete;
mod endpoint;
mod form;
mod frame;
mod keys;
mod may;
mod origin;
mod passing;
mod people;
mod problems;
mod programs;
mod query;
mod recorded;
mod renderer;
mod reply;
mod roles;
mod session;
mod start;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod throttle;
mod view;
mod visitor;

use std::sync::Arc;

use crochet_api::contexts::ContextsApi;
use crochet_api::ingestor::IngestorApi;
use crochet_api::orthos::OrthosApi;
use crochet_api::platform::PlatformApi;
use crochet_auth::{Gate, LocalSessions, RememberedSessions};
use crochet_openapi::Audit;
use poem::{Route, get};

pub(crate) use accounts::Accounts;
pub(crate) use programs::Programs;
use renderer::Renderer;
use table::Table;
use throttle::Throttle;

/// So many wrong links a minute are looked at from one address.
const WRONG_LINKS_MAX: u32 = 10;

/// What the pages are made of. The services are guarded: a page is a caller like any other.
pub(crate) struct PagesParts {
    /// Recognises visitors.
    pub(crate) gate: Gate,
    /// The memory to tell when a session ends.
    pub(crate) sessions: Arc<RememberedSessions>,
    /// Links that sign people in.
    pub(crate) sign_ins: LocalSessions,
    /// The accounts of people whom Kratos keeps, where one does.
    pub(crate) accounts: Option<Arc<Accounts>>,
    /// The programs that people let in, where Hydra gives them tokens.
    pub(crate) programs: Option<Arc<Programs>>,
    /// The contexts.
    pub(crate) contexts: Arc<dyn ContextsApi>,
    /// Their texts.
    pub(crate) ingestor: Arc<dyn IngestorApi>,
    /// Their orthos.
    pub(crate) orthos: Arc<dyn OrthosApi>,
    /// Who may do what.
    pub(crate) platform: Arc<dyn PlatformApi>,
    /// Where is written down what no operation does.
    pub(crate) audit: Audit,
}

/// Everything that a page finds around it.
pub(crate) struct Site {
    parts: PagesParts,
    renderer: Renderer,
    wrong_links: Throttle,
}

impl Site {
    /// The pages on these parts.
    pub(crate) fn new(parts: PagesParts) -> Self {
        Self {
            parts,
            renderer: Renderer::new(),
            wrong_links: Throttle::of(WRONG_LINKS_MAX),
        }
    }
}

/// Puts the pages beside whatever else the server answers.
pub(crate) fn mount(route: Route, site: &Arc<Site>) -> Route {
    pages(route, site).finish(start::show_or_nothing)
}

/// Every page but the one at `/`.
fn pages(route: Route, site: &Arc<Site>) -> Table {
    let table = Table::new(route, site);
    let table = match &site.parts.accounts {
        Some(accounts) => accounts::pages(table, site, accounts),
        None => table.shows("/login", session::explain),
    };
    let table = match &site.parts.programs {
        Some(programs) => programs::pages(table, site, programs),
        None => table,
    };
    table
        .beside("/static/*file", get(assets::serve))
        .both_open("/signin/:token", session::offer, session::sign_in)
        .both_open("/logout", programs::logout::ask, session::sign_out)
        .opens("/theme", session::choose_theme)
        .both("/contexts", contexts::list, contexts::create)
        .shows("/contexts/:context_id", context::show)
        .shows("/contexts/:context_id/found", context::found)
        .changes("/contexts/:context_id/texts", texts::add)
        .both("/contexts/:context_id/delete", delete::ask, delete::delete)
        .both("/roles", roles::show, roles::take)
        .shows("/roles/history", roles::history::show)
        .changes("/roles/undo", roles::history::undo)
        .shows("/roles/why", roles::why::show)
        .both("/people", people::list, people::invite)
        .shows("/people/:person_id", people::one::show)
        .changes("/people/:person_id/roles", people::one::roles)
        .changes("/people/:person_id/disable", people::one::disable)
        .changes("/people/:person_id/enable", people::one::enable)
        .changes("/people/:person_id/invite", people::one::invite)
        .changes("/people/:person_id/sessions", people::one::end)
        .both("/keys", keys::list, keys::create)
        .shows("/keys/:key_id", keys::show)
        .changes("/keys/:key_id/rotate", keys::rotate)
        .changes("/keys/:key_id/revoke", keys::revoke)
        .shows("/audit", audit::show)
        .shows("/audit/export", audit::export)
}

/// An address as it may be logged and told: the token of a sign-in link is a secret.
pub(crate) fn without_secrets(path: &str) -> &str {
    if path.starts_with("/signin/") {
        "/signin"
    } else {
        path
    }
}
