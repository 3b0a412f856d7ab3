//! People whom Kratos keeps, through its admin API.
//!
//! Kratos has no compare-and-set for metadata, so writers of roles go one after the other here and each looks before it
//! writes. Processes that share a Kratos do not wait for each other: of two changes at the same moment the later stays.

use async_trait::async_trait;
use chrono::TimeDelta;
use ory_kratos_client::apis::configuration::Configuration;
use ory_kratos_client::apis::identity_api::{
    create_identity, create_recovery_code_for_identity, delete_identity_sessions, disable_session,
    get_identity, list_identity_sessions, patch_identity,
};
use ory_kratos_client::models::{
    CreateIdentityBody, CreateRecoveryCodeForIdentityBody, Identity, JsonPatch, Session,
};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::answers::Failure;
use super::identity::{first_roles, moment, person, roles_of, with_roles};
use super::sessions::assurance;
use super::{calls_to, pages};
use crate::hydra::HydraAdmin;
use crate::ory::OryAddressError;
use crate::people::{
    Invitation, NewPerson, People, PeopleError, PeopleQuery, Person, PersonId, PersonPage, PersonSession,
    RoleChange,
};
use crate::sessions::SessionId;

/// The schema of an identity, as `deploy/ory/kratos.yml` names it.
const SCHEMA: &str = "person";
/// Nobody has more sessions at once that anybody would look through.
const SESSIONS_MAX: i64 = 250;

/// The people of a Kratos.
pub struct KratosPeople {
    kratos: Configuration,
    /// Where programs got what people allowed them, if anywhere.
    programs: Option<HydraAdmin>,
    /// Held while roles are looked at and written.
    writing: Mutex<()>,
}

impl KratosPeople {
    /// The people of the Kratos whose admin API is at `url`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn at(url: &str) -> Result<Self, OryAddressError> {
        Ok(Self {
            kratos: calls_to(url)?,
            programs: None,
            writing: Mutex::new(()),
        })
    }

    /// The same, whose people let programs in at this Hydra: whoever is disabled has let in none.
    #[must_use]
    pub fn with_programs(mut self, hydra: HydraAdmin) -> Self {
        self.programs = Some(hydra);
        self
    }

    async fn identity(&self, id: &PersonId) -> Result<Identity, PeopleError> {
        let found = get_identity(&self.kratos, id.as_str(), None).await;
        found.map_err(|error| refused(Failure::of("read a person", error)))
    }

    /// Sets one member of an identity; `add` replaces what is there, and makes what is not.
    async fn set(&self, id: &PersonId, path: &str, value: Value) -> Result<Person, PeopleError> {
        let patch = JsonPatch {
            value: Some(Some(value)),
            ..JsonPatch::new("add".to_owned(), path.to_owned())
        };
        let changed = patch_identity(&self.kratos, id.as_str(), Some(vec![patch])).await;
        let changed = changed.map_err(|error| refused(Failure::of("change a person", error)))?;
        known(&changed)
    }
}

#[async_trait]
impl People for KratosPeople {
    async fn list(&self, query: PeopleQuery<'_>) -> Result<PersonPage, PeopleError> {
        let page = pages::identities(&self.kratos, query).await;
        let page = page.map_err(|failure| match failure {
            Failure::Refused { status: 400, .. } => PeopleError::PageToken,
            other => refused(other),
        })?;
        Ok(PersonPage {
            people: page.identities.iter().filter_map(person).collect(),
            next: page.next,
        })
    }

    async fn read(&self, id: &PersonId) -> Result<Person, PeopleError> {
        known(&self.identity(id).await?)
    }

    async fn create(&self, new: NewPerson<'_>) -> Result<Person, PeopleError> {
        let mut traits = json!({ "email": new.email });
        if let Some(name) = new.name {
            traits["name"] = json!(name);
        }
        let body = CreateIdentityBody {
            metadata_public: Some(Some(first_roles(new.roles))),
            ..CreateIdentityBody::new(SCHEMA.to_owned(), traits)
        };
        let created = create_identity(&self.kratos, Some(body)).await;
        let created = created.map_err(|error| refused(Failure::of("create a person", error)))?;
        known(&created)
    }

