//! Hydra's admin API: what it asks our pages, what they answer, and what people have allowed.
//!
//! Whoever can reach that API may do everything, so nothing here is passed on: a page decides, and this tells.

use chrono::{DateTime, Utc};
use crochet_openapi::Problem;
use reqwest_of_ory::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};

use super::requests::{
    ConsentGiven, ConsentRequest, GrantedConsent, LoginAccepted, LoginRequest, Registration, or_none,
};
use super::{RETRY_AFTER_S, Trusted};
use crate::ory::{Ory, OryAddressError, Unanswered, answered, done};
use crate::people::PersonId;

const REQUESTS: &str = "/admin/oauth2/auth/requests";
const SESSIONS: &str = "/admin/oauth2/auth/sessions";
const CLIENTS: &str = "/admin/clients";
/// Nobody has allowed more programs that anybody would look through.
const CONSENTS_MAX: usize = 250;

/// Why Hydra does not do as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HydraError {
    /// There is no such request, or it has been answered.
    #[error("this was answered already, or took too long; begin again where you came from")]
    Over,
    /// It does not answer.
    #[error("programs cannot be let in now")]
    Unavailable,
}

impl From<Unanswered> for HydraError {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::Unknown => Self::Over,
            Unanswered::Away => Self::Unavailable,
        }
    }
}

impl From<HydraError> for Problem {
    fn from(error: HydraError) -> Self {
        let detail = error.to_string();
        match error {
            HydraError::Over => Self::new(410, detail),
            HydraError::Unavailable => Self::unavailable(detail, RETRY_AFTER_S),
        }
    }
}

/// The admin API of a Hydra.
#[derive(Debug, Clone)]
pub struct HydraAdmin {
    hydra: Ory,
    trusted: Trusted,
}

/// Where the browser goes next.
#[derive(Deserialize)]
struct Onward {
    redirect_to: String,
}

#[derive(Deserialize)]
struct Remembered {
    consent_request: ConsentRequest,
    #[serde(default, deserialize_with = "or_none")]
    grant_scope: Vec<String>,
    handled_at: Option<DateTime<Utc>>,
}

impl HydraAdmin {
    /// The Hydra whose admin API is at `url`, and as whom it knows us.
    ///
    /// # Errors
    /// When that is no address.
    pub fn at(url: &str, trusted: Trusted) -> Result<Self, OryAddressError> {
        Ok(Self {
            hydra: Ory::at(url)?,
            trusted,
        })
    }

    /// Who it is to its programs, and who we are.
    #[must_use]
    pub fn trusted(&self) -> &Trusted {
        &self.trusted
    }

    /// The request to sign in that a browser brings.
    ///
    /// # Errors
    /// [`HydraError`]; so with all of these.
    pub async fn login_request(&self, challenge: &str) -> Result<LoginRequest, HydraError> {
        self.read("login", challenge).await
    }

