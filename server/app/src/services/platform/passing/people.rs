//! Operations on people, passed on.

use async_trait::async_trait;
use crochet_api::platform::{
    DisablePersonParams, DisablePersonResponse, EnablePersonParams, EnablePersonResponse, Invitation,
    InvitePersonResponse, ListPeopleParams, ListPersonSessionsParams, NewPerson, PeopleOperations, PersonId,
    PersonPage, PersonRoles, PersonSessionPage, ReadPersonParams, ReadPersonResponse,
    ReplacePersonRolesParams, ReplacePersonRolesResponse, SessionId,
};
use crochet_openapi::{Caller, Problem};

use crate::services::platform::PlatformService;

#[async_trait]
impl PeopleOperations for PlatformService {
    async fn list_people(&self, caller: &Caller, params: ListPeopleParams) -> Result<PersonPage, Problem> {
        let (people, caller) = self.people(caller)?;
        people.list_people(&caller, params).await
    }

    async fn invite_person(&self, caller: &Caller, body: NewPerson) -> Result<InvitePersonResponse, Problem> {
        let (people, caller) = self.people(caller)?;
        people.invite_person(&caller, body).await
    }

    async fn read_person(
        &self,
        caller: &Caller,
        id: PersonId,
        params: ReadPersonParams,
    ) -> Result<ReadPersonResponse, Problem> {
        let (people, caller) = self.people(caller)?;
        people.read_person(&caller, id, params).await
    }

    async fn replace_person_roles(
        &self,
        caller: &Caller,
        id: PersonId,
        params: ReplacePersonRolesParams,
        body: PersonRoles,
    ) -> Result<ReplacePersonRolesResponse, Problem> {
        let (people, caller) = self.people(caller)?;
        people.replace_person_roles(&caller, id, params, body).await
    }

    async fn disable_person(
        &self,
        caller: &Caller,
        id: PersonId,
        params: DisablePersonParams,
    ) -> Result<DisablePersonResponse, Problem> {
        let (people, caller) = self.people(caller)?;
        people.disable_person(&caller, id, params).await
    }

    async fn enable_person(
        &self,
        caller: &Caller,
        id: PersonId,
        params: EnablePersonParams,
    ) -> Result<EnablePersonResponse, Problem> {
        let (people, caller) = self.people(caller)?;
        people.enable_person(&caller, id, params).await
    }

    async fn create_invitation(&self, caller: &Caller, id: PersonId) -> Result<Invitation, Problem> {
        let (people, caller) = self.people(caller)?;
        people.create_invitation(&caller, id).await
    }

    async fn list_person_sessions(
        &self,
        caller: &Caller,
        id: PersonId,
        params: ListPersonSessionsParams,
    ) -> Result<PersonSessionPage, Problem> {
        let (people, caller) = self.people(caller)?;
        people.list_person_sessions(&caller, id, params).await
    }

    async fn revoke_person_sessions(&self, caller: &Caller, id: PersonId) -> Result<(), Problem> {
        let (people, caller) = self.people(caller)?;
        people.revoke_person_sessions(&caller, id).await
    }

    async fn revoke_person_session(
        &self,
        caller: &Caller,
        id: PersonId,
        session: SessionId,
    ) -> Result<(), Problem> {
        let (people, caller) = self.people(caller)?;
        people.revoke_person_session(&caller, id, session).await
    }
}
