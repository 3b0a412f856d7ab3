//! What it costs to know a caller and to let it in: nanoseconds of processor time for each request, the least of
//! several rounds. `cargo bench -p crochet-auth` prints the table.
//!
//! Keys, sessions and tokens are remembered, as those of every busy caller are; the first request of a second asks their
//! keepers as well, or checks the signature.

use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::Utc;
use crochet_auth::matrix::{Matrices, Matrix, MatrixSource};
use crochet_auth::roles::{ADMIN, OPERATOR};
use crochet_auth::{
    ApiKey, Assurance, Gate, KeyAuthenticator, KeyChecker, Owners, RememberedSessions, SessionId, Sessions,
    TokenAuthenticator, TokenChecker as _, VerifiedKey, VerifiedPerson,
};
use crochet_openapi::{
    Audit, Authenticator, Caller, CallerKind, Credentials, OperationInfo, Problem, RequestContext,
    Requirement, Scheme, SchemeKind, Security, admit,
};

#[path = "authorise/issuer.rs"]
mod issuer;

const ROUNDS: usize = 30;
const CALLS: u32 = 10_000;
/// As long as Kratos's.
const COOKIE: &str = "MTczMjEwNDE2OXxYbXhSZ0V3b1JkQ2p6c2ZQa1B4b0ZqVmJhS2Z2V0xqZ3BqU0hYb2RxVjFfN0p0S1lHTnBhbXVyeDZzT3U2\
    b1ZxV1RQUW5PQUVfZ2x6R1J0bkd2YnlIbFpDNmVJT3JqTzJ1aDg1bUNrQ2pDR1E9PXzQ7kRbn0P3HxlXRzm6YHZyY1ZnQ2tkUmVzdW1l";

static API_KEY: Scheme = Scheme::new("apiKey", SchemeKind::Header("X-Api-Key"));
static LIST_ORTHOS: OperationInfo = OperationInfo {
    spec: "orthos",
    tag: "orthos",
    operation_id: "list_orthos",
    base_path: "/api/orthos/v1",
    path: "/contexts/{context_id}/orthos",
    security: Security {
        any_of: &[&[Requirement::new(&API_KEY, &[])]],
        scopes: &["orthos:read"],
    },
    produces: &["application/json"],
    ..OperationInfo::EMPTY
};

/// Takes every key for one of the admin.
struct Known(VerifiedKey);

#[async_trait]
impl KeyChecker for Known {
    async fn check(&self, _: &ApiKey) -> Result<Option<VerifiedKey>, Problem> {
        Ok(Some(self.0.clone()))
    }
}

/// Takes every cookie for the session of an operator, who is known.
struct Operator;

#[async_trait]
impl Sessions for Operator {
    async fn check(&self, _: &str) -> Result<Option<VerifiedPerson>, Problem> {
        Ok(Some(VerifiedPerson {
            subject: "person:8991dd08-215a-47ab-b8b6-4384c0014d0c".into(),
            roles: vec![OPERATOR.name.to_owned()],
            name: "Ada".to_owned(),
            email: Some("ada@example.org".to_owned()),
            session: SessionId::new("7a84230f"),
            expires_at: Utc::now() + Duration::from_secs(3600),
            signed_in_at: None,
            assurance: Assurance::OneFactor,
        }))
    }
}

#[async_trait]
impl Owners for Operator {
    async fn roles_of(&self, _: &str) -> Result<Option<Vec<String>>, Problem> {
        Ok(Some(vec![OPERATOR.name.to_owned()]))
    }
}

/// Has the matrix of a new installation.
struct BuiltIn;

#[async_trait]
impl MatrixSource for BuiltIn {
    async fn newer_than(&self, _: u64) -> Result<Option<Matrix>, Problem> {
        Ok(None)
    }
}

/// Nanoseconds for one call of `work`.
fn cost(mut work: impl FnMut()) -> f64 {
    let round = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        for _ in 0..CALLS {
            work();
        }
        began.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    };
    (0..ROUNDS)
        .map(|_| round(&mut work))
        .fold(f64::INFINITY, f64::min)
}

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let checker = Known(VerifiedKey {
        subject: "key:bench".into(),
        kind: CallerKind::Key,
        scopes: ADMIN.scope_set(),
        expires_at: None,
    });
    let memory = Duration::from_secs(1);
    let keys = KeyAuthenticator::new(Arc::new(checker), memory);
    let matrices = Arc::new(Matrices::new(Arc::new(BuiltIn), Matrix::built_in(ADMIN.scopes())));
    let (tokens, token) = issuer::issued(&OPERATOR.scopes().collect::<Vec<_>>())?;
    let tokens = Arc::new(tokens);
    let knows = TokenAuthenticator::new(tokens.clone(), Arc::new(Operator), matrices.clone(), memory);
    let gate = Gate::new(Arc::new(keys), matrices)
        .with_sessions(Arc::new(RememberedSessions::new(Arc::new(Operator), memory)))
        .with_tokens(Arc::new(knows));
    let key = ApiKey::generate();
    let of_key = Credentials {
        api_key: Some(key.reveal()),
        ..Credentials::default()
    };
    let of_token = Credentials {
        bearer: Some(&token),
        ..Credentials::default()
    };
    let of_session = Credentials {
        cookie: Some(COOKIE),
        ..Credentials::default()
    };
    let context = RequestContext::new();
    let known = |credentials: &Credentials<'_>| -> Caller {
        let known = runtime.block_on(gate.authenticate(credentials, &context));
        known.expect("the checkers answer").expect("the caller is known")
    };
    let both = |credentials: &Credentials<'_>| {
        let caller = known(credentials);
        admit(&LIST_ORTHOS, &caller, &Audit::default()).expect("an operator may");
        drop(black_box(caller));
    };
    let caller = known(&of_key);
    let rows = [
        ("authorise a key", cost(|| both(&of_key))),
        ("authorise a session", cost(|| both(&of_session))),
        ("authorise a signed token", cost(|| both(&of_token))),
        (
            "of that, hash the key's secret",
            cost(|| {
                black_box(key.hash());
            }),
        ),
        (
            "of that, let the caller in (guard)",
            cost(|| drop(black_box(admit(&LIST_ORTHOS, &caller, &Audit::default())))),
        ),
        (
            "of that, know the token again",
            cost(|| drop(black_box(runtime.block_on(tokens.check(&token))))),
        ),
    ];
    let table: String = rows
        .iter()
        .map(|(what, ns)| format!("{what:<36}{ns:>8.0} ns\n"))
        .collect();
    io::Write::write_all(&mut io::stdout(), table.as_bytes())
}
