//! The order in which a process is built: folder, database, keys, services, tasks, address.

use std::env::consts::{ARCH, OS};
use std::sync::Arc;

use crochet_api::SPECS;
use crochet_api::platform::{Build, SpecVersion};
use crochet_auth::OryServer;
use crochet_domain::ports::StorageError;
use crochet_openapi::{Audit, Authenticator};
use crochet_openapi_poem::{Api, Host};
use crochet_platform::config::{Config, Part};
use crochet_platform::metrics::{Metrics, MetricsAccess, MetricsEndpoint};
use crochet_platform::telemetry::LogControl;
use crochet_routes::OPERATIONS;
use crochet_store::{DataFolder, FolderError, Store, SystemClock};
use tokio_util::sync::CancellationToken;

use super::access;
use super::accounts::AccountsError;
use super::checks::{DatabaseCheck, OryCheck, PlatformCheck};
use super::credentials::CredentialError;
use super::idempotency::StoredReplies;
use super::local::{self, Ports};
use super::programs::ProgramsError;
use super::reach::Reach;
use super::remote::{Remote, RemoteError};
use super::sampler::PortSampler;
use super::site;
use super::tasks::Tasks;
use super::{Mounted, has_store, identity, mount};
use crate::pages::Site;
use crate::services::{Check, Checks, PlatformParts, PlatformService, Readiness};

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
    /// Those who keep people.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// Who gives programs tokens.
    #[error(transparent)]
    Programs(#[from] ProgramsError),
}

/// A process that is built and not yet serving.
pub(crate) struct Composed {
    pub(crate) endpoint: Api,
    pub(crate) tasks: Tasks,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Metrics,
    /// The pages, if people sign in here and everything that pages show can be reached.
    pub(crate) site: Option<Arc<Site>>,
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
    let remote = Remote::new(config, makes_key)?;
    let going_away = CancellationToken::new();
    let mut mounted = match &ports {
        Some(ports) => local::services(config, ports, &remote, &going_away)?,
        None => Mounted::default(),
    };
    let readiness = Readiness::default();
    let access = access::of(config, ports.as_ref(), &remote).await?;
    let checks = Checks {
        readiness: readiness.clone(),
        dependencies: dependencies(config, ports.as_ref(), &remote)?,
    };
    mounted.platform = Some(Arc::new(PlatformService::new(PlatformParts {
        access: access.at,
        sign_ins: access.people.as_ref().map(|people| people.sign_ins.clone()),
        matrices: access.matrices,
        operations: OPERATIONS,
        checks,
        log,
        build: build(config),
    })));
    let audit = access.recorder.audit();
    let mounted = mounted.recorded(&audit);
    let reach = Reach {
        mounted: &mounted,
        remote: &remote,
    };
    let tasks = Tasks::new(config, ports.as_ref(), &reach, access.recorder)?;
    let site = site::of(&access.gate, access.people, &reach, &audit);
    let metrics = Metrics::default();
    let authenticator: Arc<dyn Authenticator> = Arc::new(access.gate);
    let endpoint = endpoint(
        config,
        mounted,
        ports.as_ref(),
        &authenticator,
        audit,
        &metrics,
        site.as_ref(),
    );
    Ok(Composed {
        endpoint,
        tasks,
        readiness,
        metrics,
        site,
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
    let kratos = config.people.kratos_admin_url.as_deref().map(OryServer::kratos);
    let hydra = config.oauth.hydra_admin_url.as_deref().map(OryServer::hydra);
    for (name, server) in [("kratos", kratos), ("hydra", hydra)] {
        // An address that is none was refused with the access.
        if let Some(Ok(server)) = server {
            checks.push(Arc::new(OryCheck { name, server }));
        }
    }
    Ok(checks)
}

fn endpoint(
    config: &Config,
    mounted: Mounted,
    ports: Option<&Ports>,
    authenticator: &Arc<dyn Authenticator>,
    audit: Audit,
    metrics: &Metrics,
    site: Option<&Arc<Site>>,
) -> Api {
    let mut host = Host::new(authenticator.clone()).with_audit(audit);
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
    mount::mount(mounted, host, metrics, site)
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
