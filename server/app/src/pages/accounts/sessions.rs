//! Where somebody is signed in, with a button to end each session but the one that they look with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use crochet_auth::{Assurance, PeopleError, PersonId, PersonSession, SessionId, VerifiedPerson};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::Accounts;
use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::recorded::END_SESSION;
use crate::pages::reply::see_other;

#[derive(Serialize)]
struct Shown {
    sessions: Vec<Session>,
}

#[derive(Serialize)]
struct Session {
    id: String,
    here: bool,
    user_agent: Option<String>,
    address: Option<String>,
    since: Option<String>,
    until: Option<String>,
    factors: u8,
}

/// Lists them.
pub(super) async fn list(
    accounts: Arc<Accounts>,
    site: Arc<Site>,
    visit: Visit,
) -> Result<Response, Problem> {
    let person = signed_in(&visit)?;
    let sessions = accounts.people.sessions(&id(person)?).await?;
    let shown = Shown {
        sessions: sessions
            .into_iter()
            .map(|one| shown(one, &person.session))
            .collect(),
    };
    site.answer(&visit.frame, 200, "flows/sessions.html", shown)
}

/// Ends one.
pub(super) async fn end(accounts: Arc<Accounts>, site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let person = signed_in(&visit)?;
    let (person, session) = (id(person)?, SessionId::new(visit.form.get("session")));
    let ended = async {
        match accounts.people.revoke_session(&person, &session).await {
            // It has ended meanwhile: so be it.
            Ok(()) | Err(PeopleError::NoSession) => Ok(()),
            Err(error) => Err(error.into()),
        }
    };
    let place = "/sessions".to_owned();
    site.recorded(&END_SESSION, &visit.visitor.caller, place, ended)
        .await?;
    site.parts.sessions.forget_all();
    let mut response = see_other("/sessions");
    visit
        .frame
        .cookies
        .set_note(&mut response, "The session is ended.");
    Ok(response)
}

fn signed_in(visit: &Visit) -> Result<&VerifiedPerson, Problem> {
    let person = visit.visitor.person.as_ref();
    person.ok_or_else(|| Problem::unauthorized("sign in to see your sessions"))
}

fn id(person: &VerifiedPerson) -> Result<PersonId, Problem> {
    PersonId::of_subject(&person.subject)
        .ok_or_else(|| Problem::not_found("this session is not one of Kratos's"))
}

fn shown(session: PersonSession, here: &SessionId) -> Session {
    Session {
        here: session.id == *here,
        id: session.id.as_str().to_owned(),
        user_agent: session.user_agent,
        address: session.address,
        since: session.signed_in_at.map(moment),
        until: session.expires_at.map(moment),
        factors: if session.assurance == Assurance::TwoFactors {
            2
        } else {
            1
        },
    }
}

fn moment(moment: DateTime<Utc>) -> String {
    moment
        .with_timezone(&chrono::Local)
        .format("%-d %b %H:%M")
        .to_string()
}
