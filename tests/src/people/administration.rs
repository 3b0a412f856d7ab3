//! What an administrator does with people.

use crochet_auth::{
    NewPerson, Owners as _, People as _, PeopleError, PeopleQuery, PersonId, RoleChange, SessionId,
};
use serde_json::json;

use super::{names, people, person, whose, with_kratos};
use crate::crochet::crochet;
use crate::stack::{Visitor, fresh_address};

fn to<'a>(roles: &'a [String], expected: Option<&'a [String]>) -> RoleChange<'a> {
    RoleChange { expected, roles }
}

#[test]
fn a_role_counts_at_the_next_look() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada").await;
        let people = people(kratos);
        let id = person(&people, &email).await.id;
        for roles in [names(&["viewer"]), names(&["editor", "operator"]), names(&[])] {
            let changed = people.change_roles(&id, to(&roles, None)).await.unwrap();
            assert_eq!(changed.roles, roles);
            assert_eq!(whose(kratos, &ada).await.unwrap().roles, roles);
            assert_eq!(people.read(&id).await.unwrap().roles, roles);
        }
    });
}

#[test]
fn nobody_gives_themselves_a_role() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let mut ada = Visitor::register(kratos, &email, "Ada").await;
        let form = json!({
            "method": "profile", "traits": {"email": email, "name": "Ada"},
            "metadata_public": {"roles": ["admin"]},
        });
        ada.pass("settings", form).await;
        let form = json!({"method": "profile", "traits": {"email": email, "roles": ["admin"]}});
        ada.pass("settings", form).await;
        assert!(whose(kratos, &ada).await.unwrap().roles.is_empty());
    });
}

#[test]
fn of_two_who_decide_on_the_same_roles_one_is_told_that_they_have_changed() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        Visitor::register(kratos, &email, "Ada").await;
        let people = people(kratos);
        let id = person(&people, &email).await.id;
        let (seen, viewer, editor) = (names(&[]), names(&["viewer"]), names(&["editor"]));
        let (one, two) = tokio::join!(
            people.change_roles(&id, to(&viewer, Some(&seen))),
            people.change_roles(&id, to(&editor, Some(&seen))),
        );
        let now = people.read(&id).await.unwrap().roles;
        let mut outcomes = [one, two];
        outcomes.sort_by_key(Result::is_err);
        let [done, refused] = outcomes;
        assert_eq!(done.unwrap().roles, now);
        assert_eq!(refused, Err(PeopleError::Changed { now }));
    });
}

#[test]
fn whoever_is_disabled_is_out_at_once_and_stays_out_with_their_old_session() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada").await;
        let people = people(kratos);
        let id = person(&people, &email).await.id;
        assert!(people.set_disabled(&id, true).await.unwrap().disabled);
        assert_eq!(whose(kratos, &ada).await, None);
        assert!(Visitor::sign_in(kratos, &email).await.is_none());
        assert!(!people.set_disabled(&id, false).await.unwrap().disabled);
        assert_eq!(whose(kratos, &ada).await, None);
        assert!(Visitor::sign_in(kratos, &email).await.is_some());
    });
}

#[test]
fn a_key_of_somebody_who_is_disabled_or_gone_has_no_owner() {
    with_kratos(async |kratos| {
        let (people, email) = (people(kratos), fresh_address("ada"));
        create(&people, &email).await;
        let id = person(&people, &email).await.id;
        let viewer = names(&["viewer"]);
        people.change_roles(&id, to(&viewer, None)).await.unwrap();
        let roles = async |subject: &str| people.roles_of(subject).await.unwrap();
        assert_eq!(roles(&id.subject()).await, Some(viewer.clone()));
        people.set_disabled(&id, true).await.unwrap();
        assert_eq!(roles(&id.subject()).await, None);
        for nobody in [
            "person:8991dd08-215a-47ab-b8b6-4384c0014d0c",
            "person:../x",
            "person:",
            "admin",
        ] {
            assert_eq!(roles(nobody).await, None, "{nobody}");
        }
    });
}

#[test]
fn sessions_are_listed_and_ended_one_by_one_or_all_at_once() {
    with_kratos(async |kratos| {
        let (email, another) = (fresh_address("ada"), fresh_address("bob"));
        let first = Visitor::register(kratos, &email, "Ada").await;
        let second = Visitor::sign_in(kratos, &email).await.unwrap();
        let bob = Visitor::register(kratos, &another, "Bob").await;
        let people = people(kratos);
        let id = person(&people, &email).await.id;
        assert_eq!(people.sessions(&id).await.unwrap().len(), 2);

        let bobs = whose(kratos, &bob).await.unwrap().session;
        assert_eq!(
            people.revoke_session(&id, &bobs).await,
            Err(PeopleError::NoSession)
        );
        assert!(whose(kratos, &bob).await.is_some());

        let firsts = whose(kratos, &first).await.unwrap().session;
        people.revoke_session(&id, &firsts).await.unwrap();
        assert_eq!(whose(kratos, &first).await, None);
        assert!(whose(kratos, &second).await.is_some());

        people.revoke_sessions(&id).await.unwrap();
        assert_eq!(whose(kratos, &second).await, None);
        assert!(people.sessions(&id).await.unwrap().is_empty());
        people.revoke_sessions(&id).await.unwrap();
    });
}

