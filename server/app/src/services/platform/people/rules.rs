//! Who may do what to whom: nobody gives, takes or takes over what they do not have; somebody always stays who can put
//! things right; and nobody shuts themselves out by mistake.

use std::collections::BTreeSet;

use crochet_auth::matrix::Matrix;
use crochet_auth::roles::ADMIN;
use crochet_auth::{People, PeopleQuery, Person, PersonId};
use crochet_openapi::{Caller, Problem};

use crate::services::platform::keys::within_callers as scopes_within;

/// What one needs to give roles, and to say what they grant.
const NEEDED_TO_PUT_RIGHT: [&str; 2] = ["people:write", "roles:write"];
/// How many people are looked at at once for another administrator.
const PAGE: u16 = 250;
/// So many pages are looked through; beyond that nobody is found, and nobody is demoted.
const PAGES_MAX: usize = 200;

fn broken(rule: impl Into<String>) -> Problem {
    Problem::unprocessable(rule).with_type("/problems/people-rule", "Rule about people")
}

/// The roles that somebody gets, and those that they lose.
pub(super) fn difference(now: &[String], wanted: &[String]) -> (Vec<String>, Vec<String>) {
    let without = |some: &[String], others: &[String]| -> Vec<String> {
        let rest = some.iter().filter(|role| !others.contains(role));
        rest.cloned().collect()
    };
    (without(wanted, now), without(now, wanted))
}

/// Whoever gets a role gets one that there is.
pub(super) fn all_exist(matrix: &Matrix, roles: &[String]) -> Result<(), Problem> {
    match roles.iter().find(|role| !matrix.roles().contains_key(*role)) {
        Some(role) => Err(Problem::unprocessable(format!("there is no role {role}"))),
        None => Ok(()),
    }
}

/// The caller has everything that these roles grant.
pub(super) fn within_callers<'a>(
    caller: &Caller,
    matrix: &Matrix,
    roles: impl IntoIterator<Item = &'a String>,
) -> Result<(), Problem> {
    let granted = matrix.scopes_of(roles.into_iter().map(String::as_str));
    let granted: BTreeSet<String> = granted.iter().map(str::to_owned).collect();
    scopes_within(
        "nobody gives, takes or takes over what they do not have",
        &granted,
        caller,
        matrix,
    )
}

/// Nobody keeps themselves out.
pub(super) fn not_oneself(caller: &Caller, person: &Person) -> Result<(), Problem> {
    if is(caller, person) {
        return Err(broken("this is your own account; let somebody else disable it"));
    }
    Ok(())
}

/// Nobody takes from themselves what they would need to take it back.
pub(super) fn not_locked_out(
    caller: &Caller,
    matrix: &Matrix,
    person: &Person,
    roles: &[String],
) -> Result<(), Problem> {
    if !is(caller, person) {
        return Ok(());
    }
    let left = matrix.scopes_of(roles.iter().map(String::as_str));
    let lost = NEEDED_TO_PUT_RIGHT
        .iter()
        .find(|scope| caller.scopes.contains(scope) && !left.contains(scope));
    match lost {
        Some(scope) => Err(broken(format!(
            "this would take {scope} from yourself; let somebody else do it"
        ))),
        None => Ok(()),
    }
}

/// When somebody who is an administrator now is none with these roles, there is another.
pub(super) async fn not_the_last_admin(
    people: &dyn People,
    person: &Person,
    roles: &[String],
) -> Result<(), Problem> {
    let stays = roles.iter().any(|role| role == ADMIN.name);
    if !is_admin(person) || stays || another_admin(people, &person.id).await? {
        return Ok(());
    }
    Err(broken(format!(
        "{} is the last administrator; make somebody else one first",
        person.name
    )))
}

async fn another_admin(people: &dyn People, but: &PersonId) -> Result<bool, Problem> {
    let mut from: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let query = PeopleQuery {
            address: None,
            limit: PAGE,
            from: from.as_deref(),
        };
        let page = people.list(query).await?;
        if page.people.iter().any(|one| one.id != *but && is_admin(one)) {
            return Ok(true);
        }
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    Ok(false)
}

fn is_admin(person: &Person) -> bool {
    !person.disabled && person.roles.iter().any(|role| role == ADMIN.name)
}

fn is(caller: &Caller, person: &Person) -> bool {
    **caller.originator() == *person.id.subject()
}
