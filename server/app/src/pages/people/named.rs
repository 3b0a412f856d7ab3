//! Who is meant where a page takes a name as refusals and the history show it, or an address by which people are known to
//! each other.

use crochet_api::platform::{ListPeopleParams, Person};
use crochet_openapi::Problem;

use crate::pages::Site;
use crate::pages::endpoint::Visit;

impl Site {
    /// The subject of whoever is named: by it or, where accounts are kept, by their address. Everybody knows their own
    /// address, so naming oneself by it needs no scope.
    pub(in crate::pages) async fn subject_named(&self, visit: &Visit, name: &str) -> Result<String, Problem> {
        if !name.contains('@') || self.parts.accounts.is_none() {
            return Ok(name.to_owned());
        }
        let visitor = visit.visitor.person.as_ref();
        if let Some(visitor) = visitor.filter(|visitor| is_theirs(visitor.email.as_deref(), name)) {
            return Ok(visitor.subject.to_string());
        }
        let person = self.with_address(visit, name).await?;
        Ok(person.subject.to_string())
    }

    /// Whoever has this address.
    async fn with_address(&self, visit: &Visit, address: &str) -> Result<Person, Problem> {
        let params = ListPeopleParams {
            address: Some(address.to_owned()),
            ..ListPeopleParams::default()
        };
        let found = self
            .parts
            .platform
            .list_people(&visit.visitor.caller, params)
            .await?;
        let mut found = found.items.into_iter();
        let found = found.find(|person| is_theirs(person.email.as_deref(), address));
        found.ok_or_else(|| Problem::unprocessable(format!("nobody here has the address {address}")))
    }
}

fn is_theirs(email: Option<&str>, address: &str) -> bool {
    email.is_some_and(|email| email.eq_ignore_ascii_case(address))
}
