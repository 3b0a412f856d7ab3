//! Programs that people let in, by OAuth2: who signs in for which program, what they allow it, and what they allowed.
//!
//! Hydra gives the tokens; these pages tell it who somebody is, by the session that they have here, and what they allow,
//! which is never more than they may do themselves. What Hydra remembers of a browser lets nobody in.

mod consent;
mod list;
pub(super) mod login;
pub(super) mod logout;
mod proof;
mod resource;
mod words;

use std::sync::Arc;

use crochet_auth::{HydraAdmin, PersonId, VerifiedPerson};
use crochet_openapi::{Problem, RELAY_SCOPE};
use tokio::sync::OnceCell;

use super::Site;
use super::accounts::below;
use super::endpoint::Visit;
use super::passing::Passing;
use super::table::Table;
use crate::proxy::{HYDRA, Proxy};
use proof::Asked;

/// A scope that services need to check keys; nobody gives it to a program.
const FOR_SERVICES: [&str; 2] = [RELAY_SCOPE, "keys:introspect"];

/// What the pages need of Hydra.
pub(crate) struct Programs {
    hydra: HydraAdmin,
    proxy: Arc<Proxy>,
    /// What people can let programs do.
    scopes: Vec<&'static str>,
    /// Set once the command line is registered.
    terminal: OnceCell<()>,
    /// Who has to prove anew who they are.
    asked: Asked,
}

impl Programs {
    /// The programs of this Hydra; `scopes` are all that there are.
    pub(crate) fn new(hydra: HydraAdmin, proxy: Proxy, scopes: Vec<&'static str>) -> Self {
        let mut scopes: Vec<&str> = scopes
            .into_iter()
            .filter(|scope| !FOR_SERVICES.contains(scope))
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        Self {
            hydra,
            proxy: Arc::new(proxy),
            scopes,
            terminal: OnceCell::new(),
            asked: Asked::new(),
        }
    }
}

/// These pages, and the way to Hydra, beside the others.
pub(super) fn pages(table: Table, site: &Arc<Site>, programs: &Arc<Programs>) -> Table {
    let of = || programs.clone();
    let (asked, answered, listed, ended, described) = (of(), of(), of(), of(), of());
    let passing = Passing {
        site: site.clone(),
        proxy: programs.proxy.clone(),
    };
    table
        .both(
            "/consent",
            move |site, visit| consent::ask(asked.clone(), site, visit),
            move |site, visit| consent::answer(answered.clone(), site, visit),
        )
        .both(
            "/programs",
            move |site, visit| list::show(listed.clone(), site, visit),
            move |site, visit| list::end(ended.clone(), site, visit),
        )
        .shows(resource::PATH, move |_, _| resource::describe(described.clone()))
        .beside(format!("{}/*path", HYDRA.prefix), passing)
}

/// The person of a visit and their id, if Kratos keeps them: others have nothing that a program could come back to.
fn kept(visit: &Visit) -> Option<(&VerifiedPerson, PersonId)> {
    let person = visit.visitor.person.as_ref()?;
    // Whoever came by a link is one of many of the same name.
    if person.subject.as_ref() == crochet_auth::LOCAL_PERSON {
        return None;
    }
    Some((person, PersonId::of_subject(&person.subject)?))
}

/// Where Hydra sends the browser, on our own origin.
fn onward(redirect: &str) -> Result<String, Problem> {
    below(redirect, HYDRA.prefix).ok_or_else(|| {
        tracing::error!("Hydra sends browsers elsewhere: urls.self.public is not this server's address");
        Problem::internal()
    })
}

/// A parameter of the address of a page.
fn parameter(visit: &Visit, wanted: &str) -> Option<String> {
    let query = visit.request.uri().query()?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
}
