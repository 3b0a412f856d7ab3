//! What proves to a server who is asking, and the callback that provides it.

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use thiserror::Error;
use tokio::time::Instant;

/// A secret in the header in which it travels. Its `Debug` never shows it.
#[derive(Debug, Clone)]
pub struct Credential {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
    renew_at: Option<Instant>,
}

/// It is the same secret however long it is good.
impl PartialEq for Credential {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.value) == (&other.name, &other.value)
    }
}

impl Eq for Credential {}

/// Why there is no credential.
#[derive(Debug, Error)]
pub enum AuthorizeError {
    /// The secret holds characters that no header can carry.
    #[error("the credential holds characters that no header can carry; was it copied whole?")]
    Malformed,
    /// Whatever the callback met with, for people.
    #[error("{0}")]
    Unavailable(String),
}

impl Credential {
    /// An API key, sent as `X-Api-Key`.
    ///
    /// # Errors
    /// When no header can carry it.
    pub fn api_key(key: &str) -> Result<Self, AuthorizeError> {
        Self::new(HeaderName::from_static("x-api-key"), key.trim())
    }

    /// An access token, sent as `Authorization: Bearer`.
    ///
    /// # Errors
    /// When no header can carry it.
    pub fn bearer(token: &str) -> Result<Self, AuthorizeError> {
        Self::new(AUTHORIZATION, &format!("Bearer {}", token.trim()))
    }

    fn new(name: HeaderName, secret: &str) -> Result<Self, AuthorizeError> {
        let mut value = HeaderValue::from_str(secret).map_err(|_| AuthorizeError::Malformed)?;
        value.set_sensitive(true);
        Ok(Self {
            name,
            value,
            renew_at: None,
        })
    }

    /// The same, to be asked for anew from this moment on, before a server refuses it.
    #[must_use]
    pub fn until(mut self, renew_at: Instant) -> Self {
        self.renew_at = Some(renew_at);
        self
    }

    /// Whether it is time to ask for another.
    pub(super) fn is_due(&self) -> bool {
        self.renew_at.is_some_and(|at| at <= Instant::now())
    }
}

/// Provides the credential of a connection. It is asked before the first call, when what it gave is
/// [due](Credential::until), and once more whenever a server refuses that with 401, with `refused` set. One that has
/// nothing newer says so by returning the same again.
#[async_trait]
pub trait Authorize: Send + Sync {
    /// The credential to use from now on; `None` for a caller without a name.
    ///
    /// # Errors
    /// When there should be one but it cannot be had; calls then fail without being sent.
    async fn credential(&self, refused: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError>;
}

/// Nobody: public operations only.
#[derive(Debug, Clone, Copy)]
pub struct Anonymous;

#[async_trait]
impl Authorize for Anonymous {
    async fn credential(&self, _refused: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError> {
        Ok(None)
    }
}

/// The same credential always.
#[async_trait]
impl Authorize for Credential {
    async fn credential(&self, _refused: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError> {
        Ok(Some(self.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::Credential;

    #[test]
    fn a_secret_is_never_printed() {
        for credential in [Credential::api_key("hunter2"), Credential::bearer("hunter2")] {
            assert!(!format!("{:?}", credential.unwrap()).contains("hunter2"));
        }
    }

    #[test]
    fn the_line_end_of_a_key_file_does_no_harm_but_one_inside_does() {
        assert_eq!(
            Credential::api_key("abc\n").unwrap(),
            Credential::api_key("abc").unwrap()
        );
        assert!(Credential::api_key("abc\ndef").is_err());
    }
}
