//! Kratos or Hydra dead, or so slow that they take connections and never answer: those who need them are asked to wait,
//! by every way that asks them, and those with keys go on.

use std::time::{Duration, Instant};

use crochet_client::SignIn;
use futures_util::future::join_all;
use reqwest::Client;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{AUDIENCE, Program};
use crate::people::grant;
use crate::stack::{CrochetSite, Surfer, Visitor, fresh_address, own_hydra, own_kratos};

const CONTEXTS: &str = "/api/contexts/v1/contexts";
/// What is passed on to another server may take it as long as checking a password does.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// Something that somebody asks: where, and with which header.
type Ask = (String, (&'static str, String));

fn nobody(path: &str) -> Ask {
    (path.to_owned(), ("x-nobody", String::new()))
}

fn bearer(token: &str) -> Ask {
    (CONTEXTS.to_owned(), ("authorization", format!("Bearer {token}")))
}

fn visitor(path: &str, session: &str) -> Ask {
    (path.to_owned(), ("cookie", format!("crochet_session={session}")))
}

/// The status, how long to wait, and the page or the problem.
async fn asked(site: &CrochetSite, (path, (header, value)): &Ask) -> (u16, Option<String>, String) {
    let accept = if path.starts_with("/api/") {
        "application/json"
    } else {
        "text/html"
    };
    let request = Client::new().get(format!("{}{path}", site.url));
    let request = request.header("accept", accept).header(*header, value);
    let answer = request.send().await.unwrap();
    let wait = answer.headers().get("retry-after");
    let wait = wait.map(|wait| wait.to_str().unwrap().to_owned());
    (answer.status().as_u16(), wait, answer.text().await.unwrap())
}

/// All of them are asked to wait, before long; whoever has a key goes on meanwhile.
async fn wait(site: &CrochetSite, what: &str, asks: &[Ask]) {
    let began = Instant::now();
    let answers = join_all(asks.iter().map(|ask| asked(site, ask)));
    let key = (CONTEXTS.to_owned(), ("x-api-key", site.admin_key()));
    let (answers, with_key) = tokio::join!(answers, asked(site, &key));
    assert!(began.elapsed() < WAIT_MAX, "{what}: {:?}", began.elapsed());
    assert_eq!(with_key.0, 200, "{what}: {}", with_key.2);
    for ((path, _), (status, wait, said)) in asks.iter().zip(answers) {
        assert_eq!(status, 503, "{what} {path}: {said}");
        assert!(wait.is_some(), "{what} {path} does not say for how long");
        if !path.starts_with("/api/") {
            assert!(said.contains("Not available right now"), "{what} {path}: {said}");
        }
    }
}

/// Whether this server says that it can do with `name`; requests stay welcome either way.
async fn is_well(site: &CrochetSite, name: &str) -> bool {
    let (status, _, said) = asked(site, &nobody("/api/platform/v1/health/ready")).await;
    assert_eq!(status, 200, "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    let checks = said["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap();
    check["state"] == "ok"
}

/// Somebody is known for a moment longer.
async fn until_forgotten(site: &CrochetSite, ask: &Ask) {
    let began = Instant::now();
    while asked(site, ask).await.0 == 200 {
        assert!(began.elapsed() < Duration::from_secs(5), "still remembered");
    }
}

#[test]
fn while_hydra_is_dead_or_slow_tokens_and_programs_wait_and_sessions_and_keys_go_on() {
    let Some(kratos) = own_kratos() else { return };
    let Some(mut hydra) = own_hydra(&kratos) else {
        return;
    };
    let site = CrochetSite::beside(&kratos, Some(&hydra));
    Runtime::new().unwrap().block_on(async {
        let email = fresh_address("ada");
        let ada = Visitor::register(&kratos, &email, "Ada").await;
        grant(&kratos, &email, &["viewer"]).await;
        let mut surfer = Surfer::of(&site, Some(&ada));
        let back = "http://127.0.0.1:9/callback";
        let sign_in = SignIn::begin(&site.url, back, &[]).await.unwrap();
        let consent = surfer.go(sign_in.url()).await.place;
        assert!(consent.starts_with("/consent?"), "{consent}");
        let mut asks = vec![
            visitor(&consent, ada.session()),
            visitor("/programs", ada.session()),
            visitor("/login?login_challenge=any", ada.session()),
            visitor("/logout?logout_challenge=any", ada.session()),
            nobody("/.ory/hydra/oauth2/auth?client_id=crochet-cli"),
        ];
        for kind in ["opaque", "jwt"] {
            // Never seen before, and of a key that is not known.
            let program = Program::register(&hydra, kind, "contexts:read").await;
            asks.push(bearer(&program.token(&hydra, AUDIENCE, "contexts:read").await));
        }
        let session = visitor("/contexts", ada.session());
        assert!(is_well(&site, "hydra").await);
        hydra.pause();
        assert!(!is_well(&site, "hydra").await);
        wait(&site, "Hydra is slow", &asks).await;
        assert_eq!(asked(&site, &session).await.0, 200);
        hydra.go_on();
        hydra.kill();
        wait(&site, "Hydra is dead", &asks).await;
        assert_eq!(asked(&site, &session).await.0, 200);
    });
}

#[test]
fn while_kratos_is_dead_or_slow_sessions_and_pages_for_signing_in_wait_and_keys_go_on() {
    let Some(mut kratos) = own_kratos() else { return };
    let site = CrochetSite::beside(&kratos, None);
    Runtime::new().unwrap().block_on(async {
        let email = fresh_address("ada");
        let ada = Visitor::register(&kratos, &email, "Ada").await;
        grant(&kratos, &email, &["viewer"]).await;
        let flow = Surfer::of(&site, None).go("/login").await.place;
        assert!(flow.starts_with("/login?flow="), "{flow}");
        let session = visitor(CONTEXTS, ada.session());
        let asks = [
            session.clone(),
            visitor("/contexts", ada.session()),
            visitor(CONTEXTS, "made-up"),
            nobody("/login"),
            nobody("/registration"),
            nobody("/recovery"),
            nobody(&flow),
        ];
        assert_eq!(asked(&site, &session).await.0, 200);
        assert!(is_well(&site, "kratos").await);
        kratos.pause();
        assert!(!is_well(&site, "kratos").await);
        until_forgotten(&site, &session).await;
        wait(&site, "Kratos is slow", &asks).await;
        kratos.go_on();
        assert_eq!(asked(&site, &session).await.0, 200, "nobody is thrown out");
        kratos.kill();
        until_forgotten(&site, &session).await;
        wait(&site, "Kratos is dead", &asks).await;
    });
}
