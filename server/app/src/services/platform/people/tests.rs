//! The rules about people, on people who are kept in memory.

use std::time::Duration;

use crochet_api::platform::{Person as Said, PersonRoles};
use crochet_auth::roles::{self, ADMIN};
use crochet_auth::{LocalKeys, LocalSessions};
use crochet_openapi::{CallerKind, RequestContext};
use crochet_store::{Store, SystemClock};

use super::*;
use crate::services::platform::tests::club::{Club, person};
use crate::services::platform::{LocalOwners, StoredKeys, StoredMatrices, StoredTickets};

struct House {
    service: PeopleService,
    _folder: tempfile::TempDir,
}

async fn house(people: &[(&str, &[&str])]) -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let store = Store::open(&folder.path().join("crochet.sqlite"), clock)
        .await
        .unwrap();
    let scopes: Vec<&str> = ADMIN.scopes().collect();
    let source = StoredMatrices::new(store.role_matrices(), scopes.clone());
    let matrices = Arc::new(Matrices::new(Arc::new(source), Matrix::built_in(scopes)));
    let checker = LocalKeys::new(
        Arc::new(StoredKeys::new(store.keys())),
        Arc::new(LocalOwners),
        matrices.clone(),
    );
    let links = LocalSessions::new(Arc::new(StoredTickets::new(store.sign_ins())));
    let memory = Duration::from_millis(1);
    let people = people.iter().map(|(name, roles)| person(name, roles));
    House {
        service: PeopleService::new(PeopleParts {
            people: Arc::new(Club::of(people)),
            sightings: store.sightings(),
            matrices,
            sessions: Arc::new(RememberedSessions::new(Arc::new(links), memory)),
            authenticator: Arc::new(KeyAuthenticator::new(Arc::new(checker), memory)),
        }),
        _folder: folder,
    }
}

fn caller(name: &str, scopes: impl IntoIterator<Item = &'static str>) -> Caller {
    Caller::new(
        format!("person:{name}"),
        CallerKind::Person,
        scopes.into_iter().collect(),
        RequestContext::new(),
    )
}

fn admin(name: &str) -> Caller {
    caller(name, ADMIN.scopes())
}

fn id(name: &str) -> SaidId {
    SaidId::try_from(name).unwrap()
}

fn roles_of(names: &[&str]) -> PersonRoles {
    PersonRoles {
        roles: names
            .iter()
            .map(|name| RoleName::try_from(*name).unwrap())
            .collect(),
    }
}

impl House {
    async fn read(&self, name: &str) -> (Said, EntityTag) {
        let person = self.service.person(&id(name)).await.unwrap();
        self.service.said(person).await.unwrap()
    }

    async fn give(&self, by: &Caller, name: &str, roles: &[&str]) -> Result<Said, Problem> {
        let if_match = self.read(name).await.1;
        let params = ReplacePersonRolesParams { if_match };
        let given = self
            .service
            .replace_person_roles(by, id(name), params, roles_of(roles));
        Ok(given.await?.body)
    }

    async fn disable(&self, by: &Caller, name: &str) -> Result<Said, Problem> {
        let if_match = self.read(name).await.1;
        let params = DisablePersonParams { if_match };
        Ok(self.service.disable_person(by, id(name), params).await?.body)
    }
}

fn broken(problem: &Problem) -> bool {
    problem.status == 422 && problem.type_uri == "/problems/people-rule"
}

#[tokio::test]
async fn the_last_administrator_is_neither_demoted_nor_disabled() {
    let house = house(&[("ada", &["admin"]), ("bob", &["viewer"])]).await;
    let cli = admin("operator-at-the-terminal");
    for refused in [
        house.give(&cli, "ada", &["viewer"]).await,
        house.disable(&cli, "ada").await,
    ] {
        assert!(broken(&refused.unwrap_err()));
    }
    house.give(&cli, "bob", &["admin"]).await.unwrap();
    house.disable(&cli, "bob").await.unwrap();
    let refused = house.give(&cli, "ada", &[]).await.unwrap_err();
    assert!(broken(&refused), "one who is kept out does not count: {refused}");
    let if_match = house.read("bob").await.1;
    let params = EnablePersonParams { if_match };
    house
        .service
        .enable_person(&cli, id("bob"), params)
        .await
        .unwrap();
    house.give(&cli, "ada", &[]).await.unwrap();
}

