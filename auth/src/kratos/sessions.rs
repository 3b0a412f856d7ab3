//! Sessions that Kratos keeps: it is asked whose a cookie is.
//!
//! A person gets in on one answer only: 200 with an active session that has not ended, of an identity that is active.

use async_trait::async_trait;
use chrono::Utc;
use crochet_openapi::Problem;
use ory_kratos_client::apis::configuration::Configuration;
use ory_kratos_client::apis::frontend_api::to_session;
use ory_kratos_client::models::{AuthenticatorAssuranceLevel, Session};

use super::answers::Failure;
use super::identity::{email_of, is_active, moment, name_of, roles_of};
use super::{SECOND_FACTOR, calls_to};
use crate::ory::OryAddressError;
use crate::people::PersonId;
use crate::sessions::{
    Assurance, SECOND_FACTOR_NEEDED, SESSION_COOKIE, SessionId, Sessions, VerifiedPerson, is_cookie_value,
};

/// How long a caller is asked to wait when Kratos is away.
const RETRY_AFTER_S: u32 = 1;

/// The sessions of a Kratos.
pub struct KratosSessions {
    kratos: Configuration,
}

impl KratosSessions {
    /// The sessions of the Kratos whose public API is at `url`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn at(url: &str) -> Result<Self, OryAddressError> {
        Ok(Self {
            kratos: calls_to(url)?,
        })
    }
}

#[async_trait]
impl Sessions for KratosSessions {
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem> {
        if !is_cookie_value(cookie) {
            return Ok(None);
        }
        let header = format!("{SESSION_COOKIE}={cookie}");
        match to_session(&self.kratos, None, Some(&header), None).await {
            Ok(session) => Ok(verified(&session)),
            Err(error) => match Failure::of("whose session it is", error) {
                Failure::Refused { status: 403, id } if id.as_deref() == Some(SECOND_FACTOR) => {
                    Err(second_factor_needed())
                }
                Failure::Refused { .. } => Ok(None),
                Failure::Away => Err(Problem::unavailable(
                    "sessions cannot be checked now",
                    RETRY_AFTER_S,
                )),
            },
        }
    }
}

fn second_factor_needed() -> Problem {
    Problem::forbidden("this session has shown one factor and its person has two; sign in with the second")
        .with_type(SECOND_FACTOR_NEEDED, "Second factor needed")
}

/// Whom a session proves, if anybody.
fn verified(session: &Session) -> Option<VerifiedPerson> {
    let expires_at = session.expires_at.as_deref().and_then(moment)?;
    let identity = session.identity.as_deref()?;
    let alive = session.active == Some(true) && expires_at > Utc::now();
    if !alive || !is_active(identity) {
        return None;
    }
    let id: PersonId = identity.id.parse().ok()?;
    Some(VerifiedPerson {
        subject: id.subject().into(),
        roles: roles_of(identity),
        name: name_of(identity),
        email: email_of(identity),
        session: SessionId::new(&session.id),
        expires_at,
        signed_in_at: session.authenticated_at.as_deref().and_then(moment),
        assurance: assurance(session.authenticator_assurance_level),
    })
}

/// What is not known to be two factors is one.
pub(super) fn assurance(level: Option<AuthenticatorAssuranceLevel>) -> Assurance {
    if level >= Some(AuthenticatorAssuranceLevel::Aal2) {
        Assurance::TwoFactors
    } else {
        Assurance::OneFactor
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What Kratos says of a session, with one thing changed.
    fn said(change: impl FnOnce(&mut Value)) -> Option<VerifiedPerson> {
        let mut said = json!({
            "id": "7a84230f", "active": true, "expires_at": "2999-11-21T12:02:49.208021609Z",
            "authenticator_assurance_level": "aal1",
            "identity": {
                "id": "8991dd08", "schema_id": "person", "schema_url": "", "state": "active",
                "traits": {"email": "ada@example.org", "name": "Ada"},
                "metadata_public": {"roles": ["viewer"]},
            },
        });
        change(&mut said);
        verified(&serde_json::from_value(said).unwrap())
    }

    #[test]
    fn an_active_session_of_an_active_identity_is_its_person() {
        let ada = said(|_| ()).unwrap();
        assert_eq!((&*ada.subject, &*ada.name), ("person:8991dd08", "Ada"));
        assert_eq!(ada.email.as_deref(), Some("ada@example.org"));
        assert_eq!(
            (ada.roles, ada.session.as_str()),
            (vec!["viewer".to_owned()], "7a84230f")
        );
        assert_eq!(ada.assurance, Assurance::OneFactor);
        let sure = said(|said| said["authenticator_assurance_level"] = json!("aal2"));
        assert_eq!(sure.unwrap().assurance, Assurance::TwoFactors);
    }

    #[tokio::test]
    async fn what_is_no_cookie_is_not_asked_about() {
        // Nobody listens there: asking would be a problem.
        let sessions = KratosSessions::at("http://127.0.0.1:1").unwrap();
        for bad in ["", "a; crochet_session=b", "a\r\nX-Evil: 1"] {
            assert_eq!(sessions.check(bad).await.unwrap(), None, "{bad:?}");
        }
        assert_eq!(sessions.check("a").await.unwrap_err().status, 503);
    }

    #[test]
    fn anything_less_is_nobody() {
        let nobody = |pointer: &str, value: Value| {
            let changed = said(|said| *said.pointer_mut(pointer).unwrap() = value.clone());
            assert_eq!(changed, None, "{pointer} {value}");
        };
        nobody("/active", json!(false));
        nobody("/active", json!(null));
        nobody("/expires_at", json!("2001-01-01T00:00:00Z"));
        nobody("/expires_at", json!("soon"));
        nobody("/expires_at", json!(null));
        nobody("/identity", json!(null));
        nobody("/identity/state", json!("inactive"));
        nobody("/identity/state", json!(null));
        nobody("/identity/id", json!("../admin"));
    }
}