#[test]
fn somebody_who_does_not_exist_is_unknown_to_every_operation() {
    with_kratos(async |kratos| {
        let people = people(kratos);
        for id in ["8991dd08-215a-47ab-b8b6-4384c0014d0c", "nobody"] {
            let id: PersonId = id.parse().unwrap();
            assert_eq!(people.read(&id).await, Err(PeopleError::Unknown));
            assert_eq!(
                people.change_roles(&id, to(&[], None)).await,
                Err(PeopleError::Unknown)
            );
            assert_eq!(people.set_disabled(&id, true).await, Err(PeopleError::Unknown));
            assert_eq!(people.revoke_sessions(&id).await, Err(PeopleError::Unknown));
            let session = SessionId::new("s");
            let refused = people.revoke_session(&id, &session).await.unwrap_err();
            assert!(matches!(refused, PeopleError::NoSession | PeopleError::Unknown));
            let invited = people.invite(&id, chrono::TimeDelta::hours(1)).await;
            assert_eq!(invited.unwrap_err(), PeopleError::Unknown);
        }
    });
}

#[test]
fn people_are_found_by_the_beginning_of_their_address_page_by_page() {
    with_kratos(async |kratos| {
        let people = people(kratos);
        let shared = fresh_address("many");
        let all: Vec<String> = (0..5).map(|number| format!("{shared}.x{number}")).collect();
        for email in &all {
            create(&people, email).await;
        }
        let mut found = Vec::new();
        let mut from = None;
        loop {
            let query = PeopleQuery {
                address: Some(&shared.to_uppercase()),
                limit: 2,
                from: from.as_deref(),
            };
            let page = people.list(query).await.unwrap();
            assert!(page.people.len() <= 2);
            found.extend(page.people.into_iter().filter_map(|person| person.email));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        found.sort();
        assert_eq!(found, all);
    });
}

#[test]
fn a_page_token_of_no_list_is_refused() {
    with_kratos(async |kratos| {
        let query = PeopleQuery {
            from: Some("nonsense"),
            limit: 2,
            address: None,
        };
        assert_eq!(people(kratos).list(query).await, Err(PeopleError::PageToken));
    });
}

#[test]
fn an_address_is_one_persons_and_must_be_one() {
    with_kratos(async |kratos| {
        let (people, email) = (people(kratos), fresh_address("ada"));
        create(&people, &email).await;
        let again = |email| NewPerson {
            email,
            name: None,
            roles: &[],
        };
        assert_eq!(people.create(again(&email)).await, Err(PeopleError::AddressTaken));
        assert_eq!(people.create(again("no address")).await, Err(PeopleError::Unfit));
    });
}

#[test]
fn whoever_is_invited_comes_in_by_the_code_once_and_has_their_role() {
    with_kratos(async |kratos| {
        let (people, email) = (people(kratos), fresh_address("ada"));
        let new = NewPerson {
            email: &email,
            name: Some("Ada"),
            roles: &names(&["editor"]),
        };
        let made = people.create(new).await.unwrap();
        assert_eq!((&*made.name, made.roles.clone()), ("Ada", names(&["editor"])));
        let invitation = people
            .invite(&made.id, chrono::TimeDelta::hours(24))
            .await
            .unwrap();
        let flow = invitation.page.strip_prefix("/recovery?flow=").unwrap();
        let left = invitation.expires_at.unwrap() - chrono::Utc::now();
        assert!(left > chrono::TimeDelta::hours(23), "{left}");

        let mut ada = Visitor::to(kratos);
        let path = format!("/self-service/recovery/flows?id={flow}");
        let (_, begun) = ada.ask(reqwest::Method::GET, &path, None).await;
        let form = json!({"method": "code", "code": invitation.code});
        let (status, said) = ada.submit("recovery", &begun, form.clone()).await;
        assert!([200, 422].contains(&status), "{status} {said}");
        let known = whose(kratos, &ada).await.unwrap();
        assert_eq!((&*known.name, known.roles), ("Ada", names(&["editor"])));

        let mut thief = Visitor::to(kratos);
        let (_, begun) = thief.ask(reqwest::Method::GET, &path, None).await;
        let (status, said) = thief.submit("recovery", &begun, form).await;
        assert!(!thief.is_signed_in(), "{status} {said}");
    });
}

async fn create(people: &crochet_auth::KratosPeople, email: &str) {
    let new = NewPerson {
        email,
        name: None,
        roles: &[],
    };
    people.create(new).await.unwrap();
}

#[test]
fn the_first_administrator_is_made_on_the_command_line() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada").await;
        let setting = format!("people.kratos_admin_url={}", kratos.admin());
        let grant = |email: &str| crochet(["admin", "grant", email, "--set", &setting]);
        for _ in 0..2 {
            let ran = grant(&email.to_uppercase());
            assert_eq!(ran.code, Some(0), "{ran:?}");
            assert!(ran.out.contains("is admin from now on"), "{ran:?}");
            assert!(ran.err.contains("is not confirmed"), "{ran:?}");
        }
        assert_eq!(whose(kratos, &ada).await.unwrap().roles, names(&["admin"]));
        grant(&email[..5]).refused_with(1, &["nobody has the address", "/registration"]);
        crochet(["admin", "grant", &email]).refused_with(2, &["people.kratos_admin_url"]);
    });
}
