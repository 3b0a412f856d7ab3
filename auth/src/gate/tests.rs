//! Which credential decides, and what a person may do.

use std::time::Duration;

use chrono::Utc;
use crochet_openapi::{Roles, Scopes};

use super::*;
use crate::authenticator::{KeyChecker, VerifiedKey};
use crate::local::Owners;
use crate::matrix::{Matrix, MatrixSource};
use crate::remembered::RememberedSessions;
use crate::sessions::{Assurance, SessionId};
use crate::tokens::{Holder, TokenAuthenticator, TokenChecker, VerifiedToken};

/// Knows one key and one cookie.
struct One {
    key: ApiKey,
    roles: Vec<&'static str>,
}

#[async_trait]
impl KeyChecker for One {
    async fn check(&self, presented: &ApiKey) -> Result<Option<VerifiedKey>, Problem> {
        Ok((*presented == self.key).then(|| VerifiedKey {
            subject: "key:ada".into(),
            kind: CallerKind::Key,
            scopes: Scopes::from_iter(["orthos:read"]),
            expires_at: None,
        }))
    }
}

#[async_trait]
impl Sessions for One {
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem> {
        if cookie == "down" {
            return Err(Problem::unavailable("nobody knows", 1));
        }
        Ok((cookie == "ada").then(|| VerifiedPerson {
            subject: "person:ada".into(),
            roles: self.roles.iter().map(ToString::to_string).collect(),
            name: "Ada".to_owned(),
            email: None,
            session: SessionId::new("1"),
            expires_at: Utc::now() + Duration::from_secs(60),
            signed_in_at: None,
            assurance: Assurance::OneFactor,
        }))
    }
}

/// The built-in matrix is the latest.
#[async_trait]
impl MatrixSource for One {
    async fn newer_than(&self, _: u64) -> Result<Option<Matrix>, Problem> {
        Ok(None)
    }
}

fn gate(roles: &[&'static str]) -> (Gate, ApiKey) {
    let key = ApiKey::generate();
    let one = Arc::new(One {
        key: key.clone(),
        roles: roles.to_vec(),
    });
    let second = Duration::from_secs(1);
    let scopes = ["corpora:write", "keys:write", "orthos:read", "work:admin"];
    let matrices = Arc::new(Matrices::new(one.clone(), Matrix::built_in(scopes)));
    let gate = Gate::new(Arc::new(KeyAuthenticator::new(one.clone(), second)), matrices)
        .with_sessions(Arc::new(RememberedSessions::new(one, second)));
    (gate, key)
}

async fn caller(gate: &Gate, credentials: Credentials<'_>) -> Option<Caller> {
    gate.authenticate(&credentials, &RequestContext::new())
        .await
        .unwrap()
}

fn with_cookie(cookie: &str) -> Credentials<'_> {
    Credentials {
        cookie: Some(cookie),
        ..Credentials::default()
    }
}

#[tokio::test]
async fn a_key_is_its_caller_as_header_and_as_bearer() {
    let (gate, key) = gate(&[]);
    let header = Credentials {
        api_key: Some(key.reveal()),
        ..Credentials::default()
    };
    let bearer = Credentials {
        bearer: Some(key.reveal()),
        ..Credentials::default()
    };
    for credentials in [header, bearer] {
        let found = caller(&gate, credentials).await.unwrap();
        assert_eq!((&*found.subject, found.kind), ("key:ada", CallerKind::Key));
        assert!(found.scopes.contains("orthos:read") && !found.scopes.contains("orthos:write"));
        assert_eq!(found.roles, Roles::default());
    }
}

#[tokio::test]
async fn a_person_may_do_what_all_their_roles_grant_together() {
    let (gate, _) = gate(&["editor", "operator", "gardener"]);
    let ada = caller(&gate, with_cookie("ada")).await.unwrap();
    assert_eq!((&*ada.subject, ada.kind), ("person:ada", CallerKind::Person));
    assert!(ada.in_session);
    assert_eq!(ada.roles.as_slice(), ["editor", "operator", "gardener"]);
    assert!(ada.scopes.contains("corpora:write") && ada.scopes.contains("work:admin"));
    assert!(!ada.scopes.contains("keys:write"));
}

