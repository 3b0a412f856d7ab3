//! The server that a command talks to: one that runs already, or one of its own for the time of the command.
//!
//! A data folder has one server at a time. If the folder is free the command starts a server in this process, on a
//! port that nobody else has; if it is in use the command becomes a client of the server that has it, which says in
//! the folder where it listens. Either way the command speaks to it over HTTP with the key in the folder, like anyone.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crochet_client::{Credential, Crochet};
use crochet_platform::config::Loaded;
use crochet_platform::http::BindError;
use crochet_platform::local::{SecretFile, ServerNote};
use crochet_platform::telemetry::{self, LogControl};
use crochet_store::FolderError;
use tempfile::TempDir;

use super::config::ConfigFlags;
use super::failure::Failure;
use super::reached::Reached;
use super::refusal::refused;
use super::signin::Link;
use super::surroundings::{own_name, quoted_path, tunnel};
use crate::compose::{ADMIN_FILE, ComposeError};
use crate::serve::{self, Running, StartError};

/// A port that the system chooses.
const ANY_PORT: &str = "127.0.0.1:0";

/// A server for one command: what goes wrong is said by the command, and nobody has to be told that it goes away.
const OWN_SERVER: [(&str, &str); 3] = [
    ("log.level", "off"),
    ("http.drain_notice_ms", "0"),
    ("http.drain_ms", "1000"),
];

/// So long a server of our own may take to end.
const ENDED_WITHIN: Duration = Duration::from_secs(10);

/// So long a process that has the folder may be silent: it is starting, or ending.
const SILENT_AT_MOST: Duration = Duration::from_secs(10);

/// So often such a process is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// Which data a command works on.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A data folder; the configured one if none was named.
    Folder(Option<PathBuf>),
    /// A folder that is gone when the command is.
    Temporary,
    /// Whatever the server at this address has.
    Server(String),
}

impl Place {
    /// The folder that would have to be made first, if one would.
    pub(super) fn folder_to_make(&self, flags: &ConfigFlags) -> Result<Option<PathBuf>, Failure> {
        let Self::Folder(named) = self else {
            return Ok(None);
        };
        let data = settings(flags, named.as_deref(), None)?.config.data;
        let is_elsewhere = named.is_none() && Reached::instead_of(&data)?.is_some();
        Ok((!is_elsewhere && !data.is_dir()).then_some(data))
    }
}

/// A server and the way to it.
pub(super) struct Host {
    api: Crochet,
    url: String,
    /// Its data folder, if that is on this machine.
    data: Option<PathBuf>,
    own: Option<Own>,
    // Last, so that the folder goes when nothing is in it any more.
    _temporary: Option<TempDir>,
}

/// Why nothing can be done with the process that has a folder.
#[derive(Clone, Copy)]
enum Apart {
    /// It does not answer.
    Silent,
    /// It answers, and the key in the folder is none of its keys.
    Unknown,
}

impl Apart {
    fn failure(self, data: &Path) -> Failure {
        match self {
            Self::Silent => Failure::new("another process has this data folder and does not answer")
                .at(data.display())
                .try_this("try again when it has ended, or use another --data"),
            Self::Unknown => Failure::new("the server that has this data folder does not know the key in it")
                .at(data.join(ADMIN_FILE).display())
                .try_this("restart the server: it makes another"),
        }
    }
}

/// A server of our own, and the control over what it says.
struct Own {
    running: Running,
    log: LogControl,
}

