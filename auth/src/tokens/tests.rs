//! What the callers are that tokens make.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::matrix::{Matrix, MatrixSource};

/// Takes `person` and `client` for tokens, and knows the roles of one person.
struct World {
    roles: Mutex<Option<Vec<String>>>,
    asked: AtomicUsize,
}

#[async_trait]
impl TokenChecker for World {
    async fn check(&self, token: &str) -> Result<Option<VerifiedToken>, Problem> {
        let holder = match token {
            "person" => Holder::of("8991dd08", "cli"),
            "client" => Holder::of("worker", "worker"),
            long if long.len() > TOKEN_BYTES_MAX => panic!("nobody looks at it"),
            "away" => return Err(Problem::unavailable("away", 1)),
            _ => None,
        };
        Ok(holder.map(|holder| VerifiedToken {
            holder,
            scopes: ["orthos:read", "corpora:write", "work:admin"]
                .into_iter()
                .collect(),
            expires_at: Utc::now() + chrono::TimeDelta::hours(1),
        }))
    }
}

#[async_trait]
impl Owners for World {
    async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        assert_eq!(subject, "person:8991dd08");
        Ok(self.roles.lock().unwrap().clone())
    }
}

#[async_trait]
impl MatrixSource for World {
    async fn newer_than(&self, _: u64) -> Result<Option<Matrix>, Problem> {
        Ok(None)
    }
}

fn world(roles: Option<&[&str]>) -> (Arc<World>, TokenAuthenticator) {
    let roles = roles.map(|roles| roles.iter().map(ToString::to_string).collect());
    let world = Arc::new(World {
        roles: Mutex::new(roles),
        asked: AtomicUsize::new(0),
    });
    let scopes = ["corpora:write", "keys:write", "orthos:read", "work:admin"];
    let matrices = Arc::new(Matrices::new(world.clone(), Matrix::built_in(scopes)));
    let memory = Duration::from_secs(1);
    let tokens = TokenAuthenticator::new(world.clone(), world.clone(), matrices, memory);
    (world, tokens)
}

async fn caller(tokens: &TokenAuthenticator, token: &str) -> Option<Caller> {
    tokens.caller(token, &RequestContext::new()).await.unwrap()
}

fn scopes(caller: &Caller) -> Vec<&str> {
    caller.scopes.iter().collect()
}

#[tokio::test]
async fn a_persons_token_can_do_what_it_was_given_for_and_its_person_may() {
    let of_editor = caller(&world(Some(&["editor"])).1, "person").await.unwrap();
    assert_eq!(
        (&*of_editor.subject, of_editor.kind),
        ("person:8991dd08", CallerKind::Person)
    );
    assert!(!of_editor.in_session, "a program acts for them");
    assert_eq!(scopes(&of_editor), ["corpora:write", "orthos:read"]);
    assert_eq!(of_editor.roles.as_slice(), ["editor"]);
    let of_admin = caller(&world(Some(&["admin"])).1, "person").await.unwrap();
    assert_eq!(scopes(&of_admin), ["corpora:write", "orthos:read", "work:admin"]);
    let of_nothing = caller(&world(Some(&["gone"])).1, "person").await.unwrap();
    assert!(scopes(&of_nothing).is_empty());
}

#[tokio::test]
async fn a_token_of_somebody_who_is_disabled_is_nobodys() {
    let (world, tokens) = world(None);
    assert_eq!(caller(&tokens, "person").await, None);
    assert_eq!(world.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_program_that_acts_for_itself_can_do_what_its_token_was_given_for() {
    let (world, tokens) = world(None);
    let program = caller(&tokens, "client").await.unwrap();
    assert_eq!(
        (&*program.subject, program.kind),
        ("client:worker", CallerKind::Program)
    );
    assert_eq!(scopes(&program), ["corpora:write", "orthos:read", "work:admin"]);
    assert_eq!(world.asked.load(Ordering::SeqCst), 0, "it has no owner");
}

#[tokio::test]
async fn roles_are_asked_for_once_in_a_while() {
    let (world, tokens) = world(Some(&["viewer"]));
    for _ in 0..10 {
        assert!(caller(&tokens, "person").await.is_some());
    }
    assert_eq!(world.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_cannot_be_found_out_lets_nobody_in() {
    let (_, tokens) = world(Some(&["admin"]));
    let refused = tokens.caller("away", &RequestContext::new()).await.unwrap_err();
    assert_eq!((refused.status, refused.retry_after_s), (503, Some(1)));
    let long = "x".repeat(TOKEN_BYTES_MAX + 1);
    for nobodys in ["", "x", &long] {
        assert_eq!(caller(&tokens, nobodys).await, None);
    }
}

#[test]
fn a_holder_is_a_program_only_when_it_stands_for_itself() {
    let client = Holder::of("worker", "worker");
    assert_eq!(client, ClientId::parse("worker").map(Holder::Client));
    assert!(matches!(
        Holder::of("8991dd08-215a", "cli"),
        Some(Holder::Person(_))
    ));
    for (subject, client) in [
        ("", "cli"),
        ("a", ""),
        ("", ""),
        ("../x", "cli"),
        ("a", "c/d"),
        ("client:x", "cli"),
    ] {
        assert_eq!(Holder::of(subject, client), None, "{subject} {client}");
    }
}
