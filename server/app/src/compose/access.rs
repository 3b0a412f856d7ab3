//! How callers are recognised in this process, and who does what is asked about roles, keys and sign-in links.
//!
//! The process that runs the platform has them in its store; any other asks it about roles and keys, and knows no sessions.

use std::sync::Arc;
use std::time::Duration;

use crochet_auth::matrix::{Matrices, Matrix};
use crochet_auth::{
    EitherOwners, EitherSessions, Gate, KeyAuthenticator, LocalKeys, LocalSessions, Owners,
    RememberedSessions, Sessions,
};
use crochet_openapi::RELAY_SCOPE;
use crochet_platform::config::{Config, Part};
use crochet_routes::OPERATIONS;

use super::accounts;
use super::audit::Recorder;
use super::build::ComposeError;
use super::credentials;
use super::identity;
use super::introspection::{Introspection, RemoteMatrices};
use super::local::Ports;
use super::programs;
use super::remote::Remote;
use super::seen::NotedSessions;
use crate::pages::{Accounts, Programs};
use crate::services::{
    AccessAt, AuditService, KeyService, LocalOwners, PeopleParts, PeopleService, RoleParts, RoleService,
    StoredKeys, StoredMatrices, StoredTickets,
};

/// What a process needs to know its callers.
pub(super) struct Access {
    /// Recognises them.
    pub(super) gate: Gate,
    /// The role matrix in force.
    pub(super) matrices: Arc<Matrices>,
    /// Who does what is asked about roles and keys.
    pub(super) at: AccessAt,
    /// How people sign in, if they do so here.
    pub(super) people: Option<People>,
    /// Where is written down what is done.
    pub(super) recorder: Recorder,
}

/// How people sign in.
#[derive(Clone)]
pub(super) struct People {
    /// Links and the sessions that they open.
    pub(super) sign_ins: LocalSessions,
    /// The same sessions with a memory.
    pub(super) sessions: Arc<RememberedSessions>,
    /// The accounts of people whom Kratos keeps.
    pub(super) accounts: Option<Arc<Accounts>>,
    /// The programs that they let in.
    pub(super) programs: Option<Arc<Programs>>,
}

/// The access to this process.
pub(super) async fn of(
    config: &Config,
    ports: Option<&Ports>,
    remote: &Remote,
) -> Result<Access, ComposeError> {
    let memory = Duration::from_millis(config.auth.cache_ms);
    match ports.filter(|_| config.runs(Part::Platform)) {
        Some(ports) => here(config, ports, memory).await,
        None => elsewhere(config, remote, memory),
    }
}

async fn here(config: &Config, ports: &Ports, memory: Duration) -> Result<Access, ComposeError> {
    let (keys, stored) = (ports.store.keys(), ports.store.role_matrices());
    let source = StoredMatrices::new(stored.clone(), scopes());
    let matrices = Arc::new(Matrices::new(Arc::new(source), Matrix::built_in(scopes())));
    let given = programs::of(&config.oauth)?;
    let kept = accounts::of(&config.people, given.as_ref().map(|given| &given.admin))?;
    let owners = owners(kept.as_ref());
    let checker = LocalKeys::new(
        Arc::new(StoredKeys::new(keys.clone())),
        owners.clone(),
        matrices.clone(),
    );
    let authenticator = Arc::new(KeyAuthenticator::new(Arc::new(checker), memory));
    credentials::ensure(&config.data, &keys, &authenticator).await?;
    let sign_ins = LocalSessions::new(Arc::new(StoredTickets::new(ports.store.sign_ins())));
    let keeper = keeper(&sign_ins, kept.as_ref());
    let sessions = Arc::new(RememberedSessions::new(keeper, memory));
    let roles = RoleService::new(RoleParts {
        kept: stored,
        matrices: matrices.clone(),
        authenticator: authenticator.clone(),
        owners,
        people: kept.as_ref().map(|kept| kept.people.clone() as _),
        keys: keys.clone(),
        operations: OPERATIONS,
    });
    let sightings = ports.store.sightings();
    let people = kept.as_ref().map(|kept| {
        Arc::new(PeopleService::new(PeopleParts {
            people: kept.people.clone(),
            sightings: sightings.clone(),
            matrices: matrices.clone(),
            sessions: sessions.clone(),
            authenticator: authenticator.clone(),
        }))
    });
    let noted = Arc::new(NotedSessions::new(sessions.clone(), sightings));
    let clock = ports.clock.clone();
    let keys = KeyService::new(keys, authenticator.clone(), matrices.clone(), clock);
    let gate = Gate::new(authenticator, matrices.clone()).with_sessions(noted);
    Ok(Access {
        gate: with_tokens(gate, given.as_ref(), kept.as_ref(), &matrices, memory)?,
        matrices,
        at: AccessAt::Here {
            keys: Arc::new(keys),
            roles: Arc::new(roles),
            audit: Arc::new(AuditService::new(ports.store.audit_trail())),
            people,
        },
        recorder: Recorder::here(ports.store.audit_trail()),
        people: Some(People {
            sign_ins,
            sessions,
            accounts: kept.map(|kept| kept.accounts),
            programs: given.map(|given| given.pages(scopes())).transpose()?,
        }),
    })
}

