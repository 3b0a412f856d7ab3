//! One person: their roles, whether they are kept out, where they are signed in, and a way in when they have lost theirs.

use std::sync::Arc;

use crochet_api::common::EntityTag;
use crochet_api::platform::{
    DisablePersonParams, EnablePersonParams, ListPersonSessionsParams, Person, PersonId, PersonRoles,
    ReadPersonParams, ReadPersonResponse, ReplacePersonRolesParams, SessionId,
};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;
use serde_json::json;

use super::{Line, Tick, none_kept, ticked};
use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::form::Form;
use crate::pages::form::{as_body, is_about_the_form};
use crate::pages::may::Abilities;
use crate::pages::problems::{FieldError, all_errors};
use crate::pages::reply::see_other;
use crate::pages::view::calendar;

/// What the page lets those do who may.
const ABILITIES: [&str; 5] = [
    "replace_person_roles",
    "disable_person",
    "enable_person",
    "create_invitation",
    "revoke_person_session",
];

#[derive(Serialize)]
struct Shown {
    account: Line,
    etag: String,
    roles: Vec<Tick>,
    /// Roles that they have and that there are no more.
    gone: Vec<String>,
    sessions: Vec<Session>,
    myself: bool,
    may: Abilities,
    /// What the visitor saw, when that is no longer so.
    seen: Option<Seen>,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct Session {
    id: String,
    factors: i32,
    user_agent: Option<String>,
    address: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

/// What the page said when its form was opened, and what the form wants.
#[derive(Serialize)]
struct Seen {
    roles: String,
    state: String,
    wanted: Vec<String>,
}

impl Seen {
    fn of(form: &Form) -> Self {
        Self {
            roles: form.get("seen_roles").to_owned(),
            state: form.get("seen_state").to_owned(),
            wanted: ticked(form),
        }
    }
}

/// Shows them.
pub(in crate::pages) async fn show(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    if site.parts.accounts.is_none() {
        return none_kept(&site, &visit, true);
    }
    let shown = shown(&site, &visit, None).await?;
    site.page(&visit.frame, "person.html", shown)
}

/// Says which roles they have.
pub(in crate::pages) async fn roles(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (id, if_match) = (id(&visit)?, tag(&visit)?);
    let wanted = as_body::<PersonRoles>(&json!({"roles": ticked(&visit.form)}));
    let changed = match wanted {
        Ok(wanted) => {
            let (caller, params) = (&visit.visitor.caller, ReplacePersonRolesParams { if_match });
            let platform = &site.parts.platform;
            platform.replace_person_roles(caller, id, params, wanted).await
        }
        Err(problem) => Err(problem),
    };
    let note = "The roles count within a second, wherever they are signed in.";
    done(&site, &visit, changed.map(|_| note)).await
}

/// Keeps them out.
pub(in crate::pages) async fn disable(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (caller, id) = (&visit.visitor.caller, id(&visit)?);
    let if_match = tag(&visit)?;
    let params = DisablePersonParams { if_match };
    let changed = site.parts.platform.disable_person(caller, id, params).await;
    let note = "They are signed out everywhere and kept out; their keys do nothing.";
    done(&site, &visit, changed.map(|_| note)).await
}

/// Lets them in again.
pub(in crate::pages) async fn enable(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (caller, id) = (&visit.visitor.caller, id(&visit)?);
    let if_match = tag(&visit)?;
    let params = EnablePersonParams { if_match };
    let changed = site.parts.platform.enable_person(caller, id, params).await;
    done(&site, &visit, changed.map(|_| "They may sign in again.")).await
}

/// Makes a code that lets them in once, and shows it.
pub(in crate::pages) async fn invite(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (caller, id) = (&visit.visitor.caller, id(&visit)?);
    match site.parts.platform.create_invitation(caller, id).await {
        Ok(invitation) => {
            let (person, _) = site.person(&visit).await?;
            site.invited(&visit, person, invitation)
        }
        Err(problem) => done(&site, &visit, Err(problem)).await,
    }
}

/// Ends one of their sessions, or all.
pub(in crate::pages) async fn end(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (platform, caller, id) = (&site.parts.platform, &visit.visitor.caller, id(&visit)?);
    let ended = match visit.form.get("session") {
        "" => platform.revoke_person_sessions(caller, id).await,
        session => {
            let session = SessionId::try_from(session)?;
            let ended = platform.revoke_person_session(caller, id, session).await;
            // It has ended meanwhile: so be it.
            ended.or_else(|problem| {
                if problem.status == 404 {
                    Ok(())
                } else {
                    Err(problem)
                }
            })
        }
    };
    done(
        &site,
        &visit,
        ended.map(|()| "They are signed out there within a second."),
    )
    .await
}

/// Back to the person with a note, or the page with what went wrong.
async fn done(site: &Site, visit: &Visit, changed: Result<&str, Problem>) -> Result<Response, Problem> {
    match changed {
        Ok(note) => {
            let mut response = see_other(&format!("/people/{}", id(visit)?));
            visit.frame.cookies.set_note(&mut response, note);
            Ok(response)
        }
        Err(problem) if problem.status == 412 || is_about_the_form(&problem) => {
            let status = problem.status;
            let shown = shown(site, visit, Some(problem)).await?;
            site.answer(&visit.frame, status, "person.html", shown)
        }
        Err(problem) => Err(problem),
    }
}

async fn shown(site: &Site, visit: &Visit, problem: Option<Problem>) -> Result<Shown, Problem> {
    let (person, etag) = site.person(visit).await?;
    let changed = problem.as_ref().is_some_and(|problem| problem.status == 412);
    let (known, gone): (Vec<_>, Vec<_>) = person.roles.iter().partition(|role| role.exists);
    let names = |roles: Vec<&crochet_api::platform::PersonRole>| -> Vec<String> {
        roles.into_iter().map(|role| role.name.clone()).collect()
    };
    let now = names(known);
    // What somebody ticked stays ticked, unless the roles are others by now: then they decide anew.
    let ticks = match &problem {
        Some(_) if !changed && visit.form.has("seen_roles") => ticked(&visit.form),
        _ => now,
    };
    Ok(Shown {
        etag: etag.to_string(),
        roles: site.role_ticks(visit, &ticks).await?,
        gone: names(gone),
        sessions: site.sessions_of(visit).await?,
        myself: **visit.visitor.caller.originator() == *person.subject.as_str(),
        may: site.may(&visit.visitor, &ABILITIES).await,
        seen: changed.then(|| Seen::of(&visit.form)),
        account: person.into(),
        errors: all_errors(problem.as_ref()),
        problem,
    })
}

fn id(visit: &Visit) -> Result<PersonId, Problem> {
    let id = visit.request.raw_path_param("person_id").unwrap_or_default();
    PersonId::try_from(id.to_owned()).map_err(|_| Problem::not_found("there is no such person"))
}

fn tag(visit: &Visit) -> Result<EntityTag, Problem> {
    Ok(EntityTag::try_from(visit.form.get("etag").to_owned())?)
}

impl Site {
    async fn person(&self, visit: &Visit) -> Result<(Person, EntityTag), Problem> {
        let params = ReadPersonParams::default();
        let read = self
            .parts
            .platform
            .read_person(&visit.visitor.caller, id(visit)?, params);
        match read.await? {
            ReadPersonResponse::Ok { body, etag } => Ok((body, etag)),
            ReadPersonResponse::NotModified { .. } => Err(Problem::internal()),
        }
    }

    async fn sessions_of(&self, visit: &Visit) -> Result<Vec<Session>, Problem> {
        let params = ListPersonSessionsParams {
            limit: 1_000,
            page_token: None,
        };
        let (caller, id) = (&visit.visitor.caller, id(visit)?);
        let listed = self
            .parts
            .platform
            .list_person_sessions(caller, id, params)
            .await?;
        let shown = |session: crochet_api::platform::PersonSession| Session {
            id: session.id.into(),
            factors: session.factors,
            user_agent: session.user_agent,
            address: session.address,
            since: session.signed_in_at.map(calendar),
            until: session.expires_at.map(calendar),
        };
        Ok(listed.items.into_iter().map(shown).collect())
    }
}
