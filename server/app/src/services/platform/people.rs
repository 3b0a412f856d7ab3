//! People who have an account here: listed, invited, given roles, kept out, and signed out.
//!
//! Who keeps them is behind a port; what a role grants is in the matrix; here stand the rules about who may do what to
//! whom, and one change is made after the other, because their keeper compares nothing. It must never know a password.

mod rules;
mod spoken;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use crochet_api::common::EntityTag;
use crochet_api::platform::{
    DisablePersonParams, DisablePersonResponse, EnablePersonParams, EnablePersonResponse, Invitation,
    InvitePersonResponse, InvitedPerson, ListPeopleParams, ListPersonSessionsParams, NewPerson,
    PeopleOperations, PersonId as SaidId, PersonPage, PersonRoles, PersonSessionPage, ReadPersonParams,
    ReadPersonResponse, ReplacePersonRolesParams, ReplacePersonRolesResponse, RoleName,
    SessionId as SaidSession,
};
use crochet_auth::matrix::{Matrices, Matrix};
use crochet_auth::{
    self as auth, KeyAuthenticator, People, PeopleQuery, Person, PersonId, RememberedSessions, RoleChange,
    SessionId,
};
use crochet_domain::ports::Sightings;
use crochet_openapi::{Caller, Problem, etag};
use tokio::sync::Mutex;

use crate::services::problems::{changed, problem};
use crate::services::wire::slice_page;

/// How long an invitation is good.
const INVITATION_LASTS: TimeDelta = TimeDelta::days(3);

/// What the people service is made of.
pub struct PeopleParts {
    /// Who keeps them.
    pub people: Arc<dyn People>,
    /// When they were last here.
    pub sightings: Arc<dyn Sightings>,
    /// What their roles grant.
    pub matrices: Arc<Matrices>,
    /// What is remembered of their sessions, to be forgotten when something changes.
    pub sessions: Arc<RememberedSessions>,
    /// What is remembered of their keys, likewise.
    pub authenticator: Arc<KeyAuthenticator>,
}

/// Operations on people.
pub struct PeopleService {
    parts: PeopleParts,
    /// Held from looking at somebody until they are changed: two administrators who demote each other at the same
    /// moment would leave none.
    changing: Mutex<()>,
}

/// Why nothing can be said about people where none are kept.
pub(super) fn no_accounts() -> Problem {
    Problem::conflict("no accounts are kept here: people sign in by links")
        .with_type("/problems/no-accounts", "No accounts here")
}

impl PeopleService {
    /// The service on these parts.
    pub fn new(parts: PeopleParts) -> Self {
        Self {
            parts,
            changing: Mutex::new(()),
        }
    }

    async fn matrix(&self) -> Result<Arc<Matrix>, Problem> {
        self.parts.matrices.now().await
    }

    async fn person(&self, id: &SaidId) -> Result<Person, Problem> {
        Ok(self.parts.people.read(&known(id)?).await?)
    }

    /// The person, if they are still as the caller has seen them.
    async fn unchanged(&self, id: &SaidId, if_match: &EntityTag) -> Result<Person, Problem> {
        let person = self.person(id).await?;
        let current = spoken::tag(&person)?;
        if etag::match_allows(Some(if_match.as_ref()), &current) {
            Ok(person)
        } else {
            Err(changed(&current))
        }
    }

    /// Lets a change act at once in this process, as it does within a second in all others.
    fn forget(&self) {
        self.parts.sessions.forget_all();
        self.parts.authenticator.forget();
    }

    async fn said(&self, person: Person) -> Result<(crochet_api::platform::Person, EntityTag), Problem> {
        let (tag, matrix) = (spoken::tag(&person)?, self.matrix().await?);
        let seen = self.seen(std::slice::from_ref(&person)).await?;
        let last = seen.get(&person.id.subject()).copied();
        Ok((spoken::person(person, &matrix, last)?, tag))
    }

    async fn seen(&self, people: &[Person]) -> Result<BTreeMap<String, DateTime<Utc>>, Problem> {
        let subjects: Vec<String> = people.iter().map(|person| person.id.subject()).collect();
        self.parts.sightings.last_seen(&subjects).await.map_err(problem)
    }

    /// Keeps somebody out, or lets them in again.
    async fn switch(
        &self,
        caller: &Caller,
        id: &SaidId,
        if_match: &EntityTag,
        disabled: bool,
    ) -> Result<Person, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let person = self.unchanged(id, if_match).await?;
        let matrix = self.matrix().await?;
        rules::within_callers(caller, &matrix, &person.roles)?;
        if disabled {
            rules::not_oneself(caller, &person)?;
            rules::not_the_last_admin(&*self.parts.people, &person, &[]).await?;
        }
        let person = self.parts.people.set_disabled(&person.id, disabled).await?;
        self.forget();
        Ok(person)
    }
}

#[async_trait]
impl PeopleOperations for PeopleService {
    async fn list_people(&self, _: &Caller, params: ListPeopleParams) -> Result<PersonPage, Problem> {
        let list = spoken::PeopleList::new(params.address.as_deref());
        let from = list.place(params.page_token.as_ref())?;
        let query = PeopleQuery {
            address: params.address.as_deref(),
            limit: u16::try_from(params.limit).unwrap_or(1),
            from: from.as_deref(),
        };
        let page = self.parts.people.list(query).await?;
        let (matrix, seen) = (self.matrix().await?, self.seen(&page.people).await?);
        let items = page.people.into_iter().map(|person| {
            let last = seen.get(&person.id.subject()).copied();
            spoken::person(person, &matrix, last)
        });
        Ok(PersonPage {
            items: items.collect::<Result<_, _>>()?,
            next_page: page.next.map(|place| list.token(&place)).transpose()?,
        })
    }

