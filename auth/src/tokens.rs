//! OAuth2 access tokens: the port that says what a token is, and the callers that tokens make.
//!
//! A token of a person may do what it was given for *and* what its person may do now, whichever is less; one of a program
//! that acts for itself may do what it was given for. Which program may have which scopes is settled where programs are
//! registered.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_openapi::{Caller, CallerKind, Problem, RequestContext, Scopes};

use crate::local::Owners;
use crate::matrix::Matrices;
use crate::memory::Memory;
use crate::people::PersonId;

/// The longest token that is looked at.
pub const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// The longest name of a program.
const CLIENT_BYTES_MAX: usize = 128;

/// The name under which a program is registered: letters, digits, and `-_.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientId(String);

impl ClientId {
    /// The id, unless it could be taken for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=CLIENT_BYTES_MAX).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as it is registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For whom a token stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A person, who let a program act for them.
    Person(PersonId),
    /// A program that acts for itself.
    Client(ClientId),
}

impl Holder {
    /// The holder as an issuer names them: a program that acts for itself is its own subject.
    #[must_use]
    pub fn of(subject: &str, client: &str) -> Option<Self> {
        let client = ClientId::parse(client)?;
        if subject == client.as_str() {
            return Some(Self::Client(client));
        }
        subject.parse().ok().map(Self::Person)
    }
}

/// What a valid token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// For whom it stands.
    pub holder: Holder,
    /// What it was given for.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Finds out whether an access token is valid.
#[async_trait]
pub trait TokenChecker: Send + Sync {
    /// What it says; `None` when it is malformed, forged, expired, revoked, or for somebody else than us.
    ///
    /// # Errors
    /// 503 when it cannot be found out now.
    async fn check(&self, token: &str) -> Result<Option<VerifiedToken>, Problem>;
}

/// Makes callers of tokens.
pub struct TokenAuthenticator {
    checker: Arc<dyn TokenChecker>,
    owners: Arc<dyn Owners>,
    matrices: Arc<Matrices>,
    /// What roles people have, for a moment: somebody's script asks often.
    roles: Memory<Option<Vec<String>>>,
}

impl TokenAuthenticator {
    /// Has `checker` read tokens, and asks `owners` and `matrices` what their people may do; what owners say is remembered
    /// for `memory`, at most a second.
    #[must_use]
    pub fn new(
        checker: Arc<dyn TokenChecker>,
        owners: Arc<dyn Owners>,
        matrices: Arc<Matrices>,
        memory: Duration,
    ) -> Self {
        Self {
            checker,
            owners,
            matrices,
            roles: Memory::lasting(memory),
        }
    }

    /// The caller whose token this is; `None` when it is nobody's.
    ///
    /// # Errors
    /// 503 when it cannot be found out now.
    pub async fn caller(&self, token: &str, request: &RequestContext) -> Result<Option<Caller>, Problem> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let Some(token) = self.checker.check(token).await? else {
            return Ok(None);
        };
        match &token.holder {
            Holder::Person(person) => self.person(person, &token.scopes, request).await,
            Holder::Client(client) => Ok(Some(Caller::new(
                format!("client:{}", client.as_str()),
                CallerKind::Program,
                token.scopes,
                request.clone(),
            ))),
        }
    }

    async fn person(
        &self,
        person: &PersonId,
        given: &Scopes,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        let subject = person.subject();
        let roles = self
            .roles
            .recall(&subject, || self.owners.roles_of(&subject))
            .await?;
        // Whoever is disabled or gone is nobody, however long the token is good.
        let Some(roles) = roles else {
            return Ok(None);
        };
        let may = self
            .matrices
            .now()
            .await?
            .scopes_of(roles.iter().map(String::as_str));
        let scopes = given.iter().filter(|scope| may.contains(scope)).collect();
        let caller = Caller::new(subject, CallerKind::Person, scopes, request.clone());
        Ok(Some(caller.with_roles(roles.into_iter().collect())))
    }
}

#[cfg(test)]
mod tests;