#[tokio::test]
async fn of_two_administrators_who_demote_each_other_at_once_one_stays() {
    let house = house(&[("ada", &["admin"]), ("bob", &["admin"])]).await;
    let (ada, bob) = (admin("ada"), admin("bob"));
    // Looked at before, so that the two changes begin at the same moment and go on in turn.
    let (of_ada, of_bob) = (house.read("ada").await.1, house.read("bob").await.1);
    let demote = |by, name, if_match| {
        let params = ReplacePersonRolesParams { if_match };
        house
            .service
            .replace_person_roles(by, id(name), params, roles_of(&[]))
    };
    let (one, two) = tokio::join!(demote(&ada, "bob", of_bob), demote(&bob, "ada", of_ada));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn of_two_administrators_who_disable_each_other_at_once_one_stays() {
    let house = house(&[("ada", &["admin"]), ("bob", &["admin"])]).await;
    let (ada, bob) = (admin("ada"), admin("bob"));
    let (of_ada, of_bob) = (house.read("ada").await.1, house.read("bob").await.1);
    let disable = |by, name, if_match| {
        let params = DisablePersonParams { if_match };
        house.service.disable_person(by, id(name), params)
    };
    let (one, two) = tokio::join!(disable(&ada, "bob", of_bob), disable(&bob, "ada", of_ada));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn nobody_shuts_themselves_out() {
    let house = house(&[("ada", &["admin"]), ("bob", &["admin"])]).await;
    let ada = admin("ada");
    assert!(broken(&house.disable(&ada, "ada").await.unwrap_err()));
    let refused = house.give(&ada, "ada", &["editor"]).await.unwrap_err();
    assert!(broken(&refused), "{refused}");
    house.give(&ada, "ada", &["admin", "editor"]).await.unwrap();
    house.give(&ada, "bob", &["editor"]).await.unwrap();
}

#[tokio::test]
async fn nobody_gives_takes_or_takes_over_what_they_do_not_have() {
    let house = house(&[("ada", &["admin"]), ("eve", &["viewer"]), ("bob", &["admin"])]).await;
    let helper = roles::VIEWER.scopes().chain(["people:read", "people:write"]);
    let eve = caller("eve", helper);
    for refused in [
        house.give(&eve, "eve", &["admin"]).await,
        house.give(&eve, "ada", &[]).await,
        house.disable(&eve, "ada").await,
    ] {
        let problem = refused.unwrap_err();
        assert_eq!(problem.status, 403, "{problem}");
        assert!(problem.missing.iter().any(|scope| scope == "roles:write"));
    }
    let code = house.service.create_invitation(&eve, id("ada")).await;
    assert_eq!(
        code.unwrap_err().status,
        403,
        "a code for an administrator is their account"
    );
    let out = house.service.revoke_person_sessions(&eve, id("ada")).await;
    assert_eq!(out.unwrap_err().status, 403);
    let one = SaidSession::try_from("8991dd08").unwrap();
    let out = house.service.revoke_person_session(&eve, id("ada"), one).await;
    assert_eq!(out.unwrap_err().status, 403);
    let invited = |role: &str| NewPerson {
        email: "new@example.org".to_owned(),
        name: None,
        roles: vec![RoleName::try_from(role).unwrap()],
    };
    let refused = house.service.invite_person(&eve, invited("admin")).await;
    assert_eq!(refused.unwrap_err().status, 403);
    let refused = house.service.invite_person(&eve, invited("curator")).await;
    assert_eq!(
        refused.unwrap_err().detail.as_deref(),
        Some("there is no role curator")
    );
    let invited = house
        .service
        .invite_person(&eve, invited("viewer"))
        .await
        .unwrap();
    assert_eq!(invited.body.invitation.code, "new");
    assert_eq!(invited.location, "/api/platform/v1/people/new");
    house.service.create_invitation(&eve, id("new")).await.unwrap();
}

#[tokio::test]
async fn a_role_that_is_no_more_is_shown_so_and_given_to_nobody() {
    let house = house(&[("ada", &["admin"]), ("bob", &["viewer", "<gone>"])]).await;
    let (bob, _) = house.read("bob").await;
    let shown: Vec<_> = bob.roles.iter().map(|role| (&*role.name, role.exists)).collect();
    assert_eq!(shown, [("viewer", true), ("<gone>", false)]);
    let ada = admin("ada");
    let refused = house.give(&ada, "bob", &["viewer", "curator"]).await.unwrap_err();
    assert_eq!(refused.detail.as_deref(), Some("there is no role curator"));
    let bob = house.give(&ada, "bob", &["editor"]).await.unwrap();
    assert_eq!(bob.roles.len(), 1);
}

#[tokio::test]
async fn of_two_editors_at_once_the_second_is_told() {
    let house = house(&[("ada", &["admin"]), ("bob", &[])]).await;
    let (ada, stale) = (admin("ada"), house.read("bob").await.1);
    house.give(&ada, "bob", &["viewer"]).await.unwrap();
    let params = ReplacePersonRolesParams {
        if_match: stale.clone(),
    };
    let late = house
        .service
        .replace_person_roles(&ada, id("bob"), params, roles_of(&["editor"]))
        .await;
    assert_eq!(late.unwrap_err().status, 412);
    let params = DisablePersonParams { if_match: stale };
    let late = house.service.disable_person(&ada, id("bob"), params).await;
    assert_eq!(late.unwrap_err().status, 412);
}

#[tokio::test]
async fn people_are_listed_page_by_page_with_when_they_were_last_here() {
    let house = house(&[("ada", &["admin"]), ("bob", &[]), ("eve", &[])]).await;
    house.service.parts.sightings.note("person:bob").await.unwrap();
    let (mut params, mut seen) = (ListPeopleParams::default(), Vec::new());
    loop {
        let page = house
            .service
            .list_people(&admin("ada"), params.clone())
            .await
            .unwrap();
        seen.extend(
            page.items
                .into_iter()
                .map(|one| (one.name, one.last_seen_at.is_some())),
        );
        params.page_token = page.next_page;
        if params.page_token.is_none() {
            break;
        }
    }
    let expected = [("ada", false), ("bob", true), ("eve", false)];
    assert_eq!(seen, expected.map(|(name, here)| (name.to_owned(), here)));
}
