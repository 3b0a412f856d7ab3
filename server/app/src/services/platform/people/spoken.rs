//! People in the words of the spec. What they say of themselves is cut to the room that the spec has, never refused: a
//! list must not fail because of a name.

use chrono::{DateTime, Utc};
use crochet_api::common::{EntityTag, PageToken};
use crochet_api::platform::{Invitation, Person, PersonRole, PersonSession};
use crochet_auth::matrix::Matrix;
use crochet_auth::{self as auth, Assurance};
use crochet_openapi::{Problem, etag};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};

use crate::services::problems::foreign_token;
use crate::services::wire::{mark_of, said};

const NAME_MAX: usize = 500;
const ROLE_MAX: usize = 200;
const ROLES_MAX: usize = 100;
const USER_AGENT_MAX: usize = 1_000;
const ADDRESS_MAX: usize = 200;

pub(super) fn person(
    person: auth::Person,
    matrix: &Matrix,
    last_seen_at: Option<DateTime<Utc>>,
) -> Result<Person, Problem> {
    let role = |name: &String| PersonRole {
        exists: matrix.roles().contains_key(name),
        name: cut(name, ROLE_MAX),
    };
    Ok(Person {
        subject: said(person.id.subject())?,
        id: said(person.id.as_str())?,
        name: cut(&person.name, NAME_MAX),
        email: person.email.map(|email| cut(&email, NAME_MAX)),
        email_verified: person.email_verified,
        roles: person.roles.iter().take(ROLES_MAX).map(role).collect(),
        disabled: person.disabled,
        created_at: person.created_at,
        last_seen_at,
    })
}

/// What people change about somebody: their roles, and whether they are kept out.
pub(super) fn tag(person: &auth::Person) -> Result<EntityTag, Problem> {
    let mut hash = Sha256::new();
    for role in &person.roles {
        hash.update(role);
        hash.update([0]);
    }
    hash.update([u8::from(person.disabled)]);
    said(etag::strong(BASE64URL_NOPAD.encode(&hash.finalize()[..12])))
}

pub(super) fn invitation(invitation: auth::Invitation) -> Invitation {
    Invitation {
        page: invitation.page,
        code: invitation.code,
        expires_at: invitation.expires_at,
    }
}

pub(super) fn session(session: auth::PersonSession) -> Result<PersonSession, Problem> {
    Ok(PersonSession {
        id: said(session.id.as_str())?,
        factors: match session.assurance {
            Assurance::OneFactor => 1,
            Assurance::TwoFactors => 2,
        },
        signed_in_at: session.signed_in_at,
        expires_at: session.expires_at,
        user_agent: session.user_agent.map(|agent| cut(&agent, USER_AGENT_MAX)),
        address: session.address.map(|address| cut(&address, ADDRESS_MAX)),
    })
}

fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}

/// The people whose addresses begin so. Its tokens carry the keeper's own, which may have any form.
pub(super) struct PeopleList(String);

impl PeopleList {
    pub(super) fn new(address: Option<&str>) -> Self {
        Self(mark_of(&format!("people {address:?}")))
    }

    pub(super) fn token(&self, place: &str) -> Result<PageToken, Problem> {
        said(format!("{}-{}", self.0, BASE64URL_NOPAD.encode(place.as_bytes())))
    }

    pub(super) fn place(&self, token: Option<&PageToken>) -> Result<Option<String>, Problem> {
        let Some(token) = token else { return Ok(None) };
        let place = token.as_str().strip_prefix(&self.0).and_then(|rest| {
            let bytes = BASE64URL_NOPAD.decode(rest.strip_prefix('-')?.as_bytes()).ok()?;
            String::from_utf8(bytes).ok()
        });
        place.map(Some).ok_or_else(foreign_token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_list_only() {
        let all = PeopleList::new(None);
        let token = all.token("eyJ=/+").unwrap();
        assert_eq!(all.place(Some(&token)).unwrap().as_deref(), Some("eyJ=/+"));
        let others = PeopleList::new(Some("ada"));
        assert_eq!(others.place(Some(&token)).unwrap_err().status, 400);
    }
}
