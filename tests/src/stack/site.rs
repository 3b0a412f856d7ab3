//! A Crochet whose people the shared Kratos keeps, at the address for which that Kratos is configured.

use std::fs;
use std::path::PathBuf;

use super::Kratos;
use super::daemon::Daemon;
use super::ports;
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
    pub(crate) fn beside(kratos: &Kratos) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let data = folder.join("data");
        let port = kratos.crochet;
        let settings = [
            format!("listen=127.0.0.1:{port}"),
            format!("people.kratos_url={}", kratos.public()),
            format!("people.kratos_admin_url={}", kratos.admin()),
        ];
        let folder_of_data = data.display().to_string();
        let mut command = vec![EXECUTABLE, "serve", "--data", &folder_of_data];
        for setting in &settings {
            command.extend(["--set", setting]);
        }
        let mut daemon = Daemon::start(&folder, &folder, &command, &[]);
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

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        self.daemon.log()
    }
}
