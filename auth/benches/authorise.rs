//! What it costs to know a caller and to let it in: nanoseconds of processor time for each request, the least of
//! several rounds. `cargo bench -p crochet-auth` prints the table.
//!
//! The key is remembered, as that of every busy caller is; the first request of a second asks the store as well.

use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use crochet_auth::matrix::{Matrices, Matrix, MatrixSource};
use crochet_auth::roles::ADMIN;
use crochet_auth::{ApiKey, Gate, KeyAuthenticator, KeyChecker, VerifiedKey};
use crochet_openapi::{
    Audit, Authenticator, Caller, CallerKind, Credentials, OperationInfo, Problem, RequestContext,
    Requirement, Scheme, SchemeKind, Security, admit,
};

const ROUNDS: usize = 30;
const CALLS: u32 = 10_000;

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
    let keys = KeyAuthenticator::new(Arc::new(checker), Duration::from_secs(1));
    let matrices = Matrices::new(Arc::new(BuiltIn), Matrix::built_in(ADMIN.scopes()));
    let gate = Gate::new(Arc::new(keys), Arc::new(matrices));
    let key = ApiKey::generate();
    let credentials = Credentials {
        api_key: Some(key.reveal()),
        ..Credentials::default()
    };
    let context = RequestContext::new();
    let known = || -> Caller {
        let known = runtime.block_on(gate.authenticate(&credentials, &context));
        known.expect("the checker answers").expect("the key is known")
    };
    let caller = known();
    let rows = [
        ("know the key (hash, memory)", cost(|| drop(black_box(known())))),
        (
            "of that, hash the secret",
            cost(|| {
                black_box(key.hash());
            }),
        ),
        (
            "let the caller in (guard)",
            cost(|| drop(black_box(admit(&LIST_ORTHOS, &caller, &Audit::default())))),
        ),
        (
            "both",
            cost(|| {
                let caller = known();
                admit(&LIST_ORTHOS, &caller, &Audit::default()).expect("an admin may");
                drop(black_box(caller));
            }),
        ),
    ];
    let table: String = rows
        .iter()
        .map(|(what, ns)| format!("{what:<32}{ns:>8.0} ns\n"))
        .collect();
    io::Write::write_all(&mut io::stdout(), table.as_bytes())
}
