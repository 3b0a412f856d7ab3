//! Who came, went and let programs in stands in the audit log, with the real Kratos and Hydra.

use std::time::{Duration, Instant};

use crochet_client::SignIn;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::people::{grant, people, person};
use crate::stack::{CrochetSite, Kratos, PASSWORD, Surfer, Visitor, fresh_address, own_hydra, own_kratos};

const BACK: &str = "http://127.0.0.1:9/callback";
/// So long what is only noted may be on its way.
const PATIENCE: Duration = Duration::from_secs(30);

/// The log of a Crochet.
pub(crate) struct Log<'a>(pub(crate) &'a CrochetSite);

impl Log<'_> {
    /// Operation, outcome, subject and resource of what fits, the oldest first.
    pub(crate) async fn entries(&self, filter: &str) -> Vec<[String; 4]> {
        let asked = Client::new()
            .get(format!(
                "{}/api/platform/v1/audit-entries?limit=1000&{filter}",
                self.0.url
            ))
            .header("x-api-key", self.0.admin_key());
        let said: Value = asked.send().await.unwrap().json().await.unwrap();
        let entries = said["items"].as_array().unwrap_or_else(|| panic!("{said}"));
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let shown = |entry| ["operation_id", "outcome", "subject", "resource"].map(|name| text(entry, name));
        entries.iter().rev().map(shown).collect()
    }

    /// Waits until it says so: what is only noted is written beside the requests.
    async fn says(&self, filter: &str, expected: &[[&str; 4]]) {
        let began = Instant::now();
        loop {
            let seen = self.entries(filter).await;
            if seen == expected {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{seen:#?}\nand not\n{expected:#?}");
        }
    }
}

fn login(email: &str, password: &str) -> Value {
    json!({"method": "password", "identifier": email, "password": password})
}

#[test]
fn whoever_comes_in_through_kratos_is_recorded_and_so_is_who_is_refused() {
    let Some(kratos) = own_kratos() else { return };
    let site = CrochetSite::beside(&kratos, None);
    Runtime::new().unwrap().block_on(async {
        let (log, email) = (Log(&site), fresh_address("ada"));
        let through_us = format!("{}/.ory/kratos", site.url);
        let mut ada = Visitor::register_at(&through_us, &email, "Ada").await;
        let subject = person(&people(&kratos), &email).await.id.subject();
        let forms = format!("{}/self-service", "/.ory/kratos");
        let came =
            |form: &str| ["sign_in", "done", &*subject, &*format!("{forms}/{form}")].map(str::to_owned);
        assert_eq!(log.entries("operation=sign_in").await, [came("registration")]);

        let mut guest = Visitor::at(&through_us);
        let (status, said) = guest.pass("login", login(&email, "not the password")).await;
        assert_eq!(status, 400, "{said}");
        let refused = [
            "sign_in",
            "denied",
            "anonymous",
            "/.ory/kratos/self-service/login",
        ];
        log.says("operation=sign_in&outcome=denied", &[refused]).await;
        guest.pass("login", login(&email, PASSWORD)).await;
        assert!(guest.is_signed_in());
        let came_in = log.entries("operation=sign_in&outcome=done").await;
        assert_eq!(came_in, [came("registration"), came("login")]);

        // Whoever asks for a code, or changes something about themselves, comes in nowhere.
        let mut forgetful = Visitor::at(&through_us);
        let asked = json!({"method": "code", "email": email});
        let (_, sent) = forgetful.pass("recovery", asked).await;
        let traits = json!({"method": "profile", "traits": {"email": email, "name": "Ada L."}});
        let (status, said) = ada.pass("settings", traits).await;
        assert_eq!(status, 200, "{said}");
        let code = json!({"method": "code", "code": "000000"});
        forgetful.submit("recovery", &sent, code).await;
        let wrong_code = [
            "sign_in",
            "denied",
            "anonymous",
            "/.ory/kratos/self-service/recovery",
        ];
        log.says("operation=sign_in&outcome=denied", &[refused, wrong_code])
            .await;
        assert_eq!(log.entries("operation=sign_in&outcome=done").await, came_in);
        let code = json!({"method": "code", "code": kratos.mail.to(&email, "recover").code()});
        forgetful.submit("recovery", &sent, code).await;
        assert_eq!(
            log.entries("operation=sign_in&outcome=done").await[2..],
            [came("recovery")]
        );
    });
}

/// Ada in a browser, and her log.
async fn ada<'a>(site: &'a CrochetSite, kratos: &Kratos) -> (Surfer, Visitor, Log<'a>, String) {
    let email = fresh_address("ada");
    let ada = Visitor::register(kratos, &email, "Ada").await;
    let subject = person(&people(kratos), &email).await.id.subject();
    grant(kratos, &email, &["viewer"]).await;
    (Surfer::of(site, Some(&ada)), ada, Log(site), subject)
}

#[test]
fn what_somebody_does_with_sessions_and_programs_on_pages_is_recorded() {
    let Some(kratos) = own_kratos() else { return };
    let Some(hydra) = own_hydra(&kratos) else { return };
    let site = CrochetSite::beside(&kratos, Some(&hydra));
    Runtime::new().unwrap().block_on(async {
        let (mut surfer, _, log, subject) = ada(&site, &kratos).await;
        for (answer, remember) in [("refuse", ""), ("allow", "1"), ("", "")] {
            let sign_in = SignIn::begin(&site.url, BACK, &["orthos:read".to_owned()]).await;
            let page = surfer.go(sign_in.unwrap().url()).await;
            // What is remembered is given without a question, and written down too.
            if !answer.is_empty() {
                let (token, challenge) = (page.hidden("csrf"), page.hidden("consent_challenge"));
                let fields = [
                    ("csrf", &*token),
                    ("consent_challenge", &*challenge),
                    ("do", answer),
                    ("remember", remember),
                ];
                surfer.send("/consent", &fields).await;
            }
        }
        let token = surfer.go("/programs").await.hidden("csrf");
        surfer
            .send("/programs", &[("csrf", &*token), ("program", "crochet-cli")])
            .await;
        surfer
            .send("/sessions", &[("csrf", &*token), ("session", "no-such-session")])
            .await;
        surfer.send("/logout", &[("csrf", &*token)]).await;
        let program = "/programs/crochet-cli";
        log.says(
            &format!("who={subject}"),
            &[
                ["refuse_program", "done", &subject, program],
                ["let_program_in", "done", &subject, program],
                ["let_program_in", "done", &subject, program],
                ["end_program", "done", &subject, program],
                ["end_session", "done", &subject, "/sessions"],
                ["sign_out", "done", &subject, "/logout"],
            ],
        )
        .await;
    });
}
