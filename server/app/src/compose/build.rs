//! The order in which a process is built: folder, database, keys, services, tasks, address.

use std::env::consts::{ARCH, OS};
use std::sync::Arc;
use std::time::Duration;

use crochet_api::SPECS;
use crochet_api::platform::{Build, SpecVersion};
use crochet_auth::{KeyAuthenticator, LocalKeys};
use crochet_domain::ports::StorageError;
use crochet_openapi::Authenticator;
use crochet_openapi_poem::{Api, Host};
use crochet_platform::config::{Config, Part};
use crochet_platform::metrics::{Metrics, MetricsAccess, MetricsEndpoint};
use crochet_platform::telemetry::LogControl;
use crochet_routes::OPERATIONS;
use crochet_store::{DataFolder, FolderError, Store, SystemClock};
use tokio_util::sync::CancellationToken;

use super::checks::{DatabaseCheck, PlatformCheck};
use super::credentials::{self, CredentialError};
use super::idempotency::StoredReplies;
use super::introspection::Introspection;
use super::local::{self, Ports};
use super::reach::Reach;
use super::remote::{Remote, RemoteError};
use super::sampler::PortSampler;
use super::tasks::Tasks;
use super::{Mounted, has_store, identity, mount};
use crate::services::{
    Check, Checks, KeyService, KeysAt, PlatformParts, PlatformService, Readiness, StoredKeys,
};

/// A process cannot be built from its configuration.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database in it.
    #[error("the database {file} cannot be opened")]
    Storage {
        /// Its file.
        file: String,
        /// What is wrong with it.
        #[source]
        source: StorageError,
    },
    /// The keys of the first start.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The way to other processes.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

/// A process that is built and not yet serving.
pub(crate) struct Composed {
    pub(crate) endpoint: Api,
    pub(crate) tasks: Tasks,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Metrics,
    /// Cancelling it makes the process go away: it answers what it has begun and takes nothing more in.
    pub(crate) going_away: CancellationToken,
    /// The database, to be closed last.
    pub(crate) ports: Option<Ports>,
    /// The lock on the data folder, held until the process is done with it.
    pub(crate) folder: Option<DataFolder>,
}

/// Builds the process.
pub(crate) async fn compose(config: &Config, log: LogControl) -> Result<Composed, ComposeError> {
    let folder = if has_store(config) {
        Some(DataFolder::open(&config.data)?)
    } else {
        None
    };
    let ports = match &folder {
        Some(folder) => Some(open(folder).await?),
        None => None,
    };
    let makes_key = ports.is_some() && config.runs(Part::Platform);
    let remote = Remote::new(&config.remote, &config.data, makes_key)?;
    let going_away = CancellationToken::new();
    let mut mounted = match &ports {
        Some(ports) => local::services(config, ports, &remote, &going_away)?,
        None => Mounted::default(),
    };
    let readiness = Readiness::default();
    let access = access(config, ports.as_ref(), &remote).await?;
    let checks = Checks {
        readiness: readiness.clone(),
        dependencies: dependencies(config, ports.as_ref(), &remote)?,
    };
    mounted.platform = Some(Arc::new(PlatformService::new(PlatformParts {
        keys: access.keys,
        operations: OPERATIONS,
        checks,
        log,
        build: build(config),
    })));
    let tasks = Tasks::new(
        config,
        ports.as_ref(),
        &Reach {
            mounted: &mounted,
            remote: &remote,
        },
    )?;
    let metrics = Metrics::default();
    let authenticator: Arc<dyn Authenticator> = access.authenticator;
    let endpoint = endpoint(config, mounted, ports.as_ref(), &authenticator, &metrics);
    Ok(Composed {
        endpoint,
        tasks,
        readiness,
        metrics,
        going_away,
        ports,
        folder,
    })
}

async fn open(folder: &DataFolder) -> Result<Ports, ComposeError> {
    let clock = Arc::new(SystemClock);
    let file = folder.database_file();
    let store = Store::open(&file, clock.clone()).await;
    let store = store.map_err(|source| ComposeError::Storage {
        file: file.display().to_string(),
        source,
    })?;
    Ok(Ports { store, clock })
}

/// How callers are recognised here, and who does what is asked about keys.
struct Access {
    authenticator: Arc<KeyAuthenticator>,
    keys: KeysAt,
}

async fn access(config: &Config, ports: Option<&Ports>, remote: &Remote) -> Result<Access, ComposeError> {
    let memory = Duration::from_millis(config.auth.cache_ms);
    match ports.filter(|_| config.runs(Part::Platform)) {
        Some(ports) => {
            let keys = ports.store.keys();
            let checker = LocalKeys::new(Arc::new(StoredKeys::new(keys.clone())));
            let authenticator = Arc::new(KeyAuthenticator::new(Arc::new(checker), memory));
            credentials::ensure(&config.data, &keys, &authenticator).await?;
            let service = KeyService::new(keys, authenticator.clone(), ports.clock.clone());
            Ok(Access {
                authenticator,
                keys: KeysAt::Here(Arc::new(service)),
            })
        }
        None => {
            let (platform, identity) = (remote.platform()?, identity(Part::Platform));
            let checker = Introspection {
                platform: platform.clone(),
                identity: identity.clone(),
            };
            let authenticator = Arc::new(KeyAuthenticator::new(Arc::new(checker), memory));
            Ok(Access {
                authenticator,
                keys: KeysAt::Elsewhere { platform, identity },
            })
        }
    }
}

fn dependencies(
    config: &Config,
    ports: Option<&Ports>,
    remote: &Remote,
) -> Result<Vec<Arc<dyn Check>>, RemoteError> {
    let mut checks: Vec<Arc<dyn Check>> = Vec::new();
    if let Some(ports) = ports {
        checks.push(Arc::new(DatabaseCheck(ports.store.clone())));
    }
    if !config.runs(Part::Platform) {
        let platform = remote.platform()?;
        checks.push(Arc::new(PlatformCheck {
            platform,
            identity: identity(Part::Platform),
        }));
    }
    Ok(checks)
}

fn endpoint(
    config: &Config,
    mounted: Mounted,
    ports: Option<&Ports>,
    authenticator: &Arc<dyn Authenticator>,
    metrics: &Metrics,
) -> Api {
    let mut host = Host::new(authenticator.clone());
    let mut sampler = PortSampler::default();
    if let Some(ports) = ports {
        host = host.with_idempotency(Arc::new(StoredReplies(ports.store.idempotency())));
        if config.runs(Part::Work) {
            sampler.queue = Some((ports.store.queue(config.queue.items_max), ports.clock.clone()));
        }
        if config.runs(Part::Orthos) {
            sampler.search = Some((ports.store.contexts(), ports.store.ledger()));
        }
    }
    let access = if config.metrics.public {
        MetricsAccess::Public
    } else {
        MetricsAccess::Scoped(authenticator.clone())
    };
    let metrics = MetricsEndpoint::new(metrics.clone(), access, Arc::new(sampler));
    mount::mount(mounted, host, metrics)
}

fn build(config: &Config) -> Build {
    Build {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("CROCHET_COMMIT").map(str::to_owned),
        profile: if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        }
        .to_owned(),
        target: format!("{ARCH}-{OS}"),
        services: Part::ALL
            .into_iter()
            .filter(|part| config.runs(*part))
            .map(|part| part.to_string())
            .collect(),
        specs: SPECS
            .iter()
            .map(|spec| SpecVersion {
                spec: spec.name.to_owned(),
                version: spec.version.to_owned(),
            })
            .collect(),
    }
}
