//! Links that open one session each, sessions that end, and what never opens anything.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;

#[derive(Default)]
struct Memory {
    links: Mutex<BTreeMap<String, StoredTicket>>,
    sessions: Mutex<BTreeMap<String, StoredTicket>>,
}

#[async_trait]
impl TicketStore for Memory {
    async fn add_link(&self, link: StoredTicket) -> Result<(), Problem> {
        self.links.lock().unwrap().insert(link.id.clone(), link);
        Ok(())
    }

    async fn find_link(&self, id: &str) -> Result<Option<StoredTicket>, Problem> {
        Ok(self.links.lock().unwrap().get(id).cloned())
    }

    async fn spend_link(&self, id: &str, session: StoredTicket) -> Result<bool, Problem> {
        let spent = self.links.lock().unwrap().remove(id).is_some();
        if spent {
            self.sessions.lock().unwrap().insert(session.id.clone(), session);
        }
        Ok(spent)
    }

    async fn find_session(&self, id: &str) -> Result<Option<StoredTicket>, Problem> {
        Ok(self.sessions.lock().unwrap().get(id).cloned())
    }

    async fn end_session(&self, id: &str) -> Result<(), Problem> {
        self.sessions.lock().unwrap().remove(id);
        Ok(())
    }
}

fn local() -> (Arc<Memory>, LocalSessions) {
    let memory = Arc::<Memory>::default();
    (memory.clone(), LocalSessions::new(memory))
}

async fn signed_in(sessions: &LocalSessions, role: &str) -> Ticket {
    let link = sessions.issue_link(role).await.unwrap();
    let session = sessions.sign_in(link.ticket.reveal()).await.unwrap().unwrap();
    session.ticket
}

/// The ticket with the id of one and the secret of another.
fn crossed(id: &Ticket, secret: &Ticket) -> String {
    format!("{}{}", id.id(), &secret.reveal()[id.id().len()..])
}

#[tokio::test]
async fn a_link_opens_one_session_with_its_role() {
    let (_, sessions) = local();
    let link = sessions.issue_link("editor").await.unwrap();
    let text = link.ticket.reveal();
    assert_eq!(
        sessions.look_at_link(text).await.unwrap().as_deref(),
        Some("editor")
    );
    let session = sessions.sign_in(text).await.unwrap().unwrap();
    let person = sessions.check(session.ticket.reveal()).await.unwrap().unwrap();
    assert_eq!(
        (&*person.subject, &person.roles[..]),
        ("person:local", &["editor".to_owned()][..])
    );
    assert!(
        sessions.sign_in(text).await.unwrap().is_none(),
        "a link is good once"
    );
    assert_eq!(sessions.look_at_link(text).await.unwrap(), None);
}

/// Somebody else is always faster in spending a link.
struct Outrun(Arc<Memory>);

#[async_trait]
impl TicketStore for Outrun {
    async fn add_link(&self, link: StoredTicket) -> Result<(), Problem> {
        self.0.add_link(link).await
    }

    async fn find_link(&self, id: &str) -> Result<Option<StoredTicket>, Problem> {
        self.0.find_link(id).await
    }

    async fn spend_link(&self, _: &str, _: StoredTicket) -> Result<bool, Problem> {
        Ok(false)
    }

    async fn find_session(&self, id: &str) -> Result<Option<StoredTicket>, Problem> {
        self.0.find_session(id).await
    }

    async fn end_session(&self, id: &str) -> Result<(), Problem> {
        self.0.end_session(id).await
    }
}

#[tokio::test]
async fn whoever_is_too_late_to_spend_a_link_gets_no_session() {
    let sessions = LocalSessions::new(Arc::new(Outrun(Arc::default())));
    let link = sessions.issue_link("editor").await.unwrap();
    assert!(sessions.sign_in(link.ticket.reveal()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_is_another_secret_than_the_link_that_opened_it() {
    let (_, sessions) = local();
    let link = sessions.issue_link("admin").await.unwrap();
    let session = sessions.sign_in(link.ticket.reveal()).await.unwrap().unwrap();
    assert_ne!(session.ticket, link.ticket);
    assert_eq!(sessions.check(link.ticket.reveal()).await.unwrap(), None);
    assert!(sessions.sign_in(session.ticket.reveal()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_right_id_with_a_wrong_secret_opens_and_ends_nothing() {
    let (_, sessions) = local();
    let link = sessions.issue_link("admin").await.unwrap().ticket;
    let wrong = crossed(&link, &Ticket::generate());
    assert_eq!(sessions.look_at_link(&wrong).await.unwrap(), None);
    assert!(sessions.sign_in(&wrong).await.unwrap().is_none());
    let session = sessions.sign_in(link.reveal()).await.unwrap().unwrap().ticket;
    let wrong = crossed(&session, &Ticket::generate());
    assert_eq!(sessions.check(&wrong).await.unwrap(), None);
    sessions.sign_out(&wrong).await.unwrap();
    assert!(sessions.check(session.reveal()).await.unwrap().is_some());
}

#[tokio::test]
async fn links_and_sessions_end_at_their_time() {
    let (memory, sessions) = local();
    let link = sessions.issue_link("admin").await.unwrap();
    assert!(link.expires_at <= Utc::now() + LINK_LASTS);
    assert_eq!(link.expires_at.timestamp_subsec_nanos() % 1_000_000, 0);
    let session = signed_in(&sessions, "admin").await;
    let past = Utc::now() - Duration::from_secs(1);
    for ticket in memory.links.lock().unwrap().values_mut() {
        ticket.expires_at = past;
    }
    for ticket in memory.sessions.lock().unwrap().values_mut() {
        ticket.expires_at = past;
    }
    assert_eq!(sessions.look_at_link(link.ticket.reveal()).await.unwrap(), None);
    assert!(sessions.sign_in(link.ticket.reveal()).await.unwrap().is_none());
    assert_eq!(sessions.check(session.reveal()).await.unwrap(), None);
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let (_, sessions) = local();
    let (one, two) = (
        signed_in(&sessions, "admin").await,
        signed_in(&sessions, "admin").await,
    );
    sessions.sign_out(one.reveal()).await.unwrap();
    assert_eq!(sessions.check(one.reveal()).await.unwrap(), None);
    assert!(sessions.check(two.reveal()).await.unwrap().is_some());
}

#[tokio::test]
async fn nothing_is_kept_in_the_clear() {
    let (memory, sessions) = local();
    let link = sessions.issue_link("admin").await.unwrap().ticket;
    let session = signed_in(&sessions, "admin").await;
    let kept = format!(
        "{:?} {:?}",
        memory.links.lock().unwrap(),
        memory.sessions.lock().unwrap()
    );
    for ticket in [link, session] {
        assert!(kept.contains(ticket.id()) && !kept.contains(&ticket.reveal()[12..]));
    }
}
