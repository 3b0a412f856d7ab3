//! `crochet admin`: the first administrator of people whom Kratos keeps.
//!
//! It speaks to Kratos's admin API itself, because nobody may yet ask a server for it: whoever can reach that API may do
//! anything to people anyway.

use clap::{Args, Subcommand};
use crochet_auth::roles::ADMIN;
use crochet_auth::{KratosPeople, People, PeopleError, PeopleQuery, Person, RoleChange};

use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  crochet admin grant ada@example.org --set people.kratos_admin_url=http://127.0.0.1:4434";

/// How many people may share the beginning of an address before theirs is not found; addresses are rarely prefixes.
const LOOKED_AT_MAX: u16 = 250;

/// Make somebody an administrator
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct AdminArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Give the role admin to whoever has this address
    Grant {
        /// The address that they signed up with
        email: String,
        #[command(flatten)]
        config: ConfigFlags,
    },
}

pub(super) fn run(arguments: &AdminArguments) -> Result<Exit, Failure> {
    let Action::Grant { email, config } = &arguments.action;
    let people = config.load(&[], &[])?.config.people;
    let Some(url) = people.kratos_admin_url else {
        return Err(
            Failure::usage("no Kratos is configured, so there are no people to give roles to")
                .try_this("--set people.kratos_admin_url=http://127.0.0.1:4434, or `crochet signin`"),
        );
    };
    let people = KratosPeople::at(&url)
        .map_err(|error| Failure::usage(error.to_string()).at("people.kratos_admin_url"))?;
    let mut console = Console::new(Format::Text);
    super::block_on(async {
        let person = grant(&people, email).await?;
        if let Some(told) = doubt(&person, email) {
            console.remark(told);
        }
        console.say(format!("{email} is {} from now on", person.roles.join(", ")))?;
        Ok(Exit::Done)
    })
}

/// What to know of somebody who has not shown that the address is theirs.
fn doubt(person: &Person, email: &str) -> Option<String> {
    let told = || format!("{email} is not confirmed: anybody could have signed up with it");
    (!person.email_verified).then(told)
}

async fn grant(people: &dyn People, email: &str) -> Result<Person, Failure> {
    let failed = |error: PeopleError| Failure::new(error.to_string());
    let query = PeopleQuery {
        address: Some(email),
        limit: LOOKED_AT_MAX,
        from: None,
    };
    let page = people.list(query).await.map_err(failed)?;
    let mut known = page.people.into_iter();
    let theirs = |person: &Person| {
        person
            .email
            .as_deref()
            .is_some_and(|known| known.eq_ignore_ascii_case(email))
    };
    let Some(person) = known.find(theirs) else {
        return Err(Failure::new(format!("nobody has the address {email}"))
            .try_this("they sign up first, at /registration"));
    };
    if person.roles.iter().any(|role| role == ADMIN.name) {
        return Ok(person);
    }
    let mut roles = person.roles.clone();
    roles.push(ADMIN.name.to_owned());
    let change = RoleChange {
        expected: Some(&person.roles),
        roles: &roles,
    };
    people.change_roles(&person.id, change).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_not_confirmed_is_doubted() {
        let mut person = Person {
            id: "019350f4-7c1e-7b52-8f6e-0c5a4d3b2a19".parse().unwrap(),
            name: "Ada".to_owned(),
            email: Some("ada@example.org".to_owned()),
            email_verified: false,
            roles: Vec::new(),
            disabled: false,
            created_at: None,
        };
        let told = doubt(&person, "ada@example.org").unwrap();
        assert!(told.contains("ada@example.org is not confirmed"), "{told}");
        person.email_verified = true;
        assert_eq!(doubt(&person, "ada@example.org"), None);
    }
}
