//! The way to the parts that other processes run: the generated adapters over one connection.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::contexts::ContextsApi;
use crochet_api::ingestor::IngestorApi;
use crochet_api::orthos::OrthosApi;
use crochet_api::platform::PlatformApi;
use crochet_api::remediations::RemediationsApi;
use crochet_api::work::WorkApi;
use crochet_client::{Authorize, AuthorizeError, Connection, Credential, EndpointError, Endpoints, adapter};
use crochet_platform::config::{Config, Part, RemoteSettings};
use crochet_platform::local::{FileError, SecretFile};
use secrecy::{ExposeSecret as _, SecretString};

use super::credentials::SERVICE_FILE;
use super::own_client::{self, OwnClientError};

/// The other processes cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Nobody said where a part is.
    #[error(
        "this process does not run {part} and needs it; say where it is with remote.urls.{part} or remote.url"
    )]
    NoUrl {
        /// The part.
        part: Part,
    },
    /// There is no key to reach it with.
    #[error(
        "there is no service key at {file}; copy service.key from the data folder of the platform, or set remote.key_file"
    )]
    NoKey {
        /// Where it was looked for.
        file: String,
    },
    /// The address is none.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The key is none.
    #[error(transparent)]
    Key(#[from] AuthorizeError),
    /// The key file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The client of this process.
    #[error(transparent)]
    Client(#[from] OwnClientError),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Http(String),
}

/// Reaches other processes, with a client of its own or with the service key.
pub(crate) struct Remote {
    settings: RemoteSettings,
    connection: Option<Connection>,
}

impl Remote {
    /// Prepares the connection, if any address is configured. `makes_key` says that this very process makes the key
    /// in its first moments, so that it need not be there yet.
    pub(crate) fn new(config: &Config, makes_key: bool) -> Result<Self, RemoteError> {
        let settings = &config.remote;
        let first = settings.url.as_ref().or_else(|| settings.urls.values().next());
        let connection = match first {
            None => None,
            Some(first) => Some(connect(config, first, makes_key)?),
        };
        Ok(Self {
            settings: settings.clone(),
            connection,
        })
    }

    fn connection(&self, part: Part) -> Result<&Connection, RemoteError> {
        let known = self.settings.url.is_some() || self.settings.urls.contains_key(&part);
        self.connection
            .as_ref()
            .filter(|_| known)
            .ok_or(RemoteError::NoUrl { part })
    }

    pub(crate) fn contexts(&self) -> Result<Arc<dyn ContextsApi>, RemoteError> {
        Ok(Arc::new(adapter::contexts::HttpContexts::new(
            self.connection(Part::Contexts)?,
        )))
    }

    pub(crate) fn ingestor(&self) -> Result<Arc<dyn IngestorApi>, RemoteError> {
        Ok(Arc::new(adapter::ingestor::HttpIngestor::new(
            self.connection(Part::Ingestor)?,
        )))
    }

    pub(crate) fn orthos(&self) -> Result<Arc<dyn OrthosApi>, RemoteError> {
        Ok(Arc::new(adapter::orthos::HttpOrthos::new(
            self.connection(Part::Orthos)?,
        )))
    }

    pub(crate) fn remediations(&self) -> Result<Arc<dyn RemediationsApi>, RemoteError> {
        Ok(Arc::new(adapter::remediations::HttpRemediations::new(
            self.connection(Part::Remediations)?,
        )))
    }

    pub(crate) fn work(&self) -> Result<Arc<dyn WorkApi>, RemoteError> {
        Ok(Arc::new(adapter::work::HttpWork::new(
            self.connection(Part::Work)?,
        )))
    }

    pub(crate) fn platform(&self) -> Result<Arc<dyn PlatformApi>, RemoteError> {
        Ok(Arc::new(adapter::platform::HttpPlatform::new(
            self.connection(Part::Platform)?,
        )))
    }
}

fn connect(config: &Config, first: &str, makes_key: bool) -> Result<Connection, RemoteError> {
    let mut endpoints = Endpoints::at(first)?;
    for (part, url) in &config.remote.urls {
        endpoints = endpoints.with(part.as_str(), url)?;
    }
    let connection = Connection::to(endpoints);
    let connection = if let Some(client) = own_client::of(&config.oauth)? {
        connection.authorize(client)
    } else {
        let key = ServiceKey::new(&config.remote, &config.data);
        if !makes_key {
            key.read()?;
        }
        connection.authorize(key)
    };
    connection
        .build()
        .map_err(|error| RemoteError::Http(error.to_string()))
}

/// The service key, read when it is first needed and again when it is refused: after a rotation the file holds the
/// new one.
struct ServiceKey {
    given: Option<SecretString>,
    file: PathBuf,
}

impl ServiceKey {
    fn new(settings: &RemoteSettings, folder: &Path) -> Self {
        let file = settings.key_file.clone();
        Self {
            given: settings.key.clone(),
            file: file.unwrap_or_else(|| folder.join(SERVICE_FILE)),
        }
    }

    fn read(&self) -> Result<Credential, RemoteError> {
        if let Some(key) = &self.given {
            return Ok(Credential::api_key(key.expose_secret())?);
        }
        let found = SecretFile::at(&self.file).read()?;
        let key = found.ok_or_else(|| RemoteError::NoKey {
            file: self.file.display().to_string(),
        })?;
        Ok(Credential::api_key(&key)?)
    }
}

#[async_trait]
impl Authorize for ServiceKey {
    async fn credential(&self, _refused: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError> {
        let read = self.read();
        read.map(Some)
            .map_err(|error| AuthorizeError::Unavailable(error.to_string()))
    }
}
