//! People and their sessions against the real Kratos: who is recognised, what an administrator can change, and what
//! happens when Kratos is away.

mod administration;
mod elsewhere;
mod guesses;
mod outage;
mod sessions;

use crochet_auth::{
    KratosPeople, KratosSessions, People, PeopleQuery, Person, RoleChange, Sessions, VerifiedPerson,
};
use tokio::runtime::Runtime;

use crate::stack::{Kratos, Visitor, shared_kratos};

/// Runs a test on the Kratos that all share, if there is one.
fn with_kratos(test: impl AsyncFnOnce(&Kratos)) {
    if let Some(kratos) = shared_kratos() {
        Runtime::new().unwrap().block_on(test(kratos));
    }
}

fn sessions(kratos: &Kratos) -> KratosSessions {
    KratosSessions::at(&kratos.public()).unwrap()
}

pub(crate) fn people(kratos: &Kratos) -> KratosPeople {
    KratosPeople::at(&kratos.admin()).unwrap()
}

/// Whom the visitor's cookie proves now.
async fn whose(kratos: &Kratos, visitor: &Visitor) -> Option<VerifiedPerson> {
    whose_is(kratos, visitor.session()).await
}

/// Whom a cookie proves now, as Kratos says.
pub(crate) async fn whose_is(kratos: &Kratos, cookie: &str) -> Option<VerifiedPerson> {
    sessions(kratos).check(cookie).await.unwrap()
}

/// Gives somebody these roles.
pub(crate) async fn grant(kratos: &Kratos, email: &str, roles: &[&str]) {
    let people = people(kratos);
    let id = person(&people, email).await.id;
    let change = RoleChange {
        expected: None,
        roles: &names(roles),
    };
    people.change_roles(&id, change).await.unwrap();
}

/// The one person whose address begins so.
pub(crate) async fn person(people: &KratosPeople, email: &str) -> Person {
    let query = PeopleQuery {
        address: Some(email),
        limit: 10,
        from: None,
    };
    let mut found = people.list(query).await.unwrap().people;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn names(roles: &[&str]) -> Vec<String> {
    roles.iter().map(|role| (*role).to_owned()).collect()
}
