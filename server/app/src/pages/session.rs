//! Signing in by a link, signing out, and the colours.

use std::sync::Arc;

use chrono::Utc;
use crochet_auth::{Issued, LOCAL_PERSON, Ticket};
use crochet_openapi::{Problem, RequestContext};
use crochet_platform::telemetry::events::AppEvent;
use poem::Response;
use poem::http::header::COOKIE;
use serde::Serialize;

use super::Site;
use super::endpoint::Visit;
use super::recorded::{self, SIGN_IN, SIGN_OUT};
use super::reply::{own_path, see_other};
use super::throttle::Throttle;

/// Where links lead to, without what makes one.
const PLACE: &str = "/signin";

#[derive(Serialize)]
struct Offer {
    /// The role that the link signs in as; none when it is no link any more.
    role: Option<String>,
}

/// How one signs in here.
pub(super) async fn explain(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    site.page(&visit.frame, "signin_needed.html", ())
}

/// Shows a button: programs that follow links in messages do not press it, so they cannot spend the link.
pub(super) async fn offer(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    site.wrong_links.admit(&visit.request).await?;
    let token = visit.request.raw_path_param("token").unwrap_or_default();
    match site.parts.sign_ins.look_at_link(token).await? {
        Some(role) => site.page(&visit.frame, "signin.html", Offer { role: Some(role) }),
        None => site.is_no_link(&visit).await,
    }
}

/// Spends the link. The session is new, whatever the browser brought: nobody can prepare one for somebody else.
pub(super) async fn sign_in(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    site.wrong_links.admit(&visit.request).await?;
    let token = visit.request.raw_path_param("token").unwrap_or_default();
    let Some(session) = site.spend(token, &visit.visitor.caller.request).await? else {
        return site.is_no_link(&visit).await;
    };
    site.end(&visit).await?;
    AppEvent::SignedIn {
        subject: LOCAL_PERSON,
    }
    .emit();
    let cookies = &visit.frame.cookies;
    let wanted = cookies.return_to.as_deref().and_then(own_path);
    let mut response = see_other(wanted.unwrap_or("/"));
    let lasts = (session.expires_at - Utc::now()).to_std().unwrap_or_default();
    cookies.set_session(&mut response, session.ticket.reveal(), lasts);
    cookies.end_return(&mut response);
    Ok(response)
}

/// Ends the session here and in the browser.
pub(super) async fn sign_out(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    if visit.visitor.person.is_some() && !visit.visitor.sent(visit.form.get("csrf")) {
        return site.not_sent(&visit.frame, &visit.visitor, &visit.form);
    }
    site.end(&visit).await?;
    let caller = &visit.visitor.caller;
    AppEvent::SignedOut {
        subject: &caller.subject,
    }
    .emit();
    if visit.visitor.person.is_some() {
        site.parts.audit.done(&SIGN_OUT, caller, "/logout");
    }
    let onward = site.after_sign_out(&visit).await?;
    let mut response = see_other(onward.as_deref().unwrap_or("/"));
    visit.frame.cookies.end_session(&mut response);
    visit.frame.cookies.set_note(&mut response, "You are signed out.");
    Ok(response)
}

/// Remembers which colours somebody likes.
pub(super) async fn choose_theme(_: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let back = own_path(visit.form.get("return_to")).unwrap_or("/");
    let mut response = see_other(back);
    let theme = match visit.form.get("theme") {
        theme @ ("light" | "dark") => theme,
        _ => "",
    };
    visit.frame.cookies.set_theme(&mut response, theme);
    Ok(response)
}

impl Site {
    /// Spends a link, if it is one and its session can be written down.
    async fn spend(&self, token: &str, request: &RequestContext) -> Result<Option<Issued>, Problem> {
        let sign_ins = &self.parts.sign_ins;
        let Some(role) = sign_ins.look_at_link(token).await? else {
            return Ok(None);
        };
        let caller = recorded::by_link(&role, request);
        let session = async {
            let spent = sign_ins.sign_in(token).await?;
            spent.ok_or_else(|| Problem::unauthorized("somebody else was first to use the link"))
        };
        match self.recorded(&SIGN_IN, &caller, PLACE.to_owned(), session).await {
            Err(problem) if problem.status == 401 => Ok(None),
            session => session.map(Some),
        }
    }

    /// Says that it is none, and remembers who tried.
    async fn is_no_link(&self, visit: &Visit) -> Result<Response, Problem> {
        self.wrong_links.note(Throttle::guesser(&visit.request)).await;
        self.refused_to_sign_in(&visit.visitor.caller.request, PLACE);
        self.answer(&visit.frame, 404, "signin.html", Offer { role: None })
    }

    /// Ends the session that the browser brought, if it brought one.
    async fn end(&self, visit: &Visit) -> Result<(), Problem> {
        if let Some(cookie) = &visit.frame.cookies.session {
            self.parts.sign_ins.sign_out(cookie).await?;
            let is_link = Ticket::parse(cookie).is_some();
            if let Some(accounts) = self.parts.accounts.as_ref().filter(|_| !is_link) {
                let cookies = visit.request.header(COOKIE).unwrap_or_default();
                accounts.sign_out(cookies).await?;
            }
            self.parts.sessions.forget(cookie).await;
        }
        Ok(())
    }
}
