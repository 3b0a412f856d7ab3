//! Kratos away: nobody gets in, nobody is thrown out, and callers are told to try again.

use std::sync::Arc;
use std::time::Duration;

use crochet_auth::{People as _, PeopleError, PeopleQuery, RememberedSessions, Sessions as _};
use tokio::runtime::Runtime;

use super::{people, sessions};
use crate::stack::{CrochetSite, Visitor, fresh_address, own_kratos};

#[test]
fn while_kratos_is_away_callers_are_asked_to_wait_and_afterwards_all_is_as_before() {
    let Some(mut kratos) = own_kratos() else { return };
    Runtime::new().unwrap().block_on(async {
        let ada = Visitor::register(&kratos, &fresh_address("ada"), "Ada").await;
        let direct = Arc::new(sessions(&kratos));
        let remembered = RememberedSessions::new(direct.clone(), Duration::ZERO);
        kratos.kill();
        for cookie in [ada.session(), "made-up"] {
            for sessions in [&*direct as &dyn crochet_auth::Sessions, &remembered] {
                let problem = sessions.check(cookie).await.unwrap_err();
                assert_eq!((problem.status, problem.retry_after_s), (503, Some(1)));
            }
        }
        let query = PeopleQuery {
            limit: 1,
            ..PeopleQuery::default()
        };
        assert_eq!(people(&kratos).list(query).await, Err(PeopleError::Unavailable));
        kratos.start_again();
        assert!(remembered.check(ada.session()).await.unwrap().is_some());
        assert_eq!(remembered.check("made-up").await.unwrap(), None);
    });
}

/// What a browser with this cookie gets, and what a program with the key of the admin gets.
async fn asked(site: &CrochetSite, cookie: &str) -> (u16, Option<String>, u16) {
    let http = reqwest::Client::new();
    let page = http
        .get(format!("{}/contexts", site.url))
        .header("accept", "text/html")
        .header("cookie", format!("crochet_session={cookie}"));
    let page = page.send().await.unwrap();
    let program = http
        .get(format!("{}/api/contexts/v1/contexts", site.url))
        .header("x-api-key", site.admin_key());
    let program = program.send().await.unwrap().status().as_u16();
    let wait = page.headers().get("retry-after");
    let wait = wait.map(|wait| wait.to_str().unwrap().to_owned());
    let (status, html) = (page.status().as_u16(), page.text().await.unwrap());
    assert!(
        status != 503 || html.contains("Not available right now"),
        "{html}"
    );
    (status, wait, program)
}

#[test]
fn while_kratos_is_away_pages_say_so_and_programs_with_keys_go_on() {
    let Some(mut kratos) = own_kratos() else { return };
    let site = CrochetSite::beside(&kratos, None);
    Runtime::new().unwrap().block_on(async {
        let email = fresh_address("ada");
        let ada = Visitor::register(&kratos, &email, "Ada").await;
        super::grant(&kratos, &email, &["viewer"]).await;
        assert_eq!(asked(&site, ada.session()).await, (200, None, 200));
        kratos.kill();
        let away = async || asked(&site, ada.session()).await;
        let mut said = away().await;
        while said.0 == 200 {
            // Remembered, for a second at most.
            said = away().await;
        }
        assert_eq!(said, (503, Some("1".to_owned()), 200));
        let login = format!("{}/.ory/kratos/self-service/login/browser", site.url);
        let begun = reqwest::get(login).await.unwrap();
        assert_eq!(begun.status().as_u16(), 503);
        kratos.start_again();
        assert_eq!(asked(&site, ada.session()).await.0, 200);
        assert!(
            !site.log().contains(ada.session()),
            "a session's cookie is in the log"
        );
    });
}
