//! The gate: tells the kinds of credentials apart, asks whoever knows about each, and answers with a caller.
//!
//! A credential that a program presents decides alone: a wrong key beside a good cookie is a wrong key. Malformed ones
//! are nobody's and cost nothing. It must never know how a kind of credential is checked.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_openapi::{Authenticator, Caller, CallerKind, Credentials, Problem, RequestContext};

use crate::authenticator::KeyAuthenticator;
use crate::key::ApiKey;
use crate::matrix::Matrices;
use crate::sessions::{Sessions, VerifiedPerson};
use crate::tokens::TokenAuthenticator;

/// Recognises every kind of caller.
#[derive(Clone)]
pub struct Gate {
    keys: Arc<KeyAuthenticator>,
    matrices: Arc<Matrices>,
    sessions: Option<Arc<dyn Sessions>>,
    tokens: Option<Arc<TokenAuthenticator>>,
}

impl Gate {
    /// A gate for keys. What roles grant is in `matrices`.
    #[must_use]
    pub fn new(keys: Arc<KeyAuthenticator>, matrices: Arc<Matrices>) -> Self {
        Self {
            keys,
            matrices,
            sessions: None,
            tokens: None,
        }
    }

    /// The same, which knows people by their sessions too; they should be remembered for a moment.
    #[must_use]
    pub fn with_sessions(mut self, sessions: Arc<dyn Sessions>) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// The same, which knows access tokens too.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Arc<TokenAuthenticator>) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// The person whose session a cookie opens, and the caller that they are.
    ///
    /// # Errors
    /// 503 when it cannot be found out now.
    pub async fn person(
        &self,
        cookie: &str,
        request: &RequestContext,
    ) -> Result<Option<(VerifiedPerson, Caller)>, Problem> {
        let Some(sessions) = &self.sessions else {
            return Ok(None);
        };
        let Some(person) = sessions.check(cookie).await? else {
            return Ok(None);
        };
        let roles = person.roles.iter();
        // Roles that do not exist any more grant nothing.
        let scopes = self
            .matrices
            .now()
            .await?
            .scopes_of(roles.clone().map(String::as_str));
        let caller = Caller::new(
            person.subject.clone(),
            CallerKind::Person,
            scopes,
            request.clone(),
        );
        let caller = caller.with_roles(roles.collect()).in_session();
        Ok(Some((person, caller)))
    }

    /// A key as header or as bearer.
    async fn key(&self, key: &ApiKey, request: &RequestContext) -> Result<Option<Caller>, Problem> {
        let verified = self.keys.verify(key).await?;
        Ok(verified.map(|key| Caller::new(key.subject, key.kind, key.scopes, request.clone())))
    }

    /// What stands behind `Bearer`: a key, or a token.
    async fn bearer(&self, presented: &str, request: &RequestContext) -> Result<Option<Caller>, Problem> {
        match (ApiKey::parse(presented), &self.tokens) {
            (Ok(key), _) => self.key(&key, request).await,
            (Err(_), Some(tokens)) => tokens.caller(presented, request).await,
            (Err(_), None) => Ok(None),
        }
    }
}

#[async_trait]
impl Authenticator for Gate {
    async fn authenticate(
        &self,
        credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        if let Some(presented) = credentials.api_key {
            return match ApiKey::parse(presented) {
                Ok(key) => self.key(&key, request).await,
                Err(_) => Ok(None),
            };
        }
        if let Some(presented) = credentials.bearer {
            return self.bearer(presented, request).await;
        }
        match credentials.cookie {
            Some(cookie) => Ok(self.person(cookie, request).await?.map(|(_, caller)| caller)),
            None => Ok(None),
        }
    }

    async fn roles_granting(&self, scopes: &[&str]) -> Vec<String> {
        // Who is refused anyway is told what was true last rather than nothing.
        let matrix = match self.matrices.now().await {
            Ok(matrix) => matrix,
            Err(_) => self.matrices.last_known(),
        };
        matrix.granting(scopes).into_iter().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests;
