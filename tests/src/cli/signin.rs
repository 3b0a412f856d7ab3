//! `crochet signin`: a link for whoever can read the data folder, and nothing of it in any log.

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, StatusCode, redirect};
use tempfile::TempDir;

use crate::crochet::crochet;
use crate::server::Server;

/// What the command prints.
fn link(data: &str, role: &str) -> String {
    let ran = crochet(["signin", "--role", role, "--data", data]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.err.contains(&format!("signs in as {role}, once, until ")),
        "{ran:?}"
    );
    ran.out.trim().to_owned()
}

#[test]
fn a_link_signs_in_once_and_no_secret_is_ever_logged() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &["--set", "log.level=debug"]);
    let link = link(folder.path().to_str().unwrap(), "viewer");
    assert!(link.starts_with(&format!("{}/signin/", server.url)), "{link}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = runtime.block_on(async {
        let browser = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        let send = || browser.post(&link).header(ORIGIN, &server.url).send();
        assert_eq!(browser.get(&link).send().await.unwrap().status(), StatusCode::OK);
        let signed_in = send().await.unwrap();
        assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
        let set = signed_in.headers()[SET_COOKIE].to_str().unwrap();
        let session = set.split(';').next().unwrap().to_owned();
        assert_eq!(
            send().await.unwrap().status(),
            StatusCode::NOT_FOUND,
            "a link is good once"
        );
        let who = browser
            .get(format!("{}/api/platform/v1/caller", server.url))
            .header(COOKIE, &session)
            .send();
        let who = who.await.unwrap().text().await.unwrap();
        assert!(who.contains("\"subject\":\"person:local\""), "{who}");
        // Whatever goes wrong on the way to a link must not say it either.
        let wrong = browser.put(&link).send().await.unwrap().text().await.unwrap();
        assert!(!wrong.contains(token(&link)), "{wrong}");
        session
    });
    let log = server.log();
    assert!(log.contains("/signin") && log.contains("signed_in"), "{log}");
    for secret in [token(&link), session.split_once('=').unwrap().1] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

fn token(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

#[test]
fn without_a_server_there_is_nobody_to_sign_in_to() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    crochet(["signin", "--data", data])
        .refused_with(1, &["no server has this data folder open", data, "crochet serve"]);
}
