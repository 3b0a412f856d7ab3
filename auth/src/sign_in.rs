//! Signing in without Kratos: a link that opens a session once, and the sessions that such links opened.
//!
//! Whoever can read the terminal of the server, or holds a key that may make links, gets a link for a role; no password
//! is stored anywhere. A link is good for ten minutes and is spent in the same transaction that begins its session. It
//! must never know how either is stored, nor what a role grants.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound as _, Utc};
use crochet_openapi::Problem;

use crate::secret::SecretHash;
use crate::sessions::{Assurance, SessionId, Sessions, VerifiedPerson};
use crate::ticket::Ticket;

/// How long a link is good.
const LINK_LASTS: Duration = Duration::from_secs(10 * 60);
/// How long a session lasts.
const SESSION_LASTS: Duration = Duration::from_secs(12 * 60 * 60);
/// The subject of everybody who came by a link: there is nothing to tell them apart by.
pub const LOCAL_PERSON: &str = "person:local";

/// A link or a session as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTicket {
    /// The public part.
    pub id: String,
    /// The hash of the secret.
    pub hash: SecretHash,
    /// The role that it signs in as.
    pub role: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl StoredTicket {
    fn new(ticket: &Ticket, role: &str, lasts: Duration) -> Self {
        Self {
            id: ticket.id().to_owned(),
            hash: ticket.hash(),
            role: role.to_owned(),
            // As finely as a store keeps it and others are told.
            expires_at: (Utc::now() + lasts).trunc_subsecs(3),
        }
    }

    /// Whether `presented` is this ticket, in time.
    fn admits(&self, presented: &Ticket) -> bool {
        self.expires_at > Utc::now() && self.hash == presented.hash()
    }
}

/// Keeps links and sessions.
#[async_trait]
pub trait TicketStore: Send + Sync {
    /// Keeps a link.
    ///
    /// # Errors
    /// 503 when the store does not answer; so with all of these.
    async fn add_link(&self, link: StoredTicket) -> Result<(), Problem>;

    /// The link of this id, if it is not spent.
    async fn find_link(&self, id: &str) -> Result<Option<StoredTicket>, Problem>;

    /// Spends the link and begins the session, both or neither; whether it did. Of many who try, one succeeds.
    async fn spend_link(&self, id: &str, session: StoredTicket) -> Result<bool, Problem>;

    /// The session of this id, if nobody ended it.
    async fn find_session(&self, id: &str) -> Result<Option<StoredTicket>, Problem>;

    /// Ends the session of this id, if there is one.
    async fn end_session(&self, id: &str) -> Result<(), Problem>;
}

/// A ticket that was just made; its holder alone has it.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The ticket.
    pub ticket: Ticket,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Links and their sessions.
#[derive(Clone)]
pub struct LocalSessions {
    store: Arc<dyn TicketStore>,
}

impl LocalSessions {
    /// Links and sessions in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn TicketStore>) -> Self {
        Self { store }
    }

    /// A new link that signs in as `role`, once.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    pub async fn issue_link(&self, role: &str) -> Result<Issued, Problem> {
        let ticket = Ticket::generate();
        let link = StoredTicket::new(&ticket, role, LINK_LASTS);
        let expires_at = link.expires_at;
        self.store.add_link(link).await?;
        Ok(Issued { ticket, expires_at })
    }

    /// The role that a link signs in as, without spending it; `None` when it is unknown, spent or over.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    pub async fn look_at_link(&self, presented: &str) -> Result<Option<String>, Problem> {
        Ok(self.link(presented).await?.map(|link| link.role))
    }

    /// Spends a link and begins a session; `None` when it is unknown, spent or over.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    pub async fn sign_in(&self, presented: &str) -> Result<Option<Issued>, Problem> {
        let Some(link) = self.link(presented).await? else {
            return Ok(None);
        };
        let ticket = Ticket::generate();
        let session = StoredTicket::new(&ticket, &link.role, SESSION_LASTS);
        let expires_at = session.expires_at;
        let spent = self.store.spend_link(&link.id, session).await?;
        Ok(spent.then_some(Issued { ticket, expires_at }))
    }

    /// Ends the session of this cookie, if it is one. Only who knows the whole cookie ends it.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), Problem> {
        match self.session(cookie).await? {
            Some(session) => self.store.end_session(&session.id).await,
            None => Ok(()),
        }
    }

    async fn link(&self, presented: &str) -> Result<Option<StoredTicket>, Problem> {
        let Some(ticket) = Ticket::parse(presented) else {
            return Ok(None);
        };
        let stored = self.store.find_link(ticket.id()).await?;
        Ok(stored.filter(|link| link.admits(&ticket)))
    }

    async fn session(&self, cookie: &str) -> Result<Option<StoredTicket>, Problem> {
        let Some(ticket) = Ticket::parse(cookie) else {
            return Ok(None);
        };
        let stored = self.store.find_session(ticket.id()).await?;
        Ok(stored.filter(|session| session.admits(&ticket)))
    }
}

#[async_trait]
impl Sessions for LocalSessions {
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem> {
        let session = self.session(cookie).await?;
        Ok(session.map(|session| VerifiedPerson {
            subject: LOCAL_PERSON.into(),
            name: format!("local {}", session.role),
            roles: vec![session.role],
            email: None,
            session: SessionId::new(session.id),
            expires_at: session.expires_at,
            signed_in_at: None,
            assurance: Assurance::OneFactor,
        }))
    }
}

#[cfg(test)]
mod tests;
