//! A Crochet whose people a Kratos keeps, at the address for which that Kratos is configured; its programs may get their
//! tokens from a Hydra.

use std::fs;
use std::path::PathBuf;

use super::daemon::Daemon;
use super::ports;
use super::{Hydra, Kratos};
use crate::crochet::EXECUTABLE;
use crate::wait::until;

/// A running `crochet serve`; killed when dropped, and when the process ends.
pub(crate) struct CrochetSite {
    daemon: Daemon,
    data: PathBuf,
    /// Its origin.
    pub(crate) url: String,
}

impl CrochetSite {
    /// Starts one and waits until it is ready.
    pub(crate) fn beside(kratos: &Kratos, hydra: Option<&Hydra>) -> Self {
        let mut settings = people(&kratos.public(), &kratos.admin());
        if let Some(hydra) = hydra {
            settings.extend(oauth(hydra, &hydra.public(), &hydra.admin()));
        }
        Self::start(kratos.crochet, &settings, &[])
    }

    /// Starts one on this port with these settings and variables, and waits until it is ready.
    pub(crate) fn start(port: u16, settings: &[String], env: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let data = folder.join("data");
        let listen = format!("listen=127.0.0.1:{port}");
        let folder_of_data = data.display().to_string();
        let mut command = vec![EXECUTABLE, "serve", "--data", &folder_of_data, "--set", &listen];
        for setting in settings {
            command.extend(["--set", setting]);
        }
        let mut daemon = Daemon::start(&folder, &folder, &command, env);
        until("Crochet to be ready", || {
            assert!(!daemon.has_ended(), "Crochet ended: {}", daemon.log());
            ports::is_well(port, "/api/platform/v1/health/ready").then_some(())
        });
        Self {
            daemon,
            data,
            url: format!("http://localhost:{port}"),
        }
    }

    /// The key of its local admin.
    pub(crate) fn admin_key(&self) -> String {
        let key = fs::read_to_string(self.data.join("admin.key")).unwrap();
        key.trim().to_owned()
    }

    /// The files of its data folder.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let found = fs::read_dir(&self.data).unwrap();
        let files = found.map(|entry| entry.unwrap().path());
        files.filter(|path| path.is_file()).collect()
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        self.daemon.log()
    }
}

/// The settings for people whom the Kratos with these addresses keeps.
pub(crate) fn people(public: &str, admin: &str) -> Vec<String> {
    vec![
        format!("people.kratos_url={public}"),
        format!("people.kratos_admin_url={admin}"),
    ]
}

/// The settings for programs that get their tokens from a Hydra at these addresses.
pub(crate) fn oauth(hydra: &Hydra, public: &str, admin: &str) -> Vec<String> {
    vec![
        format!("oauth.issuer={}", hydra.issuer),
        format!("oauth.hydra_url={public}"),
        format!("oauth.hydra_admin_url={admin}"),
    ]
}