impl Host {
    /// Starts a server, or finds the one that has the folder.
    pub(super) async fn open(flags: &ConfigFlags, place: &Place) -> Result<Self, Failure> {
        let temporary = match place {
            Place::Temporary => Some(temporary_folder()?),
            Place::Folder(_) => None,
            Place::Server(url) => return Self::of(Reached::at(url)?),
        };
        let folder = match place {
            Place::Folder(named) => named.as_deref(),
            _ => temporary.as_ref().map(TempDir::path),
        };
        let loaded = settings(flags, folder, Some(ANY_PORT))?;
        if matches!(place, Place::Folder(None))
            && let Some(elsewhere) = Reached::instead_of(&loaded.config.data)?
        {
            return Self::of(elsewhere);
        }
        let log = log(&loaded)?;
        let give_up = Instant::now() + SILENT_AT_MOST;
        loop {
            match serve::start(loaded.config.clone(), log.clone()).await {
                Ok(running) => return Self::own(Own { running, log }, temporary),
                Err(StartError::Compose(ComposeError::Folder(FolderError::InUse { folder, .. }))) => {
                    let apart = match Self::of_other(&folder).await {
                        Ok(host) => return Ok(host),
                        Err(apart) => apart,
                    };
                    if Instant::now() > give_up {
                        return Err(apart.failure(&folder));
                    }
                }
                Err(error) => return Err(refused(&error)),
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Starts a server on temporary data at the configured address, or at any if somebody has that one.
    pub(super) async fn demo(flags: &ConfigFlags, keep: bool) -> Result<Self, Failure> {
        let mut temporary = temporary_folder()?;
        temporary.disable_cleanup(keep);
        let loaded = settings(flags, Some(temporary.path()), None)?;
        let log = log(&loaded)?;
        let started = match serve::start(loaded.config.clone(), log.clone()).await {
            Err(StartError::Bind(BindError::Taken { .. })) => {
                let elsewhere = settings(flags, Some(temporary.path()), Some(ANY_PORT))?;
                serve::start(elsewhere.config, log.clone()).await
            }
            started => started,
        };
        let running = started.map_err(|error| refused(&error))?;
        Self::own(Own { running, log }, Some(temporary))
    }

    fn own(own: Own, temporary: Option<TempDir>) -> Result<Self, Failure> {
        let (url, data) = (own.running.url(), own.running.data().to_owned());
        Ok(Self {
            api: client(&url, &data)?,
            url,
            data: Some(data),
            own: Some(own),
            _temporary: temporary,
        })
    }

    fn of(reached: Reached) -> Result<Self, Failure> {
        Ok(Self {
            api: reached.api,
            url: reached.url,
            data: None,
            own: None,
            _temporary: None,
        })
    }

    /// The server that has the folder, if it answers there and knows us.
    async fn of_other(data: &Path) -> Result<Self, Apart> {
        let note = ServerNote::find(data).ok_or(Apart::Silent)?;
        let api = client(&note.url, data).map_err(|_| Apart::Silent)?;
        let known = api.read_caller().await;
        known.map_err(|error| match error {
            crochet_client::Error::SignedOut(_) => Apart::Unknown,
            _ => Apart::Silent,
        })?;
        Ok(Self {
            api,
            url: note.url,
            data: Some(data.to_owned()),
            own: None,
            _temporary: None,
        })
    }

    /// Whether the server belongs to another process, in whose place ours could come.
    pub(super) fn is_of_other(&self) -> bool {
        self.own.is_none() && self.data.is_some()
    }

    /// The client to call it with.
    pub(super) fn api(&self) -> &Crochet {
        &self.api
    }

    /// The command that serves this data when ours has ended; none where the data goes with it.
    pub(super) fn how_to_open(&self, place: &Place) -> Option<String> {
        match place {
            Place::Temporary => None,
            _ if self.own.is_none() => Some(format!("{}/docs", self.url)),
            Place::Server(_) => None,
            Place::Folder(None) => Some(format!("{} serve", own_name())),
            Place::Folder(Some(folder)) => {
                Some(format!("{} serve --data {}", own_name(), quoted_path(folder)))
            }
        }
    }

    /// How to sign in, and where to look while it serves.
    pub(super) async fn directions(&self) -> Result<Vec<String>, Failure> {
        let link = Link::for_admin(&self.api, &self.url).await?;
        let mut lines = vec![
            format!("Sign in  {}   {}", link.url, link.good()),
            format!("Docs     {}/docs", self.url),
        ];
        lines.extend(
            self.own
                .as_ref()
                .and_then(|own| tunnel(own.running.address()))
                .map(|line| format!("Tunnel   {line}")),
        );
        Ok(lines)
    }

    /// How to call this executable on this data.
    pub(super) fn command(&self, rest: &str) -> String {
        match &self.data {
            Some(data) => format!("{} {rest} --data {}", own_name(), quoted_path(data)),
            None => format!("{} {rest} --server {}", own_name(), self.url),
        }
    }

    /// Ends our own server in order; one of somebody else's goes on.
    pub(super) async fn close(self) {
        // First our own connections: a server waits for those that are open.
        drop(self.api);
        if let Some(Own { running, log }) = self.own {
            // What breaks off from here on is broken off by us, and nothing to report.
            let _ = log.set_for("off", ENDED_WITHIN);
            // What does not end by then is ended with the process; the data is safe at any moment.
            let _ = tokio::time::timeout(ENDED_WITHIN, running.stop()).await;
        }
    }
}

fn settings(flags: &ConfigFlags, data: Option<&Path>, listen: Option<&str>) -> Result<Loaded, Failure> {
    let mut forced = Vec::new();
    forced.extend(data.map(|data| ("data", data.display().to_string())));
    forced.extend(listen.map(|listen| ("listen", listen.to_owned())));
    flags.load(&OWN_SERVER, &forced)
}

fn log(loaded: &Loaded) -> Result<LogControl, Failure> {
    telemetry::init(&loaded.config.log).map_err(Failure::usage)
}

fn temporary_folder() -> Result<TempDir, Failure> {
    let made = tempfile::Builder::new().prefix("crochet-").tempdir();
    made.map_err(|error| {
        Failure::new(format!("no temporary folder can be made: {error}")).try_this("set TMPDIR")
    })
}

/// A client of the server at `url`, with the key in its data folder.
pub(super) fn client(url: &str, data: &Path) -> Result<Crochet, Failure> {
    let credential = Credential::api_key(&key_in(data)?).map_err(Failure::new)?;
    Ok(Crochet::at(url, credential)?)
}

fn key_in(data: &Path) -> Result<String, Failure> {
    let file = data.join(ADMIN_FILE);
    let missing = || Failure::new("there is no key in this data folder").at(file.display());
    SecretFile::at(&file)
        .read()
        .map_err(Failure::new)?
        .ok_or_else(missing)
}
