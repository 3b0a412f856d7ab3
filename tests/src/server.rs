//! A server of a suite's own: the real executable on a data folder and a port that nobody else has.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

use crochet_client::{Credential, Crochet};
use serde_json::Value;

use crate::crochet::command;
use crate::wait::until;

/// A running `crochet serve`; killed when dropped.
pub(crate) struct Server {
    child: Child,
    data: PathBuf,
    log: PathBuf,
    /// Where it listens.
    pub(crate) url: String,
}

impl Server {
    /// Starts a server on a data folder and waits until it says where it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with more flags.
    pub(crate) fn start_with(data: &Path, flags: &[&str]) -> Self {
        fs::create_dir_all(data).unwrap();
        let log = data.join("test.log");
        let child = serving(data, flags, &log).spawn().unwrap();
        // Made before it is waited for, so that it is killed if it never listens.
        let mut server = Self {
            child,
            data: data.to_owned(),
            log,
            url: String::new(),
        };
        server.url = until("the server to listen", || {
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server ended with {status}: {}", server.log());
            }
            url_in(&server.log())
        });
        server
    }

    /// The key of its local admin.
    pub(crate) fn admin_key(&self) -> String {
        fs::read_to_string(self.data.join("admin.key"))
            .unwrap()
            .trim()
            .to_owned()
    }

    /// A client with the authority of the local admin.
    pub(crate) fn api(&self) -> Crochet {
        Crochet::at(&self.url, Credential::api_key(&self.admin_key()).unwrap()).unwrap()
    }

    /// A link as `crochet signin` prints it; it signs in once, as an admin.
    pub(crate) fn sign_in_link(&self) -> String {
        let made = command()
            .args(["signin", "--data"])
            .arg(&self.data)
            .output()
            .unwrap();
        let said = String::from_utf8(made.stdout).unwrap();
        let link = said.split_whitespace().find(|word| word.contains("/signin/"));
        link.unwrap_or_else(|| panic!("no link in {said}")).to_owned()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Kills it without a warning, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        signal(&self.child, "TERM");
        until("the server to end", || self.child.try_wait().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that a suite started.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -{name} {}", child.id())])
        .status()
        .unwrap();
    assert!(sent.success());
}

fn serving(data: &Path, flags: &[&str], log: &Path) -> Command {
    let log = File::create(log).unwrap();
    let mut command = command();
    command
        .arg("serve")
        .args(["--set", "listen=127.0.0.1:0", "--data"])
        .arg(data)
        .args(flags)
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    command
}

/// Where it listens, as its log says; a process without a data folder leaves no note of it.
fn url_in(log: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains("\"message\":\"ready\""))?;
    let line: Value = serde_json::from_str(line).ok()?;
    Some(format!("http://{}", line["address"].as_str()?))
}
