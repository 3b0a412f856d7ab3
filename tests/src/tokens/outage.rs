//! Hydra away: nobody gets in by a fault, and those who do not need it go on.

use reqwest::Client;
use tokio::runtime::Runtime;

use super::{AUDIENCE, Program, ask};
use crate::stack::{CrochetSite, own_hydra, own_kratos};

const CONTEXTS: &str = "/api/contexts/v1/contexts";

#[test]
fn while_hydra_is_away_tokens_wait_and_keys_go_on() {
    let Some(kratos) = own_kratos() else { return };
    let Some(mut hydra) = own_hydra(&kratos) else {
        return;
    };
    let site = CrochetSite::beside(&kratos, Some(&hydra));
    Runtime::new().unwrap().block_on(async {
        let opaque = Program::register(&hydra, "opaque", "contexts:read").await;
        let opaque = opaque.token(&hydra, AUDIENCE, "contexts:read").await;
        let signed = Program::register(&hydra, "jwt", "contexts:read").await;
        let signed = signed.token(&hydra, AUDIENCE, "contexts:read").await;
        hydra.kill();
        // Neither has been seen before, so nothing is known about them, nor about the key of the signed one.
        for token in [&*opaque, &signed, "ory_at_made.up"] {
            let (status, said, wait) = ask(&site, token, CONTEXTS).await;
            assert_eq!((status, wait.as_deref()), (503, Some("1")), "{said}");
        }
        let with_key = Client::new()
            .get(format!("{}{CONTEXTS}", site.url))
            .header("x-api-key", site.admin_key());
        assert_eq!(with_key.send().await.unwrap().status().as_u16(), 200);
        let metadata = format!("{}/.well-known/oauth-protected-resource", site.url);
        assert_eq!(reqwest::get(metadata).await.unwrap().status().as_u16(), 503);
        hydra.start_again();
        for token in [&opaque, &signed] {
            crate::wait::until_async("the token to be taken", async || {
                (ask(&site, token, CONTEXTS).await.0 == 200).then_some(())
            })
            .await;
        }
        assert_eq!(ask(&site, "ory_at_made.up", CONTEXTS).await.0, 401);
        assert!(!site.log().contains(&signed), "a token is in the log");
        assert!(!site.log().contains(&opaque), "a token is in the log");
    });
}
