//! Hydra asks who somebody is: whoever has a session here, or gets one now.

use std::sync::Arc;

use crochet_auth::{Assurance, LoginAccepted, LoginRequest};
use crochet_openapi::Problem;

use super::proof::Wanted;
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
    let (wanted, who) = (Wanted::by(&request.request_url), kept(visit));
    let proved = who.as_ref().and_then(|(person, _)| person.signed_in_at);
    let is_met = programs.asked.is_met(challenge, &wanted, proved).await;
    let (person, id) = match who {
        Some(who) if is_met => who,
        _ if wanted.silent => {
            let to = programs.hydra.refuse_login(challenge).await?;
            return Ok(Signing::Onward(onward(&to)?));
        }
        other => {
            return Ok(Signing::Needed {
                refresh: other.is_some(),
            });
        }
    };
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

fn acr(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::OneFactor => "aal1",
        Assurance::TwoFactors => "aal2",
    }
}
