//! Pages for people whom Kratos keeps: signing in and up, getting back in, their account and their sessions.
//!
//! A page shows what Kratos has to ask and nothing of its own. The browser begins each flow at Kratos, through our
//! origin, comes back here to see it, and sends its forms to Kratos again. It must never see a password.

mod entry;
mod error;
mod flow;
mod guess;
mod sessions;
mod view;
mod words;

use std::sync::Arc;

use crochet_auth::People;
use crochet_auth::flows::{FlowError, FlowKind, KratosFlows};
use crochet_openapi::Problem;

use super::Site;
use super::passing::Passing;
use super::table::Table;
use crate::proxy::{KRATOS, Proxy};

pub(super) use words::below;

/// How long a visitor is asked to wait when Kratos is away.
const RETRY_AFTER_S: u32 = 2;

/// What the pages need of Kratos.
pub(crate) struct Accounts {
    /// What to show.
    pub(crate) flows: KratosFlows,
    /// Whose sessions to show.
    pub(crate) people: Arc<dyn People>,
    /// The way there for browsers.
    pub(crate) proxy: Arc<Proxy>,
}

/// These pages, and the way to Kratos, beside the others.
pub(super) fn pages(mut table: Table, site: &Arc<Site>, accounts: &Arc<Accounts>) -> Table {
    for kind in FlowKind::ALL {
        let accounts = accounts.clone();
        table = table.shows(&format!("/{kind}"), move |site, visit| {
            flow::show(kind, accounts.clone(), site, visit)
        });
    }
    let (errors, list, end) = (accounts.clone(), accounts.clone(), accounts.clone());
    let way = guess::Guarded::new(Passing {
        site: site.clone(),
        proxy: accounts.proxy.clone(),
    });
    let way_in = entry::Recorded {
        site: site.clone(),
        accounts: accounts.clone(),
        way,
    };
    table
        .shows("/error", move |site, visit| {
            error::show(errors.clone(), site, visit)
        })
        .both(
            "/sessions",
            move |site, visit| sessions::list(list.clone(), site, visit),
            move |site, visit| sessions::end(end.clone(), site, visit),
        )
        .beside(format!("{}/*path", KRATOS.prefix), way_in)
}

impl Accounts {
    /// Ends the session of the browser with these cookies at Kratos, if it has one there.
    ///
    /// # Errors
    /// 503 when Kratos does not answer: then nobody is told that they are signed out.
    pub(super) async fn sign_out(&self, cookies: &str) -> Result<(), Problem> {
        match self.flows.sign_out(cookies).await {
            Err(FlowError::Unavailable) => {
                Err(Problem::unavailable("nobody can sign out now", RETRY_AFTER_S))
            }
            // Whoever has no session is signed out.
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
