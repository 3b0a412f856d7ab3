//! The programs that somebody has let in, with a button to take it back.

use std::sync::Arc;

use crochet_auth::PersonId;
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::words::{Wish, wish};
use super::{Programs, kept};
use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::recorded::{END_PROGRAM, of_program};
use crate::pages::reply::see_other;

#[derive(Serialize)]
struct Shown {
    let_in: Vec<Program>,
}

#[derive(Serialize)]
struct Program {
    id: String,
    name: String,
    can: Vec<Wish>,
    since: Option<String>,
}

/// Lists them.
pub(super) async fn show(
    programs: Arc<Programs>,
    site: Arc<Site>,
    visit: Visit,
) -> Result<Response, Problem> {
    let consents = programs.hydra.consents_of(&signed_in(&visit)?).await?;
    let shown = consents.into_iter().map(|consent| Program {
        name: Some(consent.client.client_name)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| consent.client.client_id.clone()),
        id: consent.client.client_id,
        can: consent.scopes.iter().map(|scope| wish(scope)).collect(),
        since: consent.granted_at.map(|at| {
            let at = at.with_timezone(&chrono::Local);
            at.format("%-d %b %Y").to_string()
        }),
    });
    let shown = Shown {
        let_in: shown.collect(),
    };
    site.answer(&visit.frame, 200, "programs/list.html", shown)
}

/// Takes back what one was allowed: its tokens are none from now on.
pub(super) async fn end(programs: Arc<Programs>, site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let person = signed_in(&visit)?;
    let named = visit.form.get("program");
    let let_in = programs.hydra.consents_of(&person).await?;
    // Only what is known is written down.
    let Some(program) = let_in
        .iter()
        .map(|consent| consent.client.client_id.as_str())
        .find(|id| *id == named)
    else {
        return Err(Problem::not_found("no program of this name is let in"));
    };
    let ended = async { Ok(programs.hydra.revoke_consents(&person, Some(program)).await?) };
    let caller = &visit.visitor.caller;
    site.recorded(&END_PROGRAM, caller, of_program(program), ended)
        .await?;
    let mut response = see_other("/programs");
    let cookies = &visit.frame.cookies;
    cookies.set_note(&mut response, "The program is let in no more.");
    Ok(response)
}

fn signed_in(visit: &Visit) -> Result<PersonId, Problem> {
    if visit.visitor.person.is_none() {
        return Err(Problem::unauthorized("sign in to see your programs"));
    }
    let found = kept(visit).map(|(_, id)| id);
    found.ok_or_else(|| Problem::not_found("this session is not one of Kratos's, and lets no programs in"))
}