    async fn invite_person(&self, caller: &Caller, body: NewPerson) -> Result<InvitePersonResponse, Problem> {
        let (matrix, roles) = (self.matrix().await?, names(&body.roles));
        rules::all_exist(&matrix, &roles)?;
        rules::within_callers(caller, &matrix, &roles)?;
        let new = auth::NewPerson {
            email: &body.email,
            name: body.name.as_deref(),
            roles: &roles,
        };
        let person = self.parts.people.create(new).await?;
        let invitation = self.parts.people.invite(&person.id, INVITATION_LASTS).await?;
        let location = format!("/api/platform/v1/people/{}", person.id);
        let (person, etag) = self.said(person).await?;
        Ok(InvitePersonResponse {
            body: InvitedPerson {
                person,
                invitation: spoken::invitation(invitation),
            },
            etag,
            location,
        })
    }

    async fn read_person(
        &self,
        _: &Caller,
        person_id: SaidId,
        params: ReadPersonParams,
    ) -> Result<ReadPersonResponse, Problem> {
        let (body, etag) = self.said(self.person(&person_id).await?).await?;
        if etag::none_match_names(params.if_none_match.as_deref(), &etag) {
            return Ok(ReadPersonResponse::NotModified { etag });
        }
        Ok(ReadPersonResponse::Ok { body, etag })
    }

    async fn replace_person_roles(
        &self,
        caller: &Caller,
        person_id: SaidId,
        params: ReplacePersonRolesParams,
        body: PersonRoles,
    ) -> Result<ReplacePersonRolesResponse, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let person = self.unchanged(&person_id, &params.if_match).await?;
        let (matrix, roles) = (self.matrix().await?, names(&body.roles));
        let (given, taken) = rules::difference(&person.roles, &roles);
        rules::all_exist(&matrix, &given)?;
        rules::within_callers(caller, &matrix, given.iter().chain(&taken))?;
        rules::not_locked_out(caller, &matrix, &person, &roles)?;
        rules::not_the_last_admin(&*self.parts.people, &person, &roles).await?;
        let change = RoleChange {
            expected: Some(&person.roles),
            roles: &roles,
        };
        let person = self.parts.people.change_roles(&person.id, change).await?;
        self.forget();
        let (body, etag) = self.said(person).await?;
        Ok(ReplacePersonRolesResponse { body, etag })
    }

    async fn disable_person(
        &self,
        caller: &Caller,
        person_id: SaidId,
        params: DisablePersonParams,
    ) -> Result<DisablePersonResponse, Problem> {
        let person = self.switch(caller, &person_id, &params.if_match, true).await?;
        let (body, etag) = self.said(person).await?;
        Ok(DisablePersonResponse { body, etag })
    }

    async fn enable_person(
        &self,
        caller: &Caller,
        person_id: SaidId,
        params: EnablePersonParams,
    ) -> Result<EnablePersonResponse, Problem> {
        let person = self.switch(caller, &person_id, &params.if_match, false).await?;
        let (body, etag) = self.said(person).await?;
        Ok(EnablePersonResponse { body, etag })
    }

    async fn create_invitation(&self, caller: &Caller, person_id: SaidId) -> Result<Invitation, Problem> {
        let person = self.person(&person_id).await?;
        rules::within_callers(caller, &*self.matrix().await?, &person.roles)?;
        let invitation = self.parts.people.invite(&person.id, INVITATION_LASTS).await?;
        Ok(spoken::invitation(invitation))
    }

    async fn list_person_sessions(
        &self,
        _: &Caller,
        person_id: SaidId,
        params: ListPersonSessionsParams,
    ) -> Result<PersonSessionPage, Problem> {
        let sessions = self.parts.people.sessions(&known(&person_id)?).await?;
        let list = format!("sessions of {person_id}");
        let (sessions, next_page) = slice_page(sessions, list, params.limit, params.page_token.as_ref())?;
        let items = sessions.into_iter().map(spoken::session);
        Ok(PersonSessionPage {
            items: items.collect::<Result<_, _>>()?,
            next_page,
        })
    }

    async fn revoke_person_sessions(&self, caller: &Caller, person_id: SaidId) -> Result<(), Problem> {
        let person = self.person(&person_id).await?;
        rules::within_callers(caller, &*self.matrix().await?, &person.roles)?;
        self.parts.people.revoke_sessions(&person.id).await?;
        self.forget();
        Ok(())
    }

    async fn revoke_person_session(
        &self,
        caller: &Caller,
        person_id: SaidId,
        session_id: SaidSession,
    ) -> Result<(), Problem> {
        let person = self.person(&person_id).await?;
        rules::within_callers(caller, &*self.matrix().await?, &person.roles)?;
        let session = SessionId::new(session_id);
        self.parts.people.revoke_session(&person.id, &session).await?;
        self.forget();
        Ok(())
    }
}

fn known(id: &SaidId) -> Result<PersonId, Problem> {
    let id: Result<PersonId, _> = id.as_str().parse();
    id.map_err(|_| auth::PeopleError::Unknown.into())
}

fn names(roles: &[RoleName]) -> Vec<String> {
    roles.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests;
