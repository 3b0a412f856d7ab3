//! Hydra signs with another key from now on: tokens of both are taken.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;
use tokio::runtime::Runtime;

use super::{AUDIENCE, Program, caller};
use crate::stack::{CrochetSite, own_hydra, own_kratos};

const SCOPES: &str = "contexts:read";

#[test]
fn a_token_of_a_key_that_hydra_has_just_made_is_taken_and_so_are_those_of_the_old_one() {
    let Some(kratos) = own_kratos() else { return };
    let Some(hydra) = own_hydra(&kratos) else { return };
    let site = CrochetSite::beside(&kratos, Some(&hydra));
    Runtime::new().unwrap().block_on(async {
        let program = Program::register(&hydra, "jwt", SCOPES).await;
        let old = program.token(&hydra, AUDIENCE, SCOPES).await;
        assert!(caller(&site, &old).await.is_some());
        let keys = format!("{}/admin/keys/hydra.jwt.access-token", hydra.admin());
        let wanted = json!({"alg": "RS256", "use": "sig", "kid": format!("rotated-{}", program.id)});
        let made = Client::new().post(keys).json(&wanted).send().await.unwrap();
        assert!(made.status().is_success());
        let new = program.token(&hydra, AUDIENCE, SCOPES).await;
        let header = |token: &str| token.split('.').next().unwrap().to_owned();
        assert_ne!(header(&old), header(&new), "another key signs now");
        // A look-up for somebody else's key may have been a moment ago; the next one finds it.
        let began = Instant::now();
        while caller(&site, &new).await.is_none() {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "the new key is not found"
            );
        }
        assert!(caller(&site, &old).await.is_some());
    });
}
