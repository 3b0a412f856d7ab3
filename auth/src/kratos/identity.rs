//! What we read in an identity: a name, an address, roles, and whether its person may sign in.
//!
//! Roles stand in `metadata_public`, which only the admin API writes; traits are the person's own to edit.

use chrono::{DateTime, Utc};
use ory_kratos_client::models::Identity;
use ory_kratos_client::models::identity::StateEnum;
use serde_json::{Value, json};

use crate::people::{Person, PersonId};

const ROLES: &str = "roles";

/// What to call somebody: their name, else their address, else their id.
pub(super) fn name_of(identity: &Identity) -> String {
    let name = trait_of(identity, "name").filter(|name| !name.trim().is_empty());
    name.or_else(|| email_of(identity))
        .unwrap_or_else(|| identity.id.clone())
}

/// Their address.
pub(super) fn email_of(identity: &Identity) -> Option<String> {
    trait_of(identity, "email")
}

/// The names of their roles; what is no name is not a role.
pub(super) fn roles_of(identity: &Identity) -> Vec<String> {
    let roles = public(identity).and_then(|public| public.get(ROLES));
    let names = roles.and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The public metadata with other roles and everything else as it is.
pub(super) fn with_roles(identity: &Identity, roles: &[String]) -> Value {
    let mut public = public(identity)
        .filter(|public| public.is_object())
        .cloned()
        .unwrap_or_else(|| json!({}));
    public[ROLES] = json!(roles);
    public
}

/// The public metadata of somebody new.
pub(super) fn first_roles(roles: &[String]) -> Value {
    json!({ ROLES: roles })
}

/// Whether Kratos says that its person may sign in; silence is no.
pub(super) fn is_active(identity: &Identity) -> bool {
    identity.state == Some(StateEnum::Active)
}

/// The person, unless their id is none of ours.
pub(super) fn person(identity: &Identity) -> Option<Person> {
    let id: PersonId = identity.id.parse().ok()?;
    let email = email_of(identity);
    let verified = identity.verifiable_addresses.as_deref().unwrap_or_default();
    let email_verified = verified
        .iter()
        .any(|address| address.verified && Some(&address.value) == email.as_ref());
    Some(Person {
        id,
        name: name_of(identity),
        email,
        email_verified,
        roles: roles_of(identity),
        disabled: !is_active(identity),
        created_at: identity.created_at.as_deref().and_then(moment),
    })
}

/// A moment as Kratos writes it.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|moment| moment.with_timezone(&Utc))
}

fn trait_of(identity: &Identity, name: &str) -> Option<String> {
    identity.traits.as_ref()?.get(name)?.as_str().map(str::to_owned)
}

fn public(identity: &Identity) -> Option<&Value> {
    identity.metadata_public.as_ref()?.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(traits: Value, public: Option<Value>) -> Identity {
        Identity {
            metadata_public: Some(public),
            state: Some(StateEnum::Active),
            ..Identity::new(
                "8991dd08".to_owned(),
                "person".to_owned(),
                String::new(),
                Some(traits),
            )
        }
    }

    #[test]
    fn a_person_without_a_name_is_called_by_their_address() {
        let named = |traits| name_of(&identity(traits, None));
        assert_eq!(named(json!({"email": "a@b.example", "name": "Ada"})), "Ada");
        assert_eq!(named(json!({"email": "a@b.example", "name": " "})), "a@b.example");
        assert_eq!(named(json!({})), "8991dd08");
        assert_eq!(named(json!({"name": 7})), "8991dd08");
    }

    #[test]
    fn only_names_are_roles() {
        let roles = |public| roles_of(&identity(json!({}), public));
        assert_eq!(
            roles(Some(json!({"roles": ["viewer", 7, null, "editor"]}))),
            ["viewer", "editor"]
        );
        for none in [
            None,
            Some(json!("admin")),
            Some(json!({"roles": "admin"})),
            Some(json!([])),
        ] {
            assert!(roles(none.clone()).is_empty(), "{none:?}");
        }
    }

    #[test]
    fn roles_in_the_traits_are_not_roles() {
        assert!(roles_of(&identity(json!({"roles": ["admin"]}), None)).is_empty());
    }

    #[test]
    fn a_change_of_roles_keeps_the_other_metadata() {
        let before = identity(json!({}), Some(json!({"roles": ["viewer"], "team": "x"})));
        let after = with_roles(&before, &["editor".to_owned()]);
        assert_eq!(after, json!({"roles": ["editor"], "team": "x"}));
        assert_eq!(with_roles(&identity(json!({}), None), &[]), json!({"roles": []}));
    }

    #[test]
    fn somebody_of_whom_kratos_does_not_say_that_they_are_active_is_disabled() {
        let mut someone = identity(json!({}), None);
        assert!(!person(&someone).unwrap().disabled);
        someone.state = None;
        assert!(person(&someone).unwrap().disabled);
    }
}
