//! The typed settings with their defaults; a setting exists when it has a field here.
//!
//! Units stand last in the names. Everything a caller could exhaust (bytes, time, places) has a bound here, so that
//! an operator finds all limits in one list. It must never know how a setting is read or where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use etcetera::BaseStrategy as _;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

use super::lists::list_or_commas;
use super::networks::Networks;

/// Everything that can be configured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// The address to listen on; port 0 takes any free port.
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    /// The parts that this process runs; empty means all of them.
    pub only: Parts,
    /// What is logged, and how.
    pub log: LogSettings,
    /// Times and numbers of the HTTP server.
    pub http: HttpSettings,
    /// Sizes that the head of a request may have.
    pub limits: LimitSettings,
    /// Who may read the metrics.
    pub metrics: MetricsSettings,
    /// How keys are checked.
    pub auth: AuthSettings,
    /// How much of the audit log is kept.
    pub audit: AuditSettings,
    /// Who keeps people and their sessions.
    pub people: PeopleSettings,
    /// Who gives programs access tokens.
    pub oauth: OauthSettings,
    /// The embedded work queue.
    pub queue: QueueSettings,
    /// The search workers of this process.
    pub worker: WorkerSettings,
    /// The background tasks of the ortho pipeline.
    pub pipeline: PipelineSettings,
    /// Where the parts live that this process does not run.
    pub remote: RemoteSettings,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: default_data_folder(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7878)),
            only: Parts::default(),
            log: LogSettings::default(),
            http: HttpSettings::default(),
            limits: LimitSettings::default(),
            metrics: MetricsSettings::default(),
            auth: AuthSettings::default(),
            audit: AuditSettings::default(),
            people: PeopleSettings::default(),
            oauth: OauthSettings::default(),
            queue: QueueSettings::default(),
            worker: WorkerSettings::default(),
            pipeline: PipelineSettings::default(),
            remote: RemoteSettings::default(),
        }
    }
}

impl Config {
    /// Whether this process runs the given part.
    #[must_use]
    pub fn runs(&self, part: Part) -> bool {
        self.only.0.is_empty() || self.only.0.contains(&part)
    }
}

/// The data folder by the rules of the platform (`$XDG_DATA_HOME/crochet` or `~/.local/share/crochet`); without a home
/// folder, one beside the process.
fn default_data_folder() -> PathBuf {
    etcetera::choose_base_strategy().map_or_else(
        |_| Path::new("crochet-data").to_path_buf(),
        |strategy| strategy.data_dir().join("crochet"),
    )
}

fn address<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let fault = || format!("`{text}` is no address and port, as in 127.0.0.1:7878");
    text.parse().map_err(|_| serde::de::Error::custom(fault()))
}

/// What is logged, and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// A level, or levels per target: `info`, `info,crochet_store=debug`.
    pub level: String,
    /// How a line looks.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::Auto,
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// One short line for people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Times and numbers of the HTTP server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// How long a request may take until its reply starts; streams and long polls are exempt.
    pub request_timeout_ms: u64,
    /// How long a stream may stay silent.
    pub stream_idle_ms: u64,
    /// How long a connection may take to send the head of a request, and may idle between two.
    pub header_timeout_ms: u64,
    /// How long requests in flight are waited for at shutdown.
    pub drain_ms: u64,
    /// How long open connections are served on at shutdown, told to close, before idle ones are closed.
    pub drain_notice_ms: u64,
    /// Requests worked on at once; more are answered with 503 and Retry-After.
    pub concurrency_max: usize,
    /// Connections open at once; more wait in the backlog.
    pub connections_max: usize,
    /// Proxies before this server, which are believed when they say who connected to them.
    pub trusted_proxies: Networks,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            request_timeout_ms: 30_000,
            stream_idle_ms: 90_000,
            header_timeout_ms: 60_000,
            drain_ms: 10_000,
            drain_notice_ms: 500,
            concurrency_max: 1_024,
            connections_max: 4_096,
            trusted_proxies: Networks::default(),
        }
    }
}

/// Sizes that the head of a request may have; those of bodies stand in the specs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Path and query together.
    pub uri_bytes_max: usize,
    /// All header lines together.
    pub header_bytes_max: usize,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            uri_bytes_max: 8 * 1024,
            header_bytes_max: 32 * 1024,
        }
    }
}

/// Who may read the metrics.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsSettings {
    /// Whether `/metrics` answers without a key; otherwise it needs the scope `platform:read`.
    pub public: bool,
}

/// How keys are checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuthSettings {
    /// How long the outcome of a key check is kept; a revoked key may act for so long.
    pub cache_ms: u64,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self { cache_ms: 500 }
    }
}

