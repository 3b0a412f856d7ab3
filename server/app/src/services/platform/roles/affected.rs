//! Whom a change of the role matrix gives something or takes something from: people by their roles, keys by their owners'.
//!
//! Bounded: with very many people or keys some are not looked at, and that is said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Utc;
use crochet_api::platform::{AffectedParty, CallerKind};
use crochet_auth::matrix::Matrix;
use crochet_auth::{Owners, People, PeopleQuery};
use crochet_domain::ports::{KeyRecord, Keys, PageRequest};
use crochet_openapi::{Problem, Scopes};

use crate::services::platform::access::scopes;
use crate::services::platform::stored::SERVICE_OWNER;
use crate::services::problems::problem;
use crate::services::wire::said;

/// So many are told.
const TOLD_MAX: usize = 100;
/// So many people and so many keys are looked at.
const LOOKED_AT_MAX: usize = 2_000;
const PAGE: u16 = 250;
/// How much of a name is told.
const NAME_MAX: usize = 500;

/// Everybody who may do anything by a role.
pub(in crate::services::platform) struct Census {
    /// People, where accounts are kept.
    pub(in crate::services::platform) people: Option<Arc<dyn People>>,
    /// Keys.
    pub(in crate::services::platform) keys: Arc<dyn Keys>,
    /// What their owners may do.
    pub(in crate::services::platform) owners: Arc<dyn Owners>,
}

/// Those whom a change affects.
#[derive(Default)]
pub(super) struct Affected {
    pub(super) parties: Vec<AffectedParty>,
    /// Whether these are all.
    pub(super) all: bool,
}

/// Who somebody is, for those who decide about them.
struct Who<'a> {
    subject: &'a str,
    name: &'a str,
    kind: CallerKind,
}

impl Census {
    /// Whom the change from `now` to `next` affects.
    pub(super) async fn affected(&self, now: &Matrix, next: &Matrix) -> Result<Affected, Problem> {
        let mut found = Affected {
            parties: Vec::new(),
            all: true,
        };
        if now.changes_to(next).is_empty() {
            return Ok(found);
        }
        self.people(now, next, &mut found).await?;
        self.keys(now, next, &mut found).await?;
        Ok(found)
    }

    async fn people(&self, now: &Matrix, next: &Matrix, found: &mut Affected) -> Result<(), Problem> {
        let Some(people) = &self.people else { return Ok(()) };
        let (mut from, mut looked_at) = (None::<String>, 0);
        loop {
            let query = PeopleQuery {
                address: None,
                limit: PAGE,
                from: from.as_deref(),
            };
            let page = people.list(query).await?;
            looked_at += page.people.len();
            for person in page.people.iter().filter(|person| !person.disabled) {
                let granted = |matrix: &Matrix| matrix.scopes_of(person.roles.iter().map(String::as_str));
                let who = Who {
                    subject: &person.id.subject(),
                    name: &person.name,
                    kind: CallerKind::Person,
                };
                found.add(&who, &granted(now), &granted(next))?;
            }
            from = page.next;
            if from.is_none() || looked_at >= LOOKED_AT_MAX {
                found.all &= from.is_none();
                return Ok(());
            }
        }
    }

    async fn keys(&self, now: &Matrix, next: &Matrix, found: &mut Affected) -> Result<(), Problem> {
        let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let (mut page, mut looked_at) = (PageRequest::first(PAGE.into()), 0);
        loop {
            let listed = self.keys.list(None, page.clone()).await.map_err(problem)?;
            looked_at += listed.items.len();
            for key in listed.items.iter().filter(|key| is_personal(key)) {
                if !roles.contains_key(&key.owner) {
                    let known = self.owners.roles_of(&key.owner).await?;
                    roles.insert(key.owner.clone(), known.unwrap_or_default());
                }
                let of_owner = &roles[&key.owner];
                let granted = |matrix: &Matrix| {
                    let owners = matrix.scopes_of(of_owner.iter().map(String::as_str));
                    let both = key.scopes.iter().filter(|scope| owners.contains(scope));
                    both.cloned().collect::<Scopes>()
                };
                let who = Who {
                    subject: &key.owner,
                    name: &format!("{} ({})", key.name, key.prefix),
                    kind: CallerKind::Key,
                };
                found.add(&who, &granted(now), &granted(next))?;
            }
            page.after = listed.next;
            if page.after.is_none() || looked_at >= LOOKED_AT_MAX {
                found.all &= page.after.is_none();
                return Ok(());
            }
        }
    }
}

