//! The port through which people are administered, whoever keeps them.
//!
//! Kratos keeps them where it is configured. Roles are names: what a role grants, and who may hand it out, is decided by
//! whoever calls this. It must never know a password, nor any other thing that proves a person.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use crochet_openapi::Problem;

use crate::sessions::{Assurance, SessionId};

const ID_BYTES_MAX: usize = 64;
/// How long a caller is asked to wait when people cannot be reached.
const RETRY_AFTER_S: u32 = 1;

/// The id of a person: letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonId(String);

/// A text that is no id of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the id of a person is letters, digits and hyphens, at most {ID_BYTES_MAX}")]
pub struct MalformedPersonId;

impl PersonId {
    /// What stands before the id in the name under which a person calls.
    pub const SUBJECT: &str = "person:";

    /// The person who calls under this name, if it is one of a person.
    #[must_use]
    pub fn of_subject(subject: &str) -> Option<Self> {
        subject.strip_prefix(Self::SUBJECT)?.parse().ok()
    }

    /// The id as its keeper writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name under which the person calls.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("{}{self}", Self::SUBJECT)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PersonId {
    type Err = MalformedPersonId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=ID_BYTES_MAX).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        fits.then(|| Self(text.to_owned())).ok_or(MalformedPersonId)
    }
}

/// A person as an administrator sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// What to call them.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Whether they have shown that the address is theirs.
    pub email_verified: bool,
    /// The names of their roles, which need not exist any more.
    pub roles: Vec<String>,
    /// Whether they are kept from signing in.
    pub disabled: bool,
    /// Since when they are known.
    pub created_at: Option<DateTime<Utc>>,
}

/// A part of the list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPage {
    /// Some of them.
    pub people: Vec<Person>,
    /// Where the list goes on, when it does.
    pub next: Option<String>,
}

/// Which people to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct PeopleQuery<'a> {
    /// The beginning of their address.
    pub address: Option<&'a str>,
    /// How many at most; the keeper may give fewer.
    pub limit: u16,
    /// Where to go on, as [`PersonPage::next`] said.
    pub from: Option<&'a str>,
}

/// A change of somebody's roles.
#[derive(Debug, Clone, Copy)]
pub struct RoleChange<'a> {
    /// The roles that whoever decided on the change saw; none to change whatever is there.
    pub expected: Option<&'a [String]>,
    /// The roles from now on.
    pub roles: &'a [String],
}

/// A person to be made known before they have ever been here.
#[derive(Debug, Clone, Copy)]
pub struct NewPerson<'a> {
    /// Their address.
    pub email: &'a str,
    /// What to call them.
    pub name: Option<&'a str>,
    /// Their first roles.
    pub roles: &'a [String],
}

/// What lets a person in who cannot prove yet who they are. To be handed to them and to nobody else.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The page, on our own origin, that takes the code.
    pub page: String,
    /// The code, good for one use.
    pub code: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A session as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSession {
    /// Its public name.
    pub id: SessionId,
    /// How well it proves its person.
    pub assurance: Assurance,
    /// When they signed in.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// With which program they signed in, as it calls itself.
    pub user_agent: Option<String>,
    /// From which address.
    pub address: Option<String>,
}

/// Why people are not as somebody wants them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// There is nobody of this id.
    #[error("there is no such person")]
    Unknown,
    /// The person has no session of this id.
    #[error("the person has no such session")]
    NoSession,
    /// Somebody else has the address.
    #[error("somebody has this address already")]
    AddressTaken,
    /// The address or the name is none.
    #[error("the address or the name is not one that can be kept")]
    Unfit,
    /// The page token is of no list.
    #[error("the page token belongs to no list of people")]
    PageToken,
    /// The roles are not what they were when the change was decided on.
    #[error("the roles have changed meanwhile; now they are: {}", .now.join(", "))]
    Changed {
        /// What they are now.
        now: Vec<String>,
    },
    /// Their keeper does not answer.
    #[error("people cannot be reached now")]
    Unavailable,
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let detail = error.to_string();
        match error {
            PeopleError::Unknown | PeopleError::NoSession => Self::not_found(detail),
            PeopleError::AddressTaken => {
                Self::conflict(detail).with_type("/problems/address-taken", "Address taken")
            }
            PeopleError::Unfit => Self::unprocessable(detail),
            PeopleError::PageToken => {
                Self::bad_request(detail).with_type("/problems/page-token", "Page token of another list")
            }
            PeopleError::Changed { .. } => {
                Self::precondition_failed(detail).with_type("/problems/changed", "Changed meanwhile")
            }
            PeopleError::Unavailable => Self::unavailable(detail, RETRY_AFTER_S),
        }
    }
}

