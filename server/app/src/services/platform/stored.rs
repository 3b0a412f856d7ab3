//! What the auth crate needs to know of this process, on the ports of the domain: keys, their owners,
//! the role matrix, sign-in links and sessions.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_auth::matrix::{Matrix, MatrixSource};
use crochet_auth::roles::ADMIN;
use crochet_auth::{KeyStore, LOCAL_PERSON, Owners, SecretHash, StoredKey, StoredTicket, TicketStore};
use crochet_domain::ports::{KeyRecord, Keys, MatrixRecord, RoleMatrices, SignInTicket, SignIns};
use crochet_openapi::Problem;

use crate::services::problems::problem;

/// The owner of a key that belongs to one of our own processes starts so.
pub(crate) const SERVICE_OWNER: &str = "service:";

/// The owner of what the first start made, and of what people make who are signed in by a link.
pub(crate) const LOCAL_ADMIN: &str = "admin";

/// Looks keys up in the store of this process.
pub struct StoredKeys(Arc<dyn Keys>);

impl StoredKeys {
    /// Looks keys up in `keys`.
    pub fn new(keys: Arc<dyn Keys>) -> Self {
        Self(keys)
    }
}

#[async_trait]
impl KeyStore for StoredKeys {
    async fn find_key(&self, prefix: &str) -> Result<Option<StoredKey>, Problem> {
        Ok(self.0.find(prefix).await.map_err(problem)?.and_then(stored))
    }

    async fn note_use(&self, prefix: &str, _: DateTime<Utc>) -> Result<(), Problem> {
        match self.0.find(prefix).await.map_err(problem)? {
            Some(key) => self.0.touch(key.id).await.map_err(problem),
            None => Ok(()),
        }
    }
}

fn stored(key: KeyRecord) -> Option<StoredKey> {
    // A hash of another length is of another kind and matches no key that we can make.
    let hash: [u8; 32] = key.hash.try_into().ok()?;
    Some(StoredKey {
        prefix: key.prefix,
        hash: SecretHash::from_bytes(hash),
        service: key.owner.starts_with(SERVICE_OWNER),
        subject: key.owner,
        scopes: key.scopes,
        expires_at: key.expires_at,
        revoked_at: key.revoked_at,
    })
}

/// Whoever can read the data folder is its admin. So is, as the owner of a key, whoever signed in by a link: a key has no
/// more than its maker had, and those who come by links cannot be told apart. Nobody else owns a key.
pub struct LocalOwners;

#[async_trait]
impl Owners for LocalOwners {
    async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem> {
        let is_local = [LOCAL_ADMIN, LOCAL_PERSON].contains(&subject);
        Ok(is_local.then(|| vec![ADMIN.name.to_owned()]))
    }
}

/// The role matrix in the store of this process, over the scopes of this release.
pub struct StoredMatrices {
    kept: Arc<dyn RoleMatrices>,
    scopes: Vec<&'static str>,
}

impl StoredMatrices {
    /// The matrices in `kept`, over these scopes.
    pub fn new(kept: Arc<dyn RoleMatrices>, scopes: Vec<&'static str>) -> Self {
        Self { kept, scopes }
    }
}

#[async_trait]
impl MatrixSource for StoredMatrices {
    async fn newer_than(&self, version: u64) -> Result<Option<Matrix>, Problem> {
        let record = self.kept.newer_than(version).await.map_err(problem)?;
        let matrix = record.map(|record| restored(&record, self.scopes.iter().copied()));
        matrix.transpose()
    }
}

/// A kept version among the scopes of this release.
pub(super) fn restored<'a>(
    record: &MatrixRecord,
    scopes: impl IntoIterator<Item = &'a str>,
) -> Result<Matrix, Problem> {
    let saved = serde_json::from_str(&record.document).map_err(|error| {
        tracing::error!(version = record.version, %error, "a stored role matrix cannot be read");
        Problem::internal()
    })?;
    Ok(Matrix::restore(record.version, saved, scopes))
}

/// Keeps links and sessions in the store of this process.
pub struct StoredTickets(Arc<dyn SignIns>);

impl StoredTickets {
    /// Keeps them in `sign_ins`.
    pub fn new(sign_ins: Arc<dyn SignIns>) -> Self {
        Self(sign_ins)
    }
}

#[async_trait]
impl TicketStore for StoredTickets {
    async fn add_link(&self, link: StoredTicket) -> Result<(), Problem> {
        self.0.add_link(to_store(link)).await.map_err(problem)
    }

    async fn find_link(&self, id: &str) -> Result<Option<StoredTicket>, Problem> {
        Ok(self.0.find_link(id).await.map_err(problem)?.and_then(ticket))
    }

    async fn spend_link(&self, id: &str, session: StoredTicket) -> Result<bool, Problem> {
        self.0.spend_link(id, to_store(session)).await.map_err(problem)
    }

    async fn find_session(&self, id: &str) -> Result<Option<StoredTicket>, Problem> {
        Ok(self.0.find_session(id).await.map_err(problem)?.and_then(ticket))
    }

    async fn end_session(&self, id: &str) -> Result<(), Problem> {
        self.0.end_session(id).await.map_err(problem)
    }
}

fn to_store(ticket: StoredTicket) -> SignInTicket {
    SignInTicket {
        id: ticket.id,
        hash: ticket.hash.as_bytes().to_vec(),
        role: ticket.role,
        expires_at: ticket.expires_at,
    }
}

/// A hash of another length matches no ticket that we can make.
fn ticket(stored: SignInTicket) -> Option<StoredTicket> {
    let hash: [u8; 32] = stored.hash.try_into().ok()?;
    Some(StoredTicket {
        id: stored.id,
        hash: SecretHash::from_bytes(hash),
        role: stored.role,
        expires_at: stored.expires_at,
    })
}
