//! The client as a person meets it: one value, from which every call starts.

use crate::env::{self, Proof};
use crate::net::{Connection, Credential, Endpoints};
use crate::{Anonymous, Authorize, Error};

/// A client of all services. Cheap to clone. Its calls are generated, one method for each operation of each spec.
#[derive(Debug, Clone)]
pub struct Crochet {
    connection: Connection,
}

impl Crochet {
    /// The server and the key that the environment names (`CROCHET_URL`, `CROCHET_API_KEY`), else the server that runs
    /// on the data folder of this user, with its key, else the server at which `crochet login` signed in, with its token.
    ///
    /// # Errors
    /// When there is no server to be found, or what is found cannot be used.
    pub fn from_env() -> Result<Self, Error> {
        let found = env::find()?;
        Self::proving(&found.url, found.proof)
    }

    /// The server at this address, with the key that the environment names or with the token of `crochet login`.
    ///
    /// # Errors
    /// When the address is none, or what is found cannot be used.
    pub fn from_env_at(address: &str) -> Result<Self, Error> {
        Self::proving(address, env::proof_for(address)?)
    }

    fn proving(address: &str, proof: Proof) -> Result<Self, Error> {
        match proof {
            Proof::Key(key) => Self::at(address, Credential::api_key(&key)?),
            Proof::Login(login) => Self::at(address, login),
            Proof::None => Self::at(address, Anonymous),
        }
    }

    /// The server at this address, asked by whom `authorize` names: a [`Credential`], or a callback.
    ///
    /// # Errors
    /// When the address is none.
    pub fn at(address: &str, authorize: impl Authorize + 'static) -> Result<Self, Error> {
        let connection = Connection::to(Endpoints::at(address)?)
            .authorize(authorize)
            .build();
        Ok(Self::new(connection.map_err(Error::Setup)?))
    }

    /// A client with a connection of its own making.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Where its calls go.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }
}
