//! `docs/login.md`: its commands, copied, take a person from nothing to Kratos and Hydra. What needs containers is left out.
//!
//! Only ports are replaced by free ones, in the commands and by variables, as the document says that one may.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::crochet::EXECUTABLE;
use crate::left_out;
use crate::shared::root;
use crate::stack::{Daemon, MailServer, Surfer, Visitor, built, free, is_well};
use crate::wait::until;

/// Who signs up, in the words of the document.
const EMAIL: &str = "you@example.org";

/// The ports of the document and those that stand for them here.
struct Ports(Vec<(&'static str, u16)>);

impl Ports {
    fn of(mail: &MailServer) -> Self {
        let chosen: [u16; 5] = free();
        let mut ports: Vec<_> = ["7878", "4433", "4434", "4444", "4445"]
            .into_iter()
            .zip(chosen)
            .collect();
        ports.push(("1025", mail.port()));
        Self(ports)
    }

    fn put_into(&self, text: &str) -> String {
        let replace = |text: String, (there, here): &(&str, u16)| text.replace(there, &here.to_string());
        self.0.iter().fold(text.to_owned(), replace)
    }

    fn get(&self, there: &str) -> u16 {
        self.0.iter().find(|(port, _)| *port == there).unwrap().1
    }
}

/// A folder in which the commands run, beside the configuration of the checkout.
struct Place {
    folder: PathBuf,
    ports: Ports,
    blocks: Vec<String>,
    _mail: MailServer,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        std::os::unix::fs::symlink(root().join("deploy"), folder.join("deploy")).unwrap();
        std::os::unix::fs::symlink(EXECUTABLE, folder.join("crochet")).unwrap();
        let mail = MailServer::start();
        let ports = Ports::of(&mail);
        let document = fs::read_to_string(root().join("docs/login.md")).unwrap();
        let blocks = document.split("```\n").skip(1).step_by(2);
        Self {
            blocks: blocks.map(|block| ports.put_into(block)).collect(),
            folder,
            ports,
            _mail: mail,
        }
    }

    /// The one block that says this.
    fn block(&self, says: &str) -> String {
        let says = self.ports.put_into(says);
        let mut fitting = self.blocks.iter().filter(|block| block.contains(&says));
        let block = fitting.next().unwrap_or_else(|| panic!("no block says {says:?}"));
        assert!(fitting.next().is_none(), "more than one block says {says:?}");
        block.clone()
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let stack = built("kratos").parent().unwrap().display().to_string();
        let origin = format!("http://localhost:{}", self.ports.get("7878"));
        let smtp = format!(
            "smtp://127.0.0.1:{}/?disable_starttls=true",
            self.ports.get("1025")
        );
        vec![
            ("PATH", format!("{}:{stack}:/usr/bin:/bin", self.folder.display())),
            ("HOME", self.folder.join("home").display().to_string()),
            ("SERVE_PUBLIC_BASE_URL", format!("{origin}/.ory/kratos/")),
            ("COURIER_SMTP_CONNECTION_URI", smtp),
            ("CROCHET_LISTEN", format!("127.0.0.1:{}", self.ports.get("7878"))),
            ("URLS_SELF_ISSUER", format!("{origin}/.ory/hydra")),
            ("URLS_SELF_PUBLIC", format!("{origin}/.ory/hydra/")),
        ]
    }

    /// Runs a block to its end; gives what it prints.
    fn run(&self, block: &str) -> String {
        let ran = self.command(block).output().unwrap();
        let (out, err) = (
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr),
        );
        assert!(ran.status.success(), "{block}\n{out}\n{err}");
        out.into_owned()
    }

    fn command(&self, block: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .env_clear()
            .envs(self.variables())
            .current_dir(&self.folder)
            .args(["-ec", block]);
        command
    }

    /// Starts a block whose last command goes on, and waits until it is ready.
    fn serve(&self, block: &str, ports: [&str; 2], ready: &str) -> Daemon {
        let mut variables = self.variables();
        let [public, admin] = ports.map(|port| self.ports.get(port));
        variables.push(("SERVE_PUBLIC_PORT", public.to_string()));
        variables.push(("SERVE_ADMIN_PORT", admin.to_string()));
        let mut daemon = self.start(block, &variables);
        until("what the document starts to be ready", || {
            assert!(!daemon.has_ended(), "{block}\n{}", daemon.log());
            is_well(admin, ready).then_some(())
        });
        daemon
    }

    fn start(&self, block: &str, variables: &[(&str, String)]) -> Daemon {
        // Or the shell would be killed and not what it started.
        let lasting = ["kratos serve", "hydra serve", "crochet serve"];
        let in_place = |line: &str| {
            let lasts = lasting.iter().any(|command| line.starts_with(command));
            if lasts {
                format!("exec {line}\n")
            } else {
                format!("{line}\n")
            }
        };
        let block: String = block.lines().map(in_place).collect();
        let log = tempfile::tempdir().unwrap().keep();
        Daemon::start(&log, &self.folder, &["sh", "-ec", &block], variables)
    }

    fn crochet(&self, block: &str, more: &[(&'static str, String)]) -> Daemon {
        let mut variables = self.variables();
        variables.extend(more.iter().cloned());
        let mut daemon = self.start(block, &variables);
        until("Crochet to be ready", || {
            assert!(!daemon.has_ended(), "{block}\n{}", daemon.log());
            is_well(self.ports.get("7878"), "/api/platform/v1/health/ready").then_some(())
        });
        daemon
    }

    fn url(&self) -> String {
        format!("http://localhost:{}", self.ports.get("7878"))
    }
}

#[test]
fn the_commands_of_the_document_lead_to_people_and_programs() {
    if !built("kratos").is_file() || !built("hydra").is_file() {
        left_out::say("Kratos and Hydra, which are not built; tests/run builds them");
        return;
    }
    let place = Place::new();
    let _kratos = place.serve(
        &place.block("kratos serve"),
        ["4433", "4434"],
        "/admin/health/ready",
    );
    let crochet = place.crochet(&place.block("crochet serve --set people.kratos_url"), &[]);
    let runtime = Runtime::new().unwrap();
    let kratos = format!("http://127.0.0.1:{}", place.ports.get("4433"));
    let you = runtime.block_on(Visitor::register_at(&kratos, EMAIL, "You"));
    assert!(
        place
            .run(&place.block("crochet admin grant"))
            .contains("is admin")
    );
    drop(crochet);

    let _hydra = place.serve(&place.block("hydra serve"), ["4444", "4445"], "/health/ready");
    // Only the worker of its own, below, is to find orthos.
    let idle = [("CROCHET_WORKER_COUNT", "0".to_owned())];
    let _crochet = place.crochet(&place.block("[oauth]"), &idle);
    signs_in(&place, &runtime, &you);
    let made = place.run(&format!("{} --format json", place.block("--id nightly").trim()));
    let made: Value = serde_json::from_str(&made).unwrap_or_else(|_| panic!("{made}"));
    runtime.block_on(gets_tokens(&place, made["client_secret"].as_str().unwrap()));
    works(&place);
    drop(fs::remove_dir_all(&place.folder));
}

/// `crochet login`, `whoami` and `logout`, with a browser that has signed in.
fn signs_in(place: &Place, runtime: &Runtime, you: &Visitor) {
    use std::io::{BufRead as _, BufReader};
    let login = place.block("crochet login");
    let mut login = place
        .command(&format!("exec {login}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(login.stdout.take().unwrap());
    let mut address = String::new();
    said.read_line(&mut address).unwrap();
    runtime.block_on(async {
        let mut surfer = Surfer::at(&place.url(), Some(you));
        let page = surfer.go(address.trim()).await;
        page.says(&["Crochet on the command line"]);
        let (token, challenge) = (page.hidden("csrf"), page.hidden("consent_challenge"));
        let fields = [
            ("csrf", &*token),
            ("consent_challenge", &*challenge),
            ("do", "allow"),
        ];
        let back = surfer.send("/consent", &fields).await;
        // The command waits for its browser.
        assert!(reqwest::get(&back.place).await.unwrap().status().is_success());
    });
    assert!(login.wait().unwrap().success());
    let block = place.block("crochet whoami");
    let said = place.run(&block);
    assert!(
        said.contains("person:") && said.contains("signed out of"),
        "{said}"
    );
}

/// The program of the document gets a token, which Crochet takes.
async fn gets_tokens(place: &Place, secret: &str) {
    let url = format!("{}/.ory/hydra/oauth2/token", place.url());
    let client = crochet_client::ClientCredentials::new(&url, "nightly", secret).unwrap();
    let client = client.scopes(["contexts:read"]).audience("crochet");
    let api = crochet_client::Crochet::at(&place.url(), client).unwrap();
    let caller = api.read_caller().await.unwrap();
    assert_eq!(caller.subject.as_str(), "client:nightly");
    assert!(api.list_contexts().await.is_ok());
}

/// A worker with a client of its own does what the server leaves to it.
fn works(place: &Place) {
    let (made, served) = place
        .block("crochet serve --only worker")
        .split_once("crochet serve")
        .map(|(made, serve)| (made.to_owned(), format!("crochet serve{serve}")))
        .unwrap();
    place.run(&made);
    let mut worker = place.start(&served, &place.variables());
    let text = place.folder.join("text.txt");
    fs::write(
        &text,
        "The sun is warm. The sea is warm. The sun was warm. The sea was warm.",
    )
    .unwrap();
    let key = fs::read_to_string(place.folder.join("home/.local/share/crochet/admin.key")).unwrap();
    let ran = place
        .command(&format!(
            "crochet run text.txt --context sea --json --server {}",
            place.url()
        ))
        .env("CROCHET_API_KEY", key.trim())
        .output()
        .unwrap();
    let done = String::from_utf8(ran.stdout).unwrap();
    let done = done
        .lines()
        .last()
        .unwrap_or_else(|| panic!("{:?} {}", ran.stderr, worker.log()));
    let done: Value = serde_json::from_str(done).unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(done["event"], json!("done"), "{said}\n{}", worker.log());
    assert!(!worker.has_ended(), "{}", worker.log());
}