    async fn invite(&self, id: &PersonId, lifetime: TimeDelta) -> Result<Invitation, PeopleError> {
        let body = CreateRecoveryCodeForIdentityBody {
            expires_in: Some(format!("{}s", lifetime.num_seconds())),
            ..CreateRecoveryCodeForIdentityBody::new(id.to_string())
        };
        let made = create_recovery_code_for_identity(&self.kratos, Some(body)).await;
        let made = made.map_err(|error| of_id(Failure::of("invite a person", error)))?;
        Ok(Invitation {
            page: made.recovery_link,
            code: made.recovery_code,
            expires_at: made.expires_at.as_deref().and_then(moment),
        })
    }

    async fn change_roles(&self, id: &PersonId, change: RoleChange<'_>) -> Result<Person, PeopleError> {
        let _one_at_a_time = self.writing.lock().await;
        let identity = self.identity(id).await?;
        let now = roles_of(&identity);
        if change.expected.is_some_and(|expected| expected != now) {
            return Err(PeopleError::Changed { now });
        }
        self.set(id, "/metadata_public", with_roles(&identity, change.roles))
            .await
    }

    async fn set_disabled(&self, id: &PersonId, disabled: bool) -> Result<Person, PeopleError> {
        let state = if disabled { "inactive" } else { "active" };
        let person = self.set(id, "/state", json!(state)).await?;
        if disabled {
            // They would come back to life with their person.
            self.revoke_sessions(id).await?;
            if let Some(programs) = &self.programs {
                let ended = programs.revoke_consents(id, None).await;
                ended.map_err(|_| PeopleError::Unavailable)?;
            }
        }
        Ok(person)
    }

    async fn sessions(&self, id: &PersonId) -> Result<Vec<PersonSession>, PeopleError> {
        let page = Some(SESSIONS_MAX);
        let listed =
            list_identity_sessions(&self.kratos, id.as_str(), None, None, page, None, Some(true)).await;
        let listed = listed.map_err(|error| of_id(Failure::of("list sessions", error)))?;
        if listed.is_empty() {
            // So it says of nobody too.
            self.identity(id).await?;
        }
        Ok(listed.into_iter().map(listed_session).collect())
    }

    async fn revoke_session(&self, id: &PersonId, session: &SessionId) -> Result<(), PeopleError> {
        // Kratos would end anybody's session of this id.
        if !self.sessions(id).await?.iter().any(|one| one.id == *session) {
            return Err(PeopleError::NoSession);
        }
        let ended = disable_session(&self.kratos, session.as_str()).await;
        ended.map_err(|error| match refused(Failure::of("revoke a session", error)) {
            PeopleError::Unknown => PeopleError::NoSession,
            other => other,
        })
    }

    async fn revoke_sessions(&self, id: &PersonId) -> Result<(), PeopleError> {
        let ended = delete_identity_sessions(&self.kratos, id.as_str()).await;
        match ended.map_err(|error| of_id(Failure::of("revoke sessions", error))) {
            // So it says of a person without sessions too.
            Err(PeopleError::Unknown) => self.identity(id).await.map(drop),
            other => other,
        }
    }
}

/// What a refusal means where it has no meaning of its own.
fn refused(failure: Failure) -> PeopleError {
    match failure {
        Failure::Refused { status: 404, .. } => PeopleError::Unknown,
        Failure::Refused { status: 409, .. } => PeopleError::AddressTaken,
        Failure::Refused { status: 400, .. } => PeopleError::Unfit,
        Failure::Refused { status, id } => {
            tracing::warn!(status, id, "Kratos refuses what its admin API should allow");
            PeopleError::Unavailable
        }
        Failure::Away => PeopleError::Unavailable,
    }
}

/// The same where nothing but an id was asked with: what cannot be one is nobody's.
fn of_id(failure: Failure) -> PeopleError {
    match refused(failure) {
        PeopleError::Unfit => PeopleError::Unknown,
        other => other,
    }
}

fn known(identity: &Identity) -> Result<Person, PeopleError> {
    person(identity).ok_or(PeopleError::Unknown)
}

fn listed_session(session: Session) -> PersonSession {
    let device = session.devices.and_then(|devices| devices.into_iter().next());
    let (user_agent, address) = device.map_or((None, None), |device| (device.user_agent, device.ip_address));
    PersonSession {
        id: SessionId::new(session.id),
        assurance: assurance(session.authenticator_assurance_level),
        signed_in_at: session.authenticated_at.as_deref().and_then(moment),
        expires_at: session.expires_at.as_deref().and_then(moment),
        user_agent,
        address,
    }
}
