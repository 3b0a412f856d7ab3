//! A program wants to act for somebody: they see what for, in plain words, and allow it or not.
//!
//! Nobody can allow what they may not do themselves. What was allowed for good is granted without a question, but never
//! more of it than the person may do now.

use std::sync::Arc;

use crochet_auth::{ConsentGiven, ConsentRequest, PersonId};
use crochet_openapi::{Caller, Problem};
use poem::Response;
use serde::Serialize;

use super::words::{Wish, wish};
use super::{Programs, kept, onward, parameter};
use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::recorded::{LET_PROGRAM_IN, REFUSE_PROGRAM, of_program};
use crate::pages::reply::{let_forms_lead_out, own_path, see_other};

const CHALLENGE: &str = "consent_challenge";
/// What lets a program stay when nobody is there, and what lets it know who somebody is. Both are a person's to give.
pub(super) const OF_OPENID: [&str; 3] = ["offline", "offline_access", "openid"];

#[derive(Serialize)]
struct Asked {
    challenge: String,
    program: String,
    can: Vec<Wish>,
    cannot: Vec<Wish>,
}

/// Asks, or grants what was allowed before.
pub(super) async fn ask(programs: Arc<Programs>, site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let challenge = parameter(&visit, CHALLENGE)
        .ok_or_else(|| Problem::bad_request("programs bring people here; there is nothing to allow"))?;
    let Some((_, id)) = kept(&visit) else {
        return Ok(see_other(&back_here(&challenge)));
    };
    let request = programs.request(&challenge, &id).await?;
    if request.skip || request.client.skip_consent {
        let to = programs
            .accept(&site, &visit, &challenge, &request, false)
            .await?;
        return Ok(see_other(&onward(&to)?));
    }
    let may = may_give(&visit.visitor.caller);
    let (can, cannot) = request.requested_scope.iter().partition(|scope| may(scope));
    let wishes = |scopes: Vec<&String>| scopes.into_iter().map(|scope| wish(scope)).collect();
    let asked = Asked {
        program: name(&request),
        can: wishes(can),
        cannot: wishes(cannot),
        challenge,
    };
    let mut response = site.answer(&visit.frame, 200, "programs/consent.html", asked)?;
    // The answer goes through Hydra to the program.
    let_forms_lead_out(&mut response);
    Ok(response)
}

/// Takes the answer.
pub(super) async fn answer(
    programs: Arc<Programs>,
    site: Arc<Site>,
    visit: Visit,
) -> Result<Response, Problem> {
    let challenge = visit.form.get(CHALLENGE);
    let Some((_, id)) = kept(&visit) else {
        return Ok(see_other(&back_here(challenge)));
    };
    let request = programs.request(challenge, &id).await?;
    let to = if visit.form.get("do") == "allow" {
        let remember = !visit.form.get("remember").is_empty();
        programs
            .accept(&site, &visit, challenge, &request, remember)
            .await?
    } else {
        let refused = async { Ok(programs.hydra.refuse_consent(challenge).await?) };
        let (caller, place) = (&visit.visitor.caller, of_program(&request.client.client_id));
        site.recorded(&REFUSE_PROGRAM, caller, place, refused).await?
    };
    Ok(see_other(&onward(&to)?))
}

impl Programs {
    /// What is asked of this person; nobody answers for somebody else.
    async fn request(&self, challenge: &str, person: &PersonId) -> Result<ConsentRequest, Problem> {
        asked_of(person, self.hydra.consent_request(challenge).await?)
    }

    /// Gives the program what its person may give; gives where the browser goes then.
    async fn accept(
        &self,
        site: &Site,
        visit: &Visit,
        challenge: &str,
        request: &ConsentRequest,
        remember: bool,
    ) -> Result<String, Problem> {
        let caller = &visit.visitor.caller;
        let given = self.given(request, caller, remember);
        let let_in = async { Ok(self.hydra.accept_consent(challenge, &given).await?) };
        let place = of_program(&request.client.client_id);
        site.recorded(&LET_PROGRAM_IN, caller, place, let_in).await
    }

