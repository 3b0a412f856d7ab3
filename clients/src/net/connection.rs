//! One client's way to all services: addresses, credential, patience and one pool of sockets, shared by every call.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, redirect};
use tokio::sync::Mutex;

use super::{Anonymous, Authorize, AuthorizeError, Credential, Endpoints, Patience, Retries};

/// Cheap to clone; all clones share sockets and credential.
#[derive(Clone)]
pub struct Connection {
    shared: Arc<Shared>,
}

struct Shared {
    endpoints: Endpoints,
    http: Client,
    authorize: Box<dyn Authorize>,
    /// The credential in use. Held while a new one is fetched, so that a crowd of 401s fetches one.
    credential: Mutex<Known>,
    patience: Patience,
    retries: Retries,
}

enum Known {
    NotAsked,
    Use(Option<Credential>),
}

/// Collects what a connection is made of.
pub struct ConnectionBuilder {
    endpoints: Endpoints,
    authorize: Box<dyn Authorize>,
    patience: Patience,
    retries: Retries,
    user_agent: String,
}

impl ConnectionBuilder {
    /// Who is asking; nobody unless said.
    #[must_use]
    pub fn authorize(mut self, authorize: impl Authorize + 'static) -> Self {
        self.authorize = Box::new(authorize);
        self
    }

    /// How long to wait.
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// How often to ask again.
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// What is asking, put before the name of this client: `holmes/1.0` becomes `holmes/1.0 crochet-client/0.1.0`.
    #[must_use]
    pub fn user_agent(mut self, product: &str) -> Self {
        self.user_agent = format!("{product} {OWN_NAME}");
        self
    }

    /// Opens nothing yet: sockets open with the first call.
    ///
    /// # Errors
    /// When TLS cannot be set up or the user agent cannot be sent.
    pub fn build(self) -> reqwest::Result<Connection> {
        // A redirect is never followed: it could carry an API key to another origin, and no operation needs one.
        let http = Client::builder()
            .user_agent(self.user_agent)
            .connect_timeout(self.patience.connect)
            .redirect(redirect::Policy::none())
            .pool_idle_timeout(SOCKET_IDLE)
            .build()?;
        let shared = Shared {
            endpoints: self.endpoints,
            http,
            authorize: self.authorize,
            credential: Mutex::new(Known::NotAsked),
            patience: self.patience,
            retries: self.retries,
        };
        Ok(Connection {
            shared: Arc::new(shared),
        })
    }
}

/// How long a socket is kept for the next call. Shorter than servers keep theirs (60 s is common), so that a call
/// that may not be repeated is not sent into a socket that is just being closed.
const SOCKET_IDLE: Duration = Duration::from_secs(30);

const OWN_NAME: &str = concat!("crochet-client/", env!("CARGO_PKG_VERSION"));

impl Connection {
    /// Starts a connection to these services.
    #[must_use]
    pub fn to(endpoints: Endpoints) -> ConnectionBuilder {
        ConnectionBuilder {
            endpoints,
            authorize: Box::new(Anonymous),
            patience: Patience::default(),
            retries: Retries::default(),
            user_agent: OWN_NAME.to_owned(),
        }
    }

    /// Where the services are.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.shared.endpoints
    }

    /// The sockets, without credential or retries.
    #[must_use]
    pub fn http(&self) -> &Client {
        &self.shared.http
    }

    pub(crate) fn patience(&self) -> Patience {
        self.shared.patience
    }

    pub(super) fn retries(&self) -> Retries {
        self.shared.retries
    }

    /// The credential in use, asked for if nobody has yet or it is due.
    pub(super) async fn credential(&self) -> Result<Option<Credential>, AuthorizeError> {
        let mut known = self.shared.credential.lock().await;
        if let Known::Use(credential) = &*known
            && !credential.as_ref().is_some_and(Credential::is_due)
        {
            return Ok(credential.clone());
        }
        let credential = self.shared.authorize.credential(None).await?;
        *known = Known::Use(credential.clone());
        Ok(credential)
    }

    /// A credential other than the refused one, or `None` when there is nothing newer. Of many callers that were
    /// refused at once, the first fetches and the others find what it fetched.
    pub(super) async fn renew(&self, refused: &Credential) -> Result<Option<Credential>, AuthorizeError> {
        let mut known = self.shared.credential.lock().await;
        if let Known::Use(Some(current)) = &*known
            && current != refused
        {
            return Ok(Some(current.clone()));
        }
        let renewed = self.shared.authorize.credential(Some(refused)).await?;
        *known = Known::Use(renewed.clone());
        Ok(renewed.filter(|credential| credential != refused))
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("endpoints", &self.shared.endpoints)
            .finish_non_exhaustive()
    }
}
