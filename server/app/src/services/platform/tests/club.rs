//! People who are kept in memory.

use std::sync::Mutex as Memory;

use async_trait::async_trait;
use chrono::TimeDelta;
use crochet_auth::{
    Invitation as Code, NewPerson as New, Owners, People, PeopleError, PeopleQuery, Person, PersonId,
    PersonPage as Page, PersonSession, RoleChange, SessionId,
};
use crochet_openapi::Problem;

/// Everybody, as their keeper knows them.
#[derive(Default)]
pub(in crate::services::platform) struct Club(Memory<Vec<Person>>);

impl Club {
    /// These people.
    pub(in crate::services::platform) fn of(people: impl IntoIterator<Item = Person>) -> Self {
        Self(Memory::new(people.into_iter().collect()))
    }

    fn change(&self, id: &PersonId, change: impl FnOnce(&mut Person)) -> Result<Person, PeopleError> {
        let mut people = self.0.lock().unwrap();
        let found = people.iter_mut().find(|person| person.id == *id);
        let person = found.ok_or(PeopleError::Unknown)?;
        change(person);
        Ok(person.clone())
    }
}

#[async_trait]
impl People for Club {
    async fn list(&self, query: PeopleQuery<'_>) -> Result<Page, PeopleError> {
        // Somebody else gets a turn whenever a keeper elsewhere is asked.
        tokio::task::yield_now().await;
        let from: usize = query.from.map_or(0, |from| from.parse().unwrap());
        let people = self.0.lock().unwrap();
        // A page of one, to have more than one page.
        Ok(Page {
            people: people.get(from).cloned().into_iter().collect(),
            next: (from + 1 < people.len()).then(|| (from + 1).to_string()),
        })
    }

    async fn read(&self, id: &PersonId) -> Result<Person, PeopleError> {
        tokio::task::yield_now().await;
        self.change(id, |_| ())
    }

    async fn create(&self, new: New<'_>) -> Result<Person, PeopleError> {
        let person = person(new.email.split('@').next().unwrap(), new.roles);
        self.0.lock().unwrap().push(person.clone());
        Ok(person)
    }

    async fn invite(&self, id: &PersonId, _: TimeDelta) -> Result<Code, PeopleError> {
        Ok(Code {
            page: "/recovery".to_owned(),
            code: self.read(id).await?.name,
            expires_at: None,
        })
    }

    async fn change_roles(&self, id: &PersonId, change: RoleChange<'_>) -> Result<Person, PeopleError> {
        tokio::task::yield_now().await;
        self.change(id, |person| person.roles = change.roles.to_vec())
    }

    async fn set_disabled(&self, id: &PersonId, disabled: bool) -> Result<Person, PeopleError> {
        tokio::task::yield_now().await;
        self.change(id, |person| person.disabled = disabled)
    }

    async fn sessions(&self, _: &PersonId) -> Result<Vec<PersonSession>, PeopleError> {
        Ok(Vec::new())
    }

    async fn revoke_session(&self, _: &PersonId, _: &SessionId) -> Result<(), PeopleError> {
        Err(PeopleError::NoSession)
    }

    async fn revoke_sessions(&self, _: &PersonId) -> Result<(), PeopleError> {
        Ok(())
    }
}

/// Somebody with these roles.
pub(in crate::services::platform) fn person(name: &str, roles: &[impl AsRef<str>]) -> Person {
    Person {
        id: name.parse().unwrap(),
        name: name.to_owned(),
        email: Some(format!("{name}@example.org")),
        email_verified: true,
        roles: roles.iter().map(|role| role.as_ref().to_owned()).collect(),
        disabled: false,
        created_at: None,
    }
}

#[async_trait]
impl Owners for Club {
    async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem> {
        let people = self.0.lock().unwrap();
        let found = people.iter().find(|person| person.id.subject() == subject);
        Ok(found
            .filter(|person| !person.disabled)
            .map(|person| person.roles.clone()))
    }
}
