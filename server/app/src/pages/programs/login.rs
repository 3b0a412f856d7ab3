//! Hydra asks who somebody is: whoever has a session here, or gets one now.

use std::sync::Arc;

use crochet_auth::{Assurance, LoginAccepted, LoginRequest, VerifiedPerson};
use crochet_openapi::Problem;

use super::{Programs, kept, onward};
use crate::pages::endpoint::Visit;

/// The parameter of `/login` by which Hydra asks.
pub(in crate::pages) const CHALLENGE: &str = "login_challenge";

/// What becomes of a request to sign in.
pub(in crate::pages) enum Signing {
    /// The browser goes on, to this place.
    Onward(String),
    /// Somebody has to sign in first, or once more.
    Needed {
        /// Whether a session that there is does not do.
        refresh: bool,
    },
}

/// Tells Hydra who the visitor is, if they are somebody.
pub(in crate::pages) async fn answer(
    programs: &Arc<Programs>,
    visit: &Visit,
    challenge: &str,
) -> Result<Signing, Problem> {
    let request = programs.hydra.login_request(challenge).await?;
    let Some((person, id)) = kept(visit) else {
        return Ok(Signing::Needed { refresh: false });
    };
    if wants_fresh(&request.request_url) && !is_fresh(person) {
        return Ok(Signing::Needed { refresh: true });
    }
    if request.skip && request.subject != id.as_str() {
        return another_person(programs, &request).await;
    }
    let who = LoginAccepted {
        subject: id.to_string(),
        identity_provider_session_id: person.session.to_string(),
        acr: acr(person.assurance).to_owned(),
        remember: true,
    };
    let to = programs.hydra.accept_login(challenge, &who).await?;
    Ok(Signing::Onward(onward(&to)?))
}

/// Hydra takes nobody but whom it remembers, so it forgets them and is asked again.
async fn another_person(programs: &Arc<Programs>, request: &LoginRequest) -> Result<Signing, Problem> {
    if let Some(session) = &request.session_id {
        programs.hydra.forget_login(session).await?;
    }
    Ok(Signing::Onward(onward(&request.request_url)?))
}

/// So fresh a session is when its person has just signed in for it.
const FRESH: chrono::TimeDelta = chrono::TimeDelta::minutes(2);

/// Whether a program wants people to prove now who they are (OpenID Connect: `prompt=login`, `max_age`).
fn wants_fresh(request: &str) -> bool {
    let query = request.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| {
        name == "max_age" || name == "prompt" && value.split(' ').any(|one| one == "login")
    })
}

fn is_fresh(person: &VerifiedPerson) -> bool {
    person
        .signed_in_at
        .is_some_and(|at| chrono::Utc::now() - at < FRESH)
}

fn acr(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::OneFactor => "aal1",
        Assurance::TwoFactors => "aal2",
    }
}

#[cfg(test)]
mod tests {
    use super::wants_fresh;

    #[test]
    fn a_program_may_want_people_to_prove_now_who_they_are() {
        for wants in ["prompt=login", "prompt=consent+login", "a=b&max_age=0"] {
            assert!(
                wants_fresh(&format!("http://localhost/oauth2/auth?{wants}")),
                "{wants}"
            );
        }
        for not in ["", "?", "?prompt=consent", "?scope=login", "?a=max_age"] {
            assert!(
                !wants_fresh(&format!("http://localhost/oauth2/auth{not}")),
                "{not}"
            );
        }
    }
}