/// Who keeps people and their sessions: Ory Kratos, or without one this process, by sign-in links.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PeopleSettings {
    /// Where Kratos answers browsers; they reach it through this server.
    pub kratos_url: Option<String>,
    /// Where Kratos answers administrators; nobody else may reach that.
    pub kratos_admin_url: Option<String>,
}

/// Who gives programs access tokens: Ory Hydra, or without one nobody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OauthSettings {
    /// What tokens call who gave them: the address of this server as browsers see it, and `/.ory/hydra`.
    pub issuer: Option<String>,
    /// Where Hydra answers programs; they reach it through this server.
    pub hydra_url: Option<String>,
    /// Where Hydra answers administrators; nobody else may reach that.
    pub hydra_admin_url: Option<String>,
    /// What this server is called in tokens.
    pub audience: String,
    /// The client as which this process calls others, in place of a service key.
    pub client_id: Option<String>,
    /// A file that holds the secret of that client.
    pub client_secret_file: Option<PathBuf>,
    /// The secret itself, for places where secrets come as variables.
    #[serde(serialize_with = "masked")]
    pub client_secret: Option<SecretString>,
}

impl Default for OauthSettings {
    fn default() -> Self {
        Self {
            issuer: None,
            hydra_url: None,
            hydra_admin_url: None,
            audience: "crochet".to_owned(),
            client_id: None,
            client_secret_file: None,
            client_secret: None,
        }
    }
}

/// The embedded work queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QueueSettings {
    /// Items that one queue holds; beyond that pushes are answered with 429.
    pub items_max: u64,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self { items_max: 1_000_000 }
    }
}

/// The search workers of this process.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerSettings {
    /// How many workers run, by default one per processor; 0 runs none.
    pub count: usize,
    /// How long a worker holds a work item before it must extend the lease.
    pub lease_ms: u64,
    /// How many orthos and remediations one work item may find before it pushes back its frontier.
    pub found_max: usize,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        let count = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            count,
            lease_ms: 10_000,
            found_max: 12_000,
        }
    }
}

/// The background tasks of the ortho pipeline.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PipelineSettings {
    /// How often the ledger is looked through for rows that nobody announced.
    pub relay_ms: u64,
    /// How long a pushed row may stay outstanding before it is pushed again.
    pub sweep_ms: u64,
}

impl Default for PipelineSettings {
    fn default() -> Self {
        Self {
            relay_ms: 5_000,
            sweep_ms: 60_000,
        }
    }
}

/// Where the parts live that this process does not run, and the key to reach them with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RemoteSettings {
    /// The base URL for every part that has none of its own.
    pub url: Option<String>,
    /// The base URL of one part.
    pub urls: BTreeMap<Part, String>,
    /// A file that holds the service key; by default `service.key` in the data folder.
    pub key_file: Option<PathBuf>,
    /// The service key itself, for places where secrets come as variables.
    #[serde(serialize_with = "masked")]
    pub key: Option<SecretString>,
}

fn masked<S: Serializer>(_: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_none()
}

/// How much of the audit log is kept: what is older goes, and what is more.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditSettings {
    /// For so many days.
    pub keep_days: u32,
    /// So many entries at most, the latest.
    pub entries_max: u64,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            keep_days: 400,
            entries_max: 1_000_000,
        }
    }
}

/// A part of Crochet that a process can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The texts, words and phrases of contexts.
    Contexts,
    /// Takes texts in.
    Ingestor,
    /// The orthos found, and surveys.
    Orthos,
    /// What waits for which phrase.
    Remediations,
    /// The work queue.
    Work,
    /// Callers, keys, health.
    Platform,
    /// The search workers.
    Worker,
}

impl Part {
    /// Every part, in the order of the pipeline.
    pub const ALL: [Self; 7] = [
        Self::Contexts,
        Self::Ingestor,
        Self::Orthos,
        Self::Remediations,
        Self::Work,
        Self::Platform,
        Self::Worker,
    ];

    /// The name as it stands in flags, files and URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contexts => "contexts",
            Self::Ingestor => "ingestor",
            Self::Orthos => "orthos",
            Self::Remediations => "remediations",
            Self::Work => "work",
            Self::Platform => "platform",
            Self::Worker => "worker",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|part| part.as_str() == name)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|part| part.as_str()).collect();
                format!("no part is called `{name}`; the parts are {}", names.join(", "))
            })
    }
}

/// A set of parts, written as a list or as names separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parts(#[serde(deserialize_with = "list_or_commas")] pub Vec<Part>);