    /// Says who has signed in; gives where the browser goes next.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn accept_login(&self, challenge: &str, who: &LoginAccepted) -> Result<String, HydraError> {
        self.tell("login", "accept", challenge, &json!(who)).await
    }

    /// Says that nobody is signed in and nobody may be asked; gives where the browser goes next.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn refuse_login(&self, challenge: &str) -> Result<String, HydraError> {
        let why = json!({"error": "login_required", "error_description": "Somebody has to sign in first."});
        self.tell("login", "reject", challenge, &why).await
    }

    /// Has it forget who has signed in in one browser.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn forget_login(&self, session: &str) -> Result<(), HydraError> {
        let path = format!("{SESSIONS}/login");
        let request = self.hydra.request(Method::DELETE, &path);
        self.end(&path, request.query(&[("sid", session)])).await
    }

    /// The request for consent that a browser brings.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn consent_request(&self, challenge: &str) -> Result<ConsentRequest, HydraError> {
        self.read("consent", challenge).await
    }

    /// Says what is allowed; gives where the browser goes next.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn accept_consent(&self, challenge: &str, given: &ConsentGiven) -> Result<String, HydraError> {
        self.tell("consent", "accept", challenge, &json!(given)).await
    }

    /// Says that nothing is allowed; gives where the browser goes next.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn refuse_consent(&self, challenge: &str) -> Result<String, HydraError> {
        let why = json!({"error": "access_denied", "error_description": "The person does not allow it."});
        self.tell("consent", "reject", challenge, &why).await
    }

    /// Says that somebody signs out everywhere; gives where the browser goes next.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn accept_logout(&self, challenge: &str) -> Result<String, HydraError> {
        self.tell("logout", "accept", challenge, &Value::Null).await
    }

    /// Whether somebody asks to sign out by this challenge.
    ///
    /// # Errors
    /// [`HydraError`].
    pub async fn logout_request(&self, challenge: &str) -> Result<(), HydraError> {
        self.read::<Value>("logout", challenge).await.map(drop)
    }

    /// The programs that a person has let in, and what they allowed.
    ///
    /// # Errors
    /// [`HydraError::Unavailable`].
    pub async fn consents_of(&self, person: &PersonId) -> Result<Vec<GrantedConsent>, HydraError> {
        let path = format!("{SESSIONS}/consent");
        let request = self.hydra.request(Method::GET, &path).query(&[
            ("subject", person.as_str()),
            ("page_size", &CONSENTS_MAX.to_string()),
        ]);
        let listed: Vec<Remembered> = answered(&path, request).await?;
        Ok(newest_of_each(listed.into_iter().map(|one| GrantedConsent {
            client: one.consent_request.client,
            scopes: one.grant_scope,
            granted_at: one.handled_at,
        })))
    }

    /// Ends what a person has allowed one program, or all of them: their tokens are none from now on.
    ///
    /// # Errors
    /// [`HydraError::Unavailable`].
    pub async fn revoke_consents(&self, person: &PersonId, client: Option<&str>) -> Result<(), HydraError> {
        let path = format!("{SESSIONS}/consent");
        let request = self
            .hydra
            .request(Method::DELETE, &path)
            .query(&[("subject", person.as_str())]);
        let request = match client {
            Some(client) => request.query(&[("client", client)]),
            None => request.query(&[("all", "true")]),
        };
        self.end(&path, request).await
    }

    /// Registers a program, or changes its registration.
    ///
    /// # Errors
    /// [`HydraError::Unavailable`].
    pub async fn register(&self, program: &Registration) -> Result<(), HydraError> {
        let path = format!("{CLIENTS}/{}", program.client_id);
        let changed = done(&path, self.hydra.request(Method::PUT, &path).json(program)).await;
        match changed {
            Err(Unanswered::Unknown) => {
                let request = self.hydra.request(Method::POST, CLIENTS).json(program);
                Ok(done(CLIENTS, request).await?)
            }
            changed => Ok(changed?),
        }
    }

    async fn read<T: serde::de::DeserializeOwned>(
        &self,
        kind: &str,
        challenge: &str,
    ) -> Result<T, HydraError> {
        let path = format!("{REQUESTS}/{kind}");
        let request = self.hydra.request(Method::GET, &path);
        Ok(answered(&path, with_challenge(request, kind, challenge)).await?)
    }

    async fn tell(
        &self,
        kind: &str,
        verb: &str,
        challenge: &str,
        body: &Value,
    ) -> Result<String, HydraError> {
        let path = format!("{REQUESTS}/{kind}/{verb}");
        let request = self.hydra.request(Method::PUT, &path).json(body);
        let onward: Onward = answered(&path, with_challenge(request, kind, challenge)).await?;
        Ok(onward.redirect_to)
    }

    /// Does away with something; what is not there is gone.
    async fn end(&self, path: &str, request: RequestBuilder) -> Result<(), HydraError> {
        match done(path, request).await {
            Err(Unanswered::Unknown) => Ok(()),
            done => Ok(done?),
        }
    }
}

/// A challenge stands in the query, where no log of ours sees it.
fn with_challenge(request: RequestBuilder, kind: &str, challenge: &str) -> RequestBuilder {
    request.query(&[(format!("{kind}_challenge"), challenge)])
}

/// Hydra lists each time that somebody allowed something; the newest says what holds.
fn newest_of_each(consents: impl Iterator<Item = GrantedConsent>) -> Vec<GrantedConsent> {
    let mut newest: Vec<GrantedConsent> = Vec::new();
    for one in consents {
        let known = |other: &GrantedConsent| other.client.client_id == one.client.client_id;
        match newest.iter_mut().find(|other| known(other)) {
            Some(other) if other.granted_at < one.granted_at => *other = one,
            Some(_) => {}
            None => newest.push(one),
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hydra::Client;

    fn consent(client: &str, scope: &str, minute: i64) -> GrantedConsent {
        GrantedConsent {
            client: Client {
                client_id: client.to_owned(),
                ..Client::default()
            },
            scopes: vec![scope.to_owned()],
            granted_at: DateTime::from_timestamp(60 * minute, 0),
        }
    }

    #[test]
    fn of_what_was_allowed_one_program_the_newest_holds() {
        let listed = [
            consent("a", "old", 1),
            consent("b", "b", 1),
            consent("a", "new", 2),
        ];
        let held = newest_of_each(listed.into_iter());
        assert_eq!(held, [consent("a", "new", 2), consent("b", "b", 1)]);
    }

    #[test]
    fn a_request_that_is_over_is_gone_and_an_absent_hydra_is_waited_for() {
        let over = Problem::from(HydraError::from(Unanswered::Unknown));
        assert_eq!(over.status, 410);
        let away = Problem::from(HydraError::from(Unanswered::Away));
        assert_eq!((away.status, away.retry_after_s), (503, Some(RETRY_AFTER_S)));
    }
}
