//! The port through which routes learn who is calling.

use async_trait::async_trait;

use crate::{Caller, Problem, RequestContext};

/// The credentials that one request presents, as its operation's schemes say where to look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The token of `Authorization: Bearer`.
    pub bearer: Option<&'a str>,
    /// The user and password of `Authorization: Basic`, still encoded.
    pub basic: Option<&'a str>,
    /// The key in the header or query parameter of an `apiKey` scheme.
    pub api_key: Option<&'a str>,
    /// The value of the cookie of an `apiKey` scheme.
    pub cookie: Option<&'a str>,
}

impl Credentials<'_> {
    /// Whether the request presents none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bearer.is_none() && self.basic.is_none() && self.api_key.is_none() && self.cookie.is_none()
    }
}

/// Recognises callers. One implementation per way of knowing them.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The caller that `credentials` prove, or `None` when they prove nobody.
    ///
    /// Not called for requests without credentials.
    ///
    /// # Errors
    /// A problem when it cannot be found out now (503); wrong credentials are `None`.
    async fn authenticate(
        &self,
        credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem>;

    /// The roles that grant every one of these scopes, for the caller who lacks them.
    async fn roles_granting(&self, scopes: &[&str]) -> Vec<String> {
        let _ = scopes;
        Vec::new()
    }
}
