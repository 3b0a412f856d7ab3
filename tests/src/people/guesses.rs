//! Passwords cannot be guessed through Crochet: whoever sends too many wrong ones has to wait, behind a proxy too.

use reqwest::Client;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::stack::{CrochetSite, Surfer, Visitor, fresh_address, own_kratos, people};
use crate::wait::until_async;

/// As `docs/login.md` says.
const WRONG_MAX: usize = 30;
const FORM: &str = "/.ory/kratos/self-service/login";

/// Sends a wrong password; gives whether there were too many.
async fn guess(thief: &mut Surfer) -> bool {
    let guess = [
        ("method", "password"),
        ("identifier", "ada"),
        ("password", "guess"),
    ];
    let page = thief.send(FORM, &guess).await;
    if page.status == 429 {
        page.says(&["Too much at once"]);
    }
    page.status == 429
}

#[test]
fn whoever_sends_too_many_wrong_passwords_waits_and_others_who_are_in_go_on() {
    let Some(kratos) = own_kratos() else { return };
    let site = CrochetSite::beside(&kratos, None);
    Runtime::new().unwrap().block_on(async {
        let ada = Visitor::register(&kratos, &fresh_address("ada"), "Ada").await;
        let mut thief = Surfer::of(&site, None);
        for round in 0..=WRONG_MAX {
            // Nobody is believed where no proxy is trusted.
            thief.forwarded_for = Some(format!("192.0.2.{round}"));
            assert_eq!(guess(&mut thief).await, round == WRONG_MAX, "{round}");
        }
        let mut ada = Surfer::of(&site, Some(&ada));
        assert_eq!(ada.go("/settings").await.status, 200);
    });
}

#[test]
fn behind_a_trusted_proxy_everybody_is_counted_recorded_and_logged_by_their_own_address() {
    let Some(kratos) = own_kratos() else { return };
    let mut settings = people(&kratos.public(), &kratos.admin());
    settings.push("http.trusted_proxies=127.0.0.1".to_owned());
    let site = CrochetSite::start(kratos.crochet, &settings, &[]);
    Runtime::new().unwrap().block_on(async {
        let mut thief = Surfer::of(&site, None);
        for round in 0..=WRONG_MAX {
            // Whatever they say themselves stands before what the proxy says.
            thief.forwarded_for = Some(format!("198.51.100.{round}, 203.0.113.6"));
            assert_eq!(guess(&mut thief).await, round == WRONG_MAX, "{round}");
        }
        let mut other = Surfer::of(&site, None);
        other.forwarded_for = Some("203.0.113.7".to_owned());
        assert!(!guess(&mut other).await);
        other.go("/signin/no-such-link").await;
        let log = format!("{}/api/platform/v1/audit-entries?operation=sign_in", site.url);
        until_async("the refusal to be recorded", async || {
            let asked = Client::new().get(&log).header("x-api-key", site.admin_key());
            let said: Value = asked.send().await.unwrap().json().await.unwrap();
            (said["items"][0]["address"] == "203.0.113.7").then_some(())
        })
        .await;
        assert!(site.log().contains("\"from\":\"203.0.113.7\""), "{}", site.log());
    });
}