#[tokio::test]
async fn a_person_without_roles_is_somebody_who_may_do_nothing() {
    for roles in [&[][..], &["gardener"], &["service"]] {
        let (gate, _) = gate(roles);
        let ada = caller(&gate, with_cookie("ada")).await.unwrap();
        assert_eq!(ada.scopes, Scopes::default(), "{roles:?}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_nobody_even_beside_a_good_cookie() {
    let (gate, _) = gate(&["admin"]);
    let other = ApiKey::generate();
    for wrong in [other.reveal(), "", "ck_x_y", "eyJhbGciOiJub25lIn0.e30."] {
        let bearer = Credentials {
            bearer: Some(wrong),
            ..with_cookie("ada")
        };
        let header = Credentials {
            api_key: Some(wrong),
            ..with_cookie("ada")
        };
        for credentials in [bearer, header] {
            assert_eq!(caller(&gate, credentials).await, None, "{wrong}");
        }
    }
}

/// Takes `t.o.k` for the token of a program.
struct Tokens;

#[async_trait]
impl TokenChecker for Tokens {
    async fn check(&self, token: &str) -> Result<Option<VerifiedToken>, Problem> {
        Ok((token == "t.o.k").then(|| VerifiedToken {
            holder: Holder::of("worker", "worker").unwrap(),
            scopes: Scopes::from_iter(["orthos:read"]),
            expires_at: Utc::now() + Duration::from_secs(60),
        }))
    }
}

#[async_trait]
impl Owners for One {
    async fn roles_of(&self, _: &str) -> Result<Option<Vec<String>>, Problem> {
        Ok(None)
    }
}

#[tokio::test]
async fn a_token_is_its_caller_as_bearer_only_and_a_wrong_one_is_nobody_beside_a_good_cookie() {
    let (gate, key) = gate(&["admin"]);
    let owners = Arc::new(One {
        key: key.clone(),
        roles: Vec::new(),
    });
    let tokens = TokenAuthenticator::new(Arc::new(Tokens), owners, gate.matrices.clone(), Duration::ZERO);
    let knowing = gate.clone().with_tokens(Arc::new(tokens));
    let bearer = |token: &'static str| Credentials {
        bearer: Some(token),
        ..with_cookie("ada")
    };
    let found = caller(&knowing, bearer("t.o.k")).await.unwrap();
    assert_eq!(&*found.subject, "client:worker");
    assert_eq!(caller(&knowing, bearer("f.o.r")).await, None);
    let header = Credentials {
        api_key: Some("t.o.k"),
        ..Credentials::default()
    };
    assert_eq!(caller(&knowing, header).await, None, "a token is no API key");
    assert_eq!(
        caller(&gate, bearer("t.o.k")).await,
        None,
        "nobody reads tokens here"
    );
}

#[tokio::test]
async fn a_wrong_cookie_is_nobody_and_an_unanswered_question_is_a_problem() {
    let (gate, _) = gate(&["admin"]);
    assert_eq!(caller(&gate, with_cookie("eve")).await, None);
    let asked = gate
        .authenticate(&with_cookie("down"), &RequestContext::new())
        .await;
    assert_eq!(asked.unwrap_err().status, 503);
}

#[tokio::test]
async fn without_sessions_a_cookie_is_nobody() {
    let (gate, _) = gate(&["admin"]);
    let gate = Gate::new(gate.keys, gate.matrices);
    assert_eq!(caller(&gate, with_cookie("ada")).await, None);
}

#[tokio::test]
async fn denials_name_the_roles_that_would_help() {
    let (gate, _) = gate(&[]);
    assert_eq!(gate.roles_granting(&["corpora:write"]).await, ["editor", "admin"]);
}
