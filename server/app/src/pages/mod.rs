//! The pages for people: HTML over the same guarded traits that everyone calls.
//!
//! A page takes the session of its visitor, calls the services as that person, and shows what came back; it can do
//! nothing that the API would refuse, and shows what its visitor may not do as unavailable, with the reason. Every form
//! works without JavaScript: it posts, is redirected, and sees a note. A page must never hold a rule of the business nor a
//! query, and a template never decides who may do what.

mod accounts;
mod assets;
mod context;
mod contexts;
mod cookies;
mod delete;
mod endpoint;
mod form;
mod frame;
mod may;
mod problems;
mod renderer;
mod reply;
mod roles;
mod session;
mod start;
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
use poem::{Route, get};

pub(crate) use accounts::Accounts;
use endpoint::{change, open_change, read};
use renderer::Renderer;
use throttle::Throttle;

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
    /// The contexts.
    pub(crate) contexts: Arc<dyn ContextsApi>,
    /// Their texts.
    pub(crate) ingestor: Arc<dyn IngestorApi>,
    /// Their orthos.
    pub(crate) orthos: Arc<dyn OrthosApi>,
    /// Who may do what.
    pub(crate) platform: Arc<dyn PlatformApi>,
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
            wrong_links: Throttle::default(),
        }
    }
}

/// Puts the pages beside whatever else the server answers.
pub(crate) fn mount(route: Route, site: &Arc<Site>) -> Route {
    let route = match &site.parts.accounts {
        Some(accounts) => accounts::mount(route, site, accounts),
        None => route.at("/login", get(read(site, session::explain))),
    };
    route
        .at("/static/*file", get(assets::serve))
        .at(
            "/signin/:token",
            get(read(site, session::offer)).post(open_change(site, session::sign_in)),
        )
        .at("/logout", poem::post(open_change(site, session::sign_out)))
        .at("/theme", poem::post(open_change(site, session::choose_theme)))
        .at(
            "/contexts",
            get(read(site, contexts::list)).post(change(site, contexts::create)),
        )
        .at("/contexts/:context_id", get(read(site, context::show)))
        .at("/contexts/:context_id/found", get(read(site, context::found)))
        .at(
            "/contexts/:context_id/texts",
            poem::post(change(site, texts::add)),
        )
        .at(
            "/contexts/:context_id/delete",
            get(read(site, delete::ask)).post(change(site, delete::delete)),
        )
        .at(
            "/roles",
            get(read(site, roles::show)).post(change(site, roles::take)),
        )
        .at("/roles/history", get(read(site, roles::history::show)))
        .at("/roles/undo", poem::post(change(site, roles::history::undo)))
        .at("/roles/why", get(read(site, roles::why::show)))
        // To poem this is `/` too, whatever else is there.
        .at("/*path", read(site, start::show_or_nothing))
}

/// An address as it may be logged: the token of a sign-in link is a secret.
pub(crate) fn without_secrets(path: &str) -> &str {
    if path.starts_with("/signin/") {
        "/signin"
    } else {
        path
    }
}
