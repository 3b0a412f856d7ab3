//! What Kratos and Hydra have in common: a program of Ory's on SQLite, on ports and in a folder of its own, configured by
//! a file of `deploy/ory` and by variables.

use std::path::PathBuf;
use std::process::Command;

use super::daemon::Daemon;
use super::ports;
use crate::shared::root;
use crate::wait::until;

/// Without these SQLite answers parallel requests with "database is locked".
const SQLITE: &str = "_fk=true&mode=rwc&lock=false&_journal_mode=WAL&_synchronous=NORMAL&_txlock=immediate\
    &_busy_timeout=10000&max_conns=100&max_idle_conns=20";
/// How often other ports are tried when somebody else takes one first.
const STARTS_MAX: usize = 5;
/// Any secret will do.
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Stands in a value for the public port, which is chosen at last.
pub(super) const PUBLIC_PORT: &str = "{public}";

/// Variables and their values.
pub(crate) type Variables = Vec<(&'static str, String)>;

/// How to start one.
pub(super) struct Recipe {
    /// What it is called, and its file of configuration.
    pub(super) name: &'static str,
    /// What it is told to do.
    pub(super) serve: &'static [&'static str],
    /// Where it says that it is ready, on its admin port.
    pub(super) ready: &'static str,
}

/// A running one; killed when dropped, and when the process ends.
pub(super) struct OryServer {
    recipe: Recipe,
    program: PathBuf,
    folder: PathBuf,
    /// Where it answers the public.
    pub(super) public: u16,
    /// Where it answers administrators.
    pub(super) admin: u16,
    variables: Variables,
    daemon: Option<Daemon>,
}

impl OryServer {
    /// Starts one and waits until it is ready.
    pub(super) fn start(recipe: Recipe, program: PathBuf, mut variables: Variables) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let database = folder.join("ory.sqlite");
        variables.push(("DSN", format!("sqlite://{}?{SQLITE}", database.display())));
        let mut server = Self {
            recipe,
            program,
            folder,
            public: 0,
            admin: 0,
            variables,
            daemon: None,
        };
        server.migrate();
        for _ in 0..STARTS_MAX {
            [server.public, server.admin] = ports::free();
            if server.run() {
                return server;
            }
        }
        panic!(
            "{} did not start on {STARTS_MAX} choices of ports",
            server.recipe.name
        );
    }

    /// Kills it without a warning, as a power cut would.
    pub(super) fn kill(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            daemon.kill();
        }
    }

    /// Holds it still, if it runs.
    pub(super) fn pause(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            daemon.pause();
        }
    }

    /// Lets it move again.
    pub(super) fn go_on(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            daemon.go_on();
        }
    }

    /// Starts it on its ports; false when it ended instead of becoming ready.
    pub(super) fn run(&mut self) -> bool {
        let program = self.program.display().to_string();
        let file = self.file();
        let mut command = vec![&*program];
        command.extend(self.recipe.serve);
        command.extend(["-c", &file, "--sqa-opt-out", "--dev"]);
        let public = self.public.to_string();
        let mut variables = self.variables.clone();
        for (_, value) in &mut variables {
            *value = value.replace(PUBLIC_PORT, &public);
        }
        variables.push(("SERVE_PUBLIC_PORT", public));
        variables.push(("SERVE_ADMIN_PORT", self.admin.to_string()));
        let mut daemon = Daemon::start(&self.folder, &configuration(), &command, &variables);
        let ready = until("a server of Ory's to be ready", || {
            if daemon.has_ended() {
                return Some(false);
            }
            ports::is_well(self.admin, self.recipe.ready).then_some(true)
        });
        if !ready {
            println!("{} ended: {}", self.recipe.name, daemon.log());
        }
        self.daemon = ready.then_some(daemon);
        ready
    }

    fn migrate(&self) {
        let migrated = Command::new(&self.program)
            .args(["migrate", "sql", "-e", "--yes", "-c", &self.file()])
            .env_clear()
            .envs(self.variables.iter().cloned())
            .current_dir(configuration())
            .output()
            .unwrap();
        assert!(migrated.status.success(), "{migrated:?}");
    }

    fn file(&self) -> String {
        format!("{}.yml", self.recipe.name)
    }
}

/// The folder with the configuration that documents, compose file and suites share.
fn configuration() -> PathBuf {
    root().join("deploy/ory")
}
