//! Whose key is whose, and who may do what with their own.

use crochet_api::platform::KeyId;
use crochet_auth::LOCAL_PERSON;
use crochet_domain::ports::{KeyRecord, KeysError};
use crochet_openapi::{Caller, Problem};

use super::KeyService;
use crate::services::problems::problem;

/// A key that could make another would never end, and a program that was let in could stay when it is no more.
pub(super) fn only_people(caller: &Caller) -> Result<(), Problem> {
    if caller.in_session {
        return Ok(());
    }
    Err(Problem::forbidden(
        "only a person who is signed in makes keys of their own",
    ))
}

impl KeyService {
    /// The key, if it is the caller's. Nobody learns here that somebody else has one.
    pub(super) async fn own(&self, caller: &Caller, id: KeyId) -> Result<KeyRecord, Problem> {
        let record = self.found(id).await?;
        if record.owner == **caller.originator() {
            Ok(record)
        } else {
            Err(problem(KeysError::NotFound))
        }
    }

    /// Those who come by links share one name: a key that does more than the caller may is another one's.
    pub(super) async fn not_another_visitors(
        &self,
        caller: &Caller,
        record: &KeyRecord,
    ) -> Result<(), Problem> {
        if record.owner != LOCAL_PERSON {
            return Ok(());
        }
        self.not_stronger(caller, record).await
    }
}

#[cfg(test)]
mod tests {
    use crochet_openapi::{CallerKind, RequestContext, Scopes};

    use super::*;

    #[test]
    fn a_program_that_a_person_let_in_makes_no_key_of_theirs() {
        let with_token = Caller::new(
            "person:ada",
            CallerKind::Person,
            Scopes::default(),
            RequestContext::new(),
        );
        assert_eq!(only_people(&with_token).unwrap_err().status, 403);
        assert!(only_people(&with_token.in_session()).is_ok());
    }
}