    /// As much of what is wanted as the caller may give.
    fn given(&self, request: &ConsentRequest, caller: &Caller, remember: bool) -> ConsentGiven {
        let may = may_give(caller);
        let us = &self.hydra.trusted().audience;
        let scopes = request.requested_scope.iter().filter(|scope| may(scope));
        let audience = request.requested_access_token_audience.iter();
        ConsentGiven {
            grant_scope: scopes.cloned().collect(),
            grant_access_token_audience: audience.filter(|one| *one == us).cloned().collect(),
            remember,
        }
    }
}

/// The request, if it is this person who is asked.
fn asked_of(person: &PersonId, request: ConsentRequest) -> Result<ConsentRequest, Problem> {
    if request.subject == person.as_str() {
        return Ok(request);
    }
    Err(Problem::forbidden(
        "somebody else has begun this in your browser; begin again where you came from",
    ))
}

/// What somebody may let a program do.
fn may_give(caller: &Caller) -> impl Fn(&str) -> bool {
    |scope| caller.scopes.contains(scope) || OF_OPENID.contains(&scope)
}

fn name(request: &ConsentRequest) -> String {
    let client = &request.client;
    if client.client_name.is_empty() {
        client.client_id.clone()
    } else {
        client.client_name.clone()
    }
}

/// The way to sign in and then come back here.
fn back_here(challenge: &str) -> String {
    let query = |name: &str, value: &str| {
        form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish()
    };
    let here = format!("/consent?{}", query(CHALLENGE, challenge));
    debug_assert!(own_path(&here).is_some());
    format!("/login?{}", query("return_to", &here))
}

#[cfg(test)]
mod tests {
    use crochet_auth::{Client, HydraAdmin, Trusted};
    use crochet_openapi::{CallerKind, RequestContext};

    use super::*;
    use crate::proxy::{HYDRA, Proxy};

    fn caller(scopes: &[&str]) -> Caller {
        let scopes = scopes.iter().copied().collect();
        Caller::new("person:ada", CallerKind::Person, scopes, RequestContext::new())
    }

    fn request(scopes: &[&str], audience: &[&str]) -> ConsentRequest {
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        ConsentRequest {
            client: Client::default(),
            subject: "ada".to_owned(),
            skip: false,
            requested_scope: owned(scopes),
            requested_access_token_audience: owned(audience),
        }
    }

    #[test]
    fn nobody_gives_what_they_may_not_do_nor_to_whom_we_are_not() {
        let trusted = Trusted {
            issuer: String::new(),
            audience: "crochet".to_owned(),
        };
        let hydra = HydraAdmin::at("http://127.0.0.1:1", trusted).unwrap();
        let proxy = Proxy::to("http://127.0.0.1:1", &HYDRA).unwrap();
        let programs = Programs::new(hydra, proxy, Vec::new());
        let wanted = request(
            &["orthos:read", "roles:write", "offline_access", "other"],
            &["crochet", "bank"],
        );
        let given = programs.given(&wanted, &caller(&["orthos:read", "contexts:read"]), true);
        assert_eq!(given.grant_scope, ["orthos:read", "offline_access"]);
        assert_eq!(given.grant_access_token_audience, ["crochet"]);
        assert!(given.remember);
    }

    #[test]
    fn nobody_answers_what_somebody_else_is_asked() {
        let asked = |person: &str| asked_of(&person.parse().unwrap(), request(&["orthos:read"], &[]));
        assert_eq!(asked("ada").unwrap().subject, "ada");
        assert_eq!(asked("eve").unwrap_err().status, 403);
    }

    #[test]
    fn whoever_must_sign_in_first_comes_back_to_the_question() {
        assert_eq!(
            back_here("a b&c"),
            "/login?return_to=%2Fconsent%3Fconsent_challenge%3Da%2Bb%2526c"
        );
    }
}
