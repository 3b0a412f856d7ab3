//! A process that serves: started from a configuration, ready at an address, stopped without losing a request.
//!
//! The command line and the tests start servers the same way. Logging is started by whoever starts the process, because
//! a command that serves for itself is to be quiet; this only takes the control over its level.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crochet_platform::config::{Config, Part};
use crochet_platform::http::{BindError, Listener, Served, Serving, ShowProblem, Stack, StackSettings};
use crochet_platform::local::{Announced, FileError, ServerNote};
use crochet_platform::telemetry::LogControl;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::compose::{self, Background, ComposeError, Composed};
use crate::pages;

/// A server that does not start; each says in one line what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It cannot be built.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// Its address cannot be had.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Its note cannot be left in the data folder.
    #[error(transparent)]
    Note(#[from] FileError),
}

/// A server that answers. Dropping it stops it without waiting; [`Running::stop`] waits.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    data: PathBuf,
    admin_key: Option<PathBuf>,
    ready_after: Duration,
    shutdown: CancellationToken,
    task: JoinHandle<Served>,
    _stop_when_dropped: DropGuard,
}

/// Starts a server and returns when it answers.
///
/// # Errors
/// When the data folder is in use, of a newer version or cannot be written, when the address is taken, or when the parts
/// it does not run cannot be reached as configured.
pub async fn start(config: Config, log: LogControl) -> Result<Running, StartError> {
    let started = Instant::now();
    let composed = compose::compose(&config, log).await?;
    let listener = Listener::bind(config.listen).await?;
    let address = listener.address();
    let note = match &composed.folder {
        Some(folder) => Some(note(address).leave(folder.path())?),
        None => None,
    };
    let shutdown = composed.going_away.clone();
    let admin_key = config
        .runs(Part::Platform)
        .then(|| config.data.join(compose::ADMIN_FILE));
    let data = config.data.clone();
    let folder = data.display().to_string();
    let task = tokio::spawn(run(config, composed, listener, note));
    let ready_after = started.elapsed();
    let ms = u64::try_from(ready_after.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%address, folder, ms, "ready");
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "reachable from other machines; requests still need a key");
    }
    let guard = shutdown.clone().drop_guard();
    Ok(Running {
        address,
        data,
        admin_key,
        ready_after,
        shutdown,
        task,
        _stop_when_dropped: guard,
    })
}

fn note(address: SocketAddr) -> ServerNote {
    ServerNote {
        url: format!("http://{}", reachable(address)),
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// An address that others on this machine can connect to: `0.0.0.0` is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    let loopback: std::net::IpAddr = match address {
        SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(loopback, address.port())
}

/// Serves until told to stop, then lets everything end in order: requests, tasks, database, folder.
async fn run(config: Config, composed: Composed, listener: Listener, note: Option<Announced>) -> Served {
    let shutdown = composed.going_away;
    let metrics = composed.metrics.requests.clone();
    let settings = StackSettings {
        sayable: pages::without_secrets,
        shows: composed.site.clone().map(|site| site as Arc<dyn ShowProblem>),
        ..StackSettings::of(&config, compose::is_quiet)
    };
    let endpoint = Stack::new(composed.endpoint, settings, metrics.clone(), shutdown.clone());
    let background = Background::default();
    composed.tasks.start(&background);
    composed.readiness.set(true);
    let going_away = async {
        shutdown.cancelled().await;
        composed.readiness.set(false);
        background.stop().await;
    };
    let serving = listener.serve(endpoint, Serving::of(&config.http, metrics), shutdown.clone());
    let (served, ()) = tokio::join!(serving, going_away);
    drop(note);
    if let Some(ports) = &composed.ports
        && let Err(error) = ports.store.close().await
    {
        tracing::warn!("the database was not closed cleanly: {error}");
    }
    drop(composed.folder);
    tracing::info!("stopped");
    served
}

impl Running {
    /// The address that it answers at.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL that a caller on this machine can use.
    #[must_use]
    pub fn url(&self) -> String {
        note(self.address).url
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The file with the key of the local admin, if it runs the platform.
    #[must_use]
    pub fn admin_key_file(&self) -> Option<&Path> {
        self.admin_key.as_deref()
    }

    /// How long it took to become ready.
    #[must_use]
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Cancelling this stops it.
    #[must_use]
    pub fn shutdown_token(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    /// Stops it and waits until every request is answered or the limit is reached.
    pub async fn stop(self) -> Served {
        self.shutdown.cancel();
        self.ended().await
    }

    /// Waits until it is stopped, by its token or by SIGINT or SIGTERM. A second signal cuts the draining short.
    ///
    /// # Errors
    /// When signals cannot be listened for.
    pub async fn wait_for_signal(self) -> std::io::Result<Served> {
        let mut signals = Signals::new()?;
        tokio::select! {
            () = signals.next() => self.shutdown.cancel(),
            () = self.shutdown.cancelled() => {}
        }
        tokio::select! {
            served = self.ended() => Ok(served),
            () = signals.next() => Ok(Served::CutOff { connections: 0 }),
        }
    }

    async fn ended(self) -> Served {
        match self.task.await {
            Ok(served) => served,
            Err(error) => {
                tracing::error!("the server ended early: {error}");
                Served::CutOff { connections: 0 }
            }
        }
    }
}

/// The signals that ask a server to go away.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests;