/// The people who may sign in. Every method fails with [`PeopleError::Unavailable`] when it cannot be done now.
#[async_trait]
pub trait People: Send + Sync {
    /// Lists people, in an order of their keeper's.
    ///
    /// # Errors
    /// [`PeopleError::PageToken`].
    async fn list(&self, query: PeopleQuery<'_>) -> Result<PersonPage, PeopleError>;

    /// One person.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`].
    async fn read(&self, id: &PersonId) -> Result<Person, PeopleError>;

    /// Makes somebody known.
    ///
    /// # Errors
    /// [`PeopleError::AddressTaken`], [`PeopleError::Unfit`].
    async fn create(&self, person: NewPerson<'_>) -> Result<Person, PeopleError>;

    /// Lets somebody in once who has nothing yet to prove who they are, or has lost it.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`].
    async fn invite(&self, id: &PersonId, lifetime: TimeDelta) -> Result<Invitation, PeopleError>;

    /// Changes somebody's roles; nobody else's change comes in between.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`], [`PeopleError::Changed`].
    async fn change_roles(&self, id: &PersonId, change: RoleChange<'_>) -> Result<Person, PeopleError>;

    /// Keeps somebody from signing in and ends their sessions, or lets them sign in again.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`].
    async fn set_disabled(&self, id: &PersonId, disabled: bool) -> Result<Person, PeopleError>;

    /// The sessions that somebody has now.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`].
    async fn sessions(&self, id: &PersonId) -> Result<Vec<PersonSession>, PeopleError>;

    /// Ends one of them.
    ///
    /// # Errors
    /// [`PeopleError::NoSession`].
    async fn revoke_session(&self, id: &PersonId, session: &SessionId) -> Result<(), PeopleError>;

    /// Ends all of them.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`].
    async fn revoke_sessions(&self, id: &PersonId) -> Result<(), PeopleError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_to_another_place() {
        assert_eq!(
            "8991dd08-215a".parse::<PersonId>().unwrap().subject(),
            "person:8991dd08-215a"
        );
        assert_eq!(
            PersonId::of_subject("person:8991dd08-215a").unwrap().as_str(),
            "8991dd08-215a"
        );
        assert_eq!(PersonId::of_subject("service:8991dd08-215a"), None);
        let long = "a".repeat(ID_BYTES_MAX + 1);
        for bad in ["", "../sessions", "a/b", "a?b", "a b", "é", &long] {
            assert_eq!(bad.parse::<PersonId>(), Err(MalformedPersonId), "{bad:?}");
        }
    }

    #[test]
    fn an_invitation_does_not_print_its_code() {
        let invitation = Invitation {
            page: "/recovery?flow=1".to_owned(),
            code: "123456".to_owned(),
            expires_at: None,
        };
        assert!(!format!("{invitation:?}").contains("123456"));
    }

    #[test]
    fn every_error_is_a_problem_of_its_own_status() {
        let status = |error: PeopleError| Problem::from(error).status;
        assert_eq!(status(PeopleError::Unknown), 404);
        assert_eq!(status(PeopleError::NoSession), 404);
        assert_eq!(status(PeopleError::AddressTaken), 409);
        assert_eq!(status(PeopleError::Unfit), 422);
        assert_eq!(status(PeopleError::PageToken), 400);
        assert_eq!(status(PeopleError::Changed { now: Vec::new() }), 412);
        let away = Problem::from(PeopleError::Unavailable);
        assert_eq!((away.status, away.retry_after_s), (503, Some(RETRY_AFTER_S)));
    }
}
