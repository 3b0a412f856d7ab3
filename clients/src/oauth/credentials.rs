//! A program that acts for itself: it has a client of its own at the authorization server, and gets tokens with it.
//!
//! A token is renewed when four fifths of its time are over, so that none ends on its way. While one is fetched all who
//! need it wait for that one; when none can be had, the one at hand is used as long as it is good.

use std::time::Duration;

use async_trait::async_trait;
use oauth2::basic::BasicClient;
use oauth2::{ClientId, ClientSecret, Scope, TokenUrl};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::exchange::{self, Given, Http, OauthError};
use crate::net::{Authorize, AuthorizeError, Credential};

/// The access tokens of one client. Share it (in an `Arc`) where several connections use the same.
pub struct ClientCredentials {
    token_url: TokenUrl,
    id: ClientId,
    secret: ClientSecret,
    scopes: Vec<Scope>,
    audience: Option<String>,
    http: Http,
    /// Held while a token is fetched.
    held: Mutex<Option<Held>>,
}

struct Held {
    credential: Credential,
    renew_at: Instant,
    ends_at: Instant,
}

impl ClientCredentials {
    /// The client of this id and secret, which gets its tokens at this address.
    ///
    /// # Errors
    /// When that is no address, or HTTP cannot be set up.
    pub fn new(
        token_url: &str,
        id: impl Into<String>,
        secret: impl Into<String>,
    ) -> Result<Self, OauthError> {
        // What stands before the host is not repeated: it may be a password.
        let host = token_url.rsplit_once('@').map_or(token_url, |(_, host)| host);
        let address = || OauthError::Address(host.to_owned());
        let token_url = TokenUrl::new(token_url.to_owned()).map_err(|_| address())?;
        if !matches!(token_url.url().scheme(), "http" | "https") {
            return Err(address());
        }
        Ok(Self {
            token_url,
            id: ClientId::new(id.into()),
            secret: ClientSecret::new(secret.into()),
            scopes: Vec::new(),
            audience: None,
            http: exchange::http()?,
            held: Mutex::new(None),
        })
    }

    /// What the tokens are for.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(|scope| Scope::new(scope.into())).collect();
        self
    }

    /// For whom they are good.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    async fn fetch(&self) -> Result<Held, OauthError> {
        let asked = Instant::now();
        let client = BasicClient::new(self.id.clone())
            .set_client_secret(self.secret.clone())
            .set_token_uri(self.token_url.clone());
        let mut request = client
            .exchange_client_credentials()
            .add_scopes(self.scopes.iter().cloned());
        if let Some(audience) = &self.audience {
            request = request.add_extra_param("audience", audience);
        }
        let given: Given = request
            .request_async(&self.http)
            .await
            .map_err(exchange::failed)?
            .into();
        Held::new(&given, asked)
    }
}

impl Held {
    fn new(given: &Given, asked: Instant) -> Result<Self, OauthError> {
        let renew_at = asked + early(given.lasts);
        let credential = Credential::bearer(&given.access)
            .map_err(|_| OauthError::Unexpected("it is no text for a header".to_owned()))?;
        Ok(Self {
            credential: credential.until(renew_at),
            renew_at,
            ends_at: asked + given.lasts,
        })
    }
}

/// After which part of its time a token is renewed.
pub(super) fn early(lasts: Duration) -> Duration {
    lasts * 4 / 5
}

#[async_trait]
impl Authorize for ClientCredentials {
    async fn credential(&self, refused: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError> {
        let mut held = self.held.lock().await;
        let now = Instant::now();
        let usable = held
            .as_ref()
            .filter(|held| Some(&held.credential) != refused && held.ends_at > now);
        if let Some(fresh) = usable.filter(|held| held.renew_at > now) {
            return Ok(Some(fresh.credential.clone()));
        }
        let usable = usable.map(|held| held.credential.clone());
        match (self.fetch().await, usable) {
            (Ok(fetched), _) => {
                let credential = fetched.credential.clone();
                *held = Some(fetched);
                Ok(Some(credential))
            }
            (Err(error), Some(usable)) => {
                tracing::warn!("a token cannot be renewed yet: {error}");
                Ok(Some(usable))
            }
            (Err(error), None) => Err(AuthorizeError::Unavailable(error.to_string())),
        }
    }
}