/// Who owns keys: whoever came by a sign-in link, and the people of Kratos if there is one.
fn owners(kept: Option<&accounts::Kept>) -> Arc<dyn Owners> {
    match kept {
        Some(kept) => Arc::new(EitherOwners {
            here: Arc::new(LocalOwners),
            others: kept.people.clone(),
        }),
        None => Arc::new(LocalOwners),
    }
}

/// Who keeps sessions: those of sign-in links are ours, the others Kratos's if there is one.
fn keeper(sign_ins: &LocalSessions, kept: Option<&accounts::Kept>) -> Arc<dyn Sessions> {
    let links: Arc<dyn Sessions> = Arc::new(sign_ins.clone());
    match kept {
        Some(kept) => Arc::new(EitherSessions {
            links,
            others: kept.sessions.clone(),
        }),
        None => links,
    }
}

/// The same gate, which knows the tokens of `given` too.
fn with_tokens(
    gate: Gate,
    given: Option<&programs::Given>,
    kept: Option<&accounts::Kept>,
    matrices: &Arc<Matrices>,
    memory: Duration,
) -> Result<Gate, ComposeError> {
    let Some(given) = given else {
        return Ok(gate);
    };
    let people = kept.map(|kept| kept.people.clone() as Arc<dyn Owners>);
    Ok(gate.with_tokens(given.tokens(people, matrices, memory)?))
}

fn elsewhere(config: &Config, remote: &Remote, memory: Duration) -> Result<Access, ComposeError> {
    let given = programs::of(&config.oauth)?;
    let kept = accounts::of(&config.people, None)?;
    let (platform, identity) = (remote.platform()?, identity(Part::Platform));
    let checker = Introspection {
        platform: platform.clone(),
        identity: identity.clone(),
    };
    let source = RemoteMatrices {
        platform: platform.clone(),
        identity: identity.clone(),
        scopes: scopes(),
    };
    let matrices = Arc::new(Matrices::new(Arc::new(source), Matrix::built_in(scopes())));
    let authenticator = Arc::new(KeyAuthenticator::new(Arc::new(checker), memory));
    let gate = Gate::new(authenticator, matrices.clone());
    Ok(Access {
        gate: with_tokens(gate, given.as_ref(), kept.as_ref(), &matrices, memory)?,
        matrices,
        recorder: Recorder::elsewhere(platform.clone(), identity.clone()),
        at: AccessAt::Elsewhere { platform, identity },
        people: None,
    })
}

/// Every scope that some operation demands, and the one that services need among themselves.
fn scopes() -> Vec<&'static str> {
    let demanded = OPERATIONS.iter().flat_map(|operation| operation.security.scopes);
    demanded.copied().chain([RELAY_SCOPE]).collect()
}
