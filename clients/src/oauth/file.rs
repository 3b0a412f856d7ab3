//! What `crochet login` leaves for other programs of the same person: a token, in a file that nobody else can read.
//!
//! It is for one server and is sent to no other. Whoever finds the token near its end renews it; a lock beside the file
//! lets one process do so at a time, because each renewal makes a new secret and ends the one before.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use etcetera::BaseStrategy as _;
use oauth2::basic::BasicClient;
use oauth2::{ClientId, RefreshToken};
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::credentials::early;
use super::exchange::{self, Given, OauthError};
use super::sign_in::token_url;
use crate::net::{Authorize, AuthorizeError, Credential};

/// Its name in the system's folder for configuration.
const FILE: &str = "crochet/login.json";
/// A token that has less left than this is renewed before it is used.
const LEFT_MIN: Duration = Duration::from_secs(5);

/// A person's login at one server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    server: String,
    client: String,
    token_url: String,
    revocation_url: String,
    access_token: String,
    refresh_token: Option<String>,
    renew_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("server", &self.server)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Login {
    pub(super) fn new(
        server: String,
        client: String,
        token_url: String,
        revocation_url: String,
        given: Given,
    ) -> Self {
        let now = Utc::now();
        Self {
            server,
            client,
            token_url,
            revocation_url,
            access_token: given.access,
            refresh_token: given.refresh,
            renew_at: now + early(given.lasts),
            expires_at: now + given.lasts,
        }
    }

    /// The server that it is for.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Whether it is for the server at this address.
    #[must_use]
    pub fn is_for(&self, address: &str) -> bool {
        self.server == address.trim_end_matches('/')
    }

    /// When its token ends by itself.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    fn is_fresh(&self) -> bool {
        self.renew_at > Utc::now()
    }

    fn is_good(&self) -> bool {
        self.expires_at > Utc::now() + LEFT_MIN
    }

    fn credential(&self) -> Result<Credential, AuthorizeError> {
        let left = (self.renew_at - Utc::now()).to_std().unwrap_or_default();
        Ok(Credential::bearer(&self.access_token)?.until(Instant::now() + left))
    }

    async fn renewed(&self) -> Result<Self, OauthError> {
        let Some(refresh) = &self.refresh_token else {
            return Err(OauthError::SignedOut);
        };
        let http = exchange::http()?;
        let client =
            BasicClient::new(ClientId::new(self.client.clone())).set_token_uri(token_url(&self.token_url)?);
        let refresh = RefreshToken::new(refresh.clone());
        let given = client.exchange_refresh_token(&refresh).request_async(&http).await;
        let mut given: Given = given.map_err(exchange::failed)?.into();
        given.refresh = given.refresh.or_else(|| self.refresh_token.clone());
        Ok(Self::new(
            self.server.clone(),
            self.client.clone(),
            self.token_url.clone(),
            self.revocation_url.clone(),
            given,
        ))
    }

    /// Ends it at the authorization server (RFC 7009), for every program that has it.
    ///
    /// # Errors
    /// When the authorization server does not do so.
    pub async fn revoke(&self) -> Result<(), OauthError> {
        let http = exchange::http()?;
        // Whichever is revoked takes the other with it.
        let token = self.refresh_token.as_ref().unwrap_or(&self.access_token);
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token)
            .append_pair("client_id", &self.client)
            .finish();
        // The crate does this by HTTPS only; a server on this machine has none.
        let request = http
            .0
            .post(&self.revocation_url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let answer = request
            .send()
            .await
            .map_err(|error| OauthError::Away(error.without_url().to_string()))?;
        match answer.status().as_u16() {
            200 => Ok(()),
            status => Err(OauthError::Refused(format!("it answers {status}"))),
        }
    }
}

/// The file that holds a login. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFile {
    path: PathBuf,
}

impl LoginFile {
    /// The file of this user; none where there is no home folder.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let folders = etcetera::choose_base_strategy().ok()?;
        Some(Self::at(folders.config_dir().join(FILE)))
    }

    /// A file anywhere.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The login, if there is one.
    ///
    /// # Errors
    /// When the file is there and is none.
    pub fn read(&self) -> Result<Option<Login>, OauthError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        let login = serde_json::from_slice(&text).map_err(|error| self.failed(error.into()))?;
        Ok(Some(login))
    }

    /// Keeps a login in place of any other. Nobody ever sees half of it, or can read it but its owner.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, login: &Login) -> Result<(), OauthError> {
        let write = || {
            let folder = self.folder()?;
            // Made readable by its owner only.
            let mut new = tempfile::NamedTempFile::new_in(folder)?;
            serde_json::to_writer(&mut new, login)?;
            new.flush()?;
            new.as_file().sync_all()?;
            new.persist(&self.path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(|error| self.failed(error))
    }

    /// Does away with the login, if there is one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self) -> Result<(), OauthError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(error)),
            _ => Ok(()),
        }
    }

    /// Its folder, made if it is missing.
    fn folder(&self) -> io::Result<&Path> {
        let folder = self.path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        fs::create_dir_all(folder)?;
        Ok(folder)
    }

    /// Waits until no other process renews the token, and keeps others from it while the result lives.
    async fn locked(&self) -> Result<File, OauthError> {
        let place = self.clone();
        let lock = move || {
            place.folder()?;
            let file = File::create(place.path.with_extension("lock"))?;
            file.lock()?;
            Ok(file)
        };
        let locked = tokio::task::spawn_blocking(lock).await;
        locked
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(|error| self.failed(error))
    }

    /// A token that is good, other than the refused one.
    async fn token(&self, refused: Option<&Credential>) -> Result<Credential, OauthError> {
        let serves = |login: &Login| {
            let credential = login.credential().ok()?;
            (login.is_fresh() && Some(&credential) != refused).then_some(credential)
        };
        if let Some(credential) = self.read()?.as_ref().and_then(serves) {
            return Ok(credential);
        }
        let _one_at_a_time = self.locked().await?;
        let login = self.read()?.ok_or(OauthError::SignedOut)?;
        if let Some(credential) = serves(&login) {
            // Somebody has renewed it meanwhile.
            return Ok(credential);
        }
        let unusable = |_| OauthError::Unexpected("it is no text for a header".to_owned());
        match login.renewed().await {
            Ok(renewed) => {
                self.write(&renewed)?;
                renewed.credential().map_err(unusable)
            }
            Err(OauthError::Away(_)) if login.is_good() && refused.is_none() => {
                login.credential().map_err(unusable)
            }
            Err(OauthError::Refused(_)) => Err(OauthError::SignedOut),
            Err(error) => Err(error),
        }
    }

    fn failed(&self, source: io::Error) -> OauthError {
        OauthError::File {
            path: self.path.display().to_string(),
            source,
        }
    }
}

#[async_trait]
impl Authorize for LoginFile {
    async fn credential(&self, refused: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError> {
        let token = self.token(refused).await;
        token
            .map(Some)
            .map_err(|error| AuthorizeError::Unavailable(error.to_string()))
    }
}
