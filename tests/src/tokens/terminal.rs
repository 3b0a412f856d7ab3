//! `crochet login`, `whoami` and `logout`, with a real browser that runs no scripts, and the commands in between.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::browser::{Chromium, find, press, say, until_text};
use crate::crochet::{Ran, command};
use crate::people::grant;
use crate::stack::{CrochetSite, PASSWORD, Visitor, fresh_address};

/// A user of the command line, with a home of their own.
struct User {
    home: tempfile::TempDir,
    server: String,
}

impl User {
    fn of(site: &CrochetSite) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            server: site.url.clone(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command();
        command.env("HOME", self.home.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Begins to sign in; gives the address for the browser.
    fn begin(&self) -> (Child, BufReader<std::process::ChildStdout>, String) {
        let mut login = self
            .command(&["login", "--server", &self.server, "--no-browser"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(login.stdout.take().unwrap());
        let mut address = String::new();
        said.read_line(&mut address).unwrap();
        (login, said, address.trim().to_owned())
    }

    fn login_file(&self) -> std::path::PathBuf {
        self.home.path().join(".config/crochet/login.json")
    }

    fn login(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.login_file()).unwrap()).unwrap()
    }
}

#[test]
fn a_person_signs_in_with_their_browser_works_and_signs_out() {
    super::with_site(async |site, kratos, _| {
        let Some(browser) = Chromium::start().await else {
            crate::left_out::say("the browser, as chromium or chromedriver is not installed");
            return;
        };
        let (user, email, page) = (User::of(site), fresh_address("ada"), &browser.page);
        Visitor::register(kratos, &email, "Ada").await;
        grant(kratos, &email, &["editor"]).await;
        let off = json!({"value": true});
        browser.tell("Emulation.setScriptExecutionDisabled", off).await;

        let (mut login, mut said, address) = user.begin();
        page.goto(&address).await.unwrap();
        say(page, "#password-identifier", &email).await;
        say(page, "#password-password", PASSWORD).await;
        let button = "form[data-group=password] button:not([type=button])";
        find(page, button).await.click().await.unwrap();
        until_text(page, "Crochet on the command line").await;
        until_text(page, "Add texts to a context").await;
        press(page, "Let it in").await;
        let mut last = String::new();
        said.read_line(&mut last).unwrap();
        assert_eq!(login.wait().unwrap().code(), Some(0), "{last}");
        assert!(
            last.contains("signed in at") && last.contains("person:"),
            "{last}"
        );
        let source = page.source().await.unwrap();
        assert!(source.contains("You may close this window"), "{source}");

        works(&user, site);
        let out = user.run(&["logout"]);
        assert_eq!(out.code, Some(0), "{out:?}");
        assert!(out.out.contains("signed out of"), "{out:?}");
        assert!(!user.login_file().exists());
        user.run(&["whoami", "--server", &user.server])
            .refused_with(1, &["does not know who is calling"]);
        browser.close().await;
    });
}

/// What somebody who is signed in can do, and what they leave nowhere.
fn works(user: &User, site: &CrochetSite) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(user.login_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Where nobody says which server is meant, it is the one at which they are signed in.
    let who = user.run(&["whoami", "--json"]);
    let caller: Value = serde_json::from_str(&who.out).unwrap_or_else(|_| panic!("{who:?}"));
    assert_eq!(caller["kind"], "person");
    let scopes = caller["scopes"].as_array().unwrap();
    assert!(
        scopes.contains(&json!("corpora:write")) && !scopes.contains(&json!("keys:write")),
        "{caller}"
    );
    let text = user.home.path().join("text.txt");
    std::fs::write(
        &text,
        "The sun is warm. The sea is warm. The sun was warm. The sea was warm.",
    )
    .unwrap();
    let name = format!("login-{}", std::process::id());
    let ran = user.run(&["run", text.to_str().unwrap(), "--context", &name, "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.done()["context"], json!(name));
    user.run(&["keys", "create", "mine", "--role", "viewer"])
        .refused_with(1, &["keys:write"]);

    let before = user.login();
    let mut over = before.clone();
    over["renew_at"] = json!("2001-01-01T00:00:00Z");
    std::fs::write(user.login_file(), over.to_string()).unwrap();
    assert_eq!(user.run(&["whoami"]).code, Some(0));
    let after = user.login();
    assert_ne!(before["access_token"], after["access_token"], "it was renewed");

    for login in [before, after] {
        for secret in ["access_token", "refresh_token"] {
            let secret = login[secret].as_str().unwrap();
            assert!(!site.log().contains(secret), "a secret is in the log");
        }
    }
}
