//! What the people whom keys belong to may do now: a key of somebody who is disabled or gone may do nothing.

use async_trait::async_trait;
use crochet_openapi::Problem;

use super::KratosPeople;
use crate::local::Owners;
use crate::people::{People as _, PeopleError, PersonId};

#[async_trait]
impl Owners for KratosPeople {
    async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem> {
        let Some(id) = PersonId::of_subject(subject) else {
            return Ok(None);
        };
        match self.read(&id).await {
            Ok(person) => Ok((!person.disabled).then_some(person.roles)),
            Err(PeopleError::Unknown) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