impl Affected {
    fn add(&mut self, who: &Who<'_>, before: &Scopes, after: &Scopes) -> Result<(), Problem> {
        let without = |some: &Scopes, others: &Scopes| -> BTreeSet<String> {
            let rest = some.iter().filter(|scope| !others.contains(scope));
            rest.map(str::to_owned).collect()
        };
        let (gained, lost) = (without(after, before), without(before, after));
        if gained.is_empty() && lost.is_empty() {
            return Ok(());
        }
        if self.parties.len() == TOLD_MAX {
            self.all = false;
            return Ok(());
        }
        self.parties.push(AffectedParty {
            subject: said(who.subject)?,
            name: who.name.chars().take(NAME_MAX).collect(),
            kind: who.kind,
            gained: scopes(gained.iter().map(String::as_str))?,
            lost: scopes(lost.iter().map(String::as_str))?,
        });
        Ok(())
    }
}

/// Whether anybody gets in with a key, by what its owner's roles grant.
fn is_personal(key: &KeyRecord) -> bool {
    key.is_valid_at(Utc::now()) && !key.owner.starts_with(SERVICE_OWNER)
}

#[cfg(test)]
mod tests {
    use crochet_auth::roles;
    use crochet_domain::ports::NewKey;
    use crochet_store::{Store, SystemClock};

    use super::*;
    use crate::services::platform::tests::club::{Club, person};

    fn key(owner: &str, scopes: &[&str]) -> NewKey {
        NewKey {
            name: format!("of {owner}"),
            prefix: format!("{:010}", scopes.len() + owner.len()),
            hash: vec![0; 32],
            owner: owner.to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            expires_at: None,
        }
    }

    fn told<'a>(affected: &'a Affected) -> Vec<(&'a str, &'a str, usize, usize)> {
        let party = |one: &'a AffectedParty| {
            let (name, subject) = (one.name.as_str(), one.subject.as_str());
            (name, subject, one.gained.len(), one.lost.len())
        };
        affected.parties.iter().map(party).collect()
    }

    #[tokio::test]
    async fn people_and_their_keys_are_told_what_they_gain_and_lose() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crochet.sqlite");
        let store = Store::open(&file, Arc::new(SystemClock)).await.unwrap();
        let keys = store.keys();
        let wide = ["contexts:write", "contexts:delete"];
        for new in [
            key("person:ada", &wide),
            key("person:eve", &["contexts:read"]),
            key("service:crochet", &wide),
        ] {
            keys.create(new).await.unwrap();
        }
        let mut gone = person("bob", &["editor"]);
        gone.disabled = true;
        let people = [
            person("ada", &["editor"]),
            person("eve", &["viewer"]),
            gone,
            person("zoe", &["editor", "admin"]),
        ];
        let club = Arc::new(Club::of(people));
        let census = Census {
            people: Some(club.clone()),
            keys,
            owners: club,
        };
        let now = Matrix::built_in(roles::ADMIN.scopes());
        let mut next = now.roles().clone();
        let editor = next.get_mut("editor").unwrap();
        editor.scopes.insert("contexts:delete".to_owned());
        editor.scopes.remove("contexts:write");
        let next = now.with_roles(next).unwrap();
        let affected = census.affected(&now, &next).await.unwrap();
        assert_eq!(
            told(&affected),
            [
                ("ada", "person:ada", 1, 1),
                ("of person:ada (0000000012)", "person:ada", 1, 1)
            ],
            "admins have it anyway, and who is kept out has nothing"
        );
        assert!(affected.all);
        let nothing = census.affected(&now, &now).await.unwrap();
        assert!(nothing.parties.is_empty());
    }

    #[tokio::test]
    async fn with_many_people_some_are_told_and_that_there_are_more() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crochet.sqlite");
        let store = Store::open(&file, Arc::new(SystemClock)).await.unwrap();
        let many = (0..=TOLD_MAX).map(|number| person(&format!("p{number}"), &["editor"]));
        let club = Arc::new(Club::of(many));
        let census = Census {
            people: Some(club.clone()),
            keys: store.keys(),
            owners: club,
        };
        let now = Matrix::built_in(roles::ADMIN.scopes());
        let mut next = now.roles().clone();
        next.get_mut("editor").unwrap().scopes.clear();
        let next = now.with_roles(next).unwrap();
        let affected = census.affected(&now, &next).await.unwrap();
        assert_eq!((affected.parties.len(), affected.all), (TOLD_MAX, false));
    }
}
