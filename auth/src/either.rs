//! Two keepers side by side: what this process keeps itself comes first, everybody else is Kratos's.
//!
//! A server with accounts still lets in whoever can read its terminal, by a link; its first administrator may come that
//! way. The two kinds of cookies cannot be taken for each other: a ticket has a form and a length of its own.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_openapi::Problem;

use crate::local::Owners;
use crate::sessions::{Sessions, VerifiedPerson};
use crate::ticket::Ticket;

/// Sessions of links, and sessions that somebody else keeps.
pub struct EitherSessions {
    /// Those that links have opened.
    pub links: Arc<dyn Sessions>,
    /// All others.
    pub others: Arc<dyn Sessions>,
}

#[async_trait]
impl Sessions for EitherSessions {
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem> {
        let keeper = if Ticket::parse(cookie).is_some() {
            &self.links
        } else {
            &self.others
        };
        keeper.check(cookie).await
    }
}

/// Owners of keys that this process knows, and people whom somebody else keeps.
pub struct EitherOwners {
    /// Those that this process knows.
    pub here: Arc<dyn Owners>,
    /// All others.
    pub others: Arc<dyn Owners>,
}

#[async_trait]
impl Owners for EitherOwners {
    async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem> {
        match self.here.roles_of(subject).await? {
            Some(roles) => Ok(Some(roles)),
            None => self.others.roles_of(subject).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails whenever it is asked, to show that it was.
    struct Asked;

    #[async_trait]
    impl Sessions for Asked {
        async fn check(&self, _: &str) -> Result<Option<VerifiedPerson>, Problem> {
            Err(Problem::internal())
        }
    }

    struct Nobody;

    #[async_trait]
    impl Sessions for Nobody {
        async fn check(&self, _: &str) -> Result<Option<VerifiedPerson>, Problem> {
            Ok(None)
        }
    }

    #[tokio::test]
    async fn a_ticket_is_asked_about_here_and_everything_else_there() {
        let (ticket, cookie) = (Ticket::generate(), "MTczMjEwNDE2OXxhbnl0aGluZw==|x");
        let asked_here = |cookie: String| async move {
            let sessions = EitherSessions {
                links: Arc::new(Asked),
                others: Arc::new(Nobody),
            };
            sessions.check(&cookie).await.is_err()
        };
        assert!(asked_here(ticket.reveal().to_owned()).await);
        assert!(!asked_here(cookie.to_owned()).await);
    }

    struct Known(&'static str);

    #[async_trait]
    impl Owners for Known {
        async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem> {
            Ok((subject == "person:ada").then(|| vec![self.0.to_owned()]))
        }
    }

    #[tokio::test]
    async fn whoever_is_known_here_is_not_asked_about_there() {
        let owners = EitherOwners {
            here: Arc::new(Known("here")),
            others: Arc::new(Known("there")),
        };
        assert_eq!(owners.roles_of("person:ada").await.unwrap().unwrap(), ["here"]);
        assert_eq!(owners.roles_of("person:bob").await.unwrap(), None);
    }
}
